package io.tocsin.agent.template;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;

/// Words that mean something to the miner, and questions about words.
final class Words {

  static final String OPEN = "([{<\"'`";
  static final String CLOSE = ")]}>\"'`,;:.!?";

  private static final Properties LISTS = load();

  /// Join the number before them: `5 ms`.
  static final Set<String> UNITS = list("units");

  /// Values beside a value: `Fri Jun 17`.
  static final Set<String> DATES = list("dates");

  /// Last labels of host names.
  static final Set<String> DOMAINS = list("domains");

  static final Set<String> LITERALS = list("literals");

  /// Announce a name: two values behind them suffice.
  static final Set<String> NOUNS = list("nouns");

  /// Announce a name less surely: three.
  static final Set<String> WEAK_NOUNS = list("weak-nouns");

  /// What follows says what happened, it is no name.
  static final Set<String> VERBS = list("verbs");

  /// Say what happened; never values by counting.
  static final Set<String> STATES = list("states");

  private Words() {}

  static boolean opens(char c) {
    return OPEN.indexOf(c) >= 0;
  }

  static boolean closes(char c) {
    return CLOSE.indexOf(c) >= 0;
  }

  static char last(String word) {
    return word.charAt(word.length() - 1);
  }

  static String strip(String word, String marks) {
    return stripEnd(stripStart(word, marks), marks);
  }

  static String stripStart(String word, String marks) {
    int from = 0;
    while (from < word.length() && marks.indexOf(word.charAt(from)) >= 0) {
      from++;
    }
    return word.substring(from);
  }

  static String stripEnd(String word, String marks) {
    int to = word.length();
    while (to > 0 && marks.indexOf(word.charAt(to - 1)) >= 0) {
      to--;
    }
    return word.substring(0, to);
  }

  /// Without punctuation on either side.
  static String core(String word) {
    return strip(word, OPEN + CLOSE);
  }

  static String lower(String word) {
    return word.toLowerCase(Locale.ROOT);
  }

  static String bare(String word) {
    return lower(strip(word, OPEN + CLOSE + "="));
  }

  /// At least one capital and no small letter.
  static boolean isUpper(String word) {
    boolean upper = false;
    for (int i = 0; i < word.length(); i++) {
      if (Character.isLowerCase(word.charAt(i))) {
        return false;
      }
      upper |= Character.isUpperCase(word.charAt(i));
    }
    return upper;
  }

  static boolean hasLetter(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (Character.isLetter(word.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /// A word that says what happened: started, FAILED, up.
  static boolean isState(String word) {
    String b = core(word);
    if (!hasLetter(b) || (isUpper(b) && b.length() > 1)) {
      return true;
    }
    b = lower(b);
    return STATES.contains(b)
        || (b.length() > 4
            && (b.endsWith("ed")
                || b.endsWith("ing")
                || b.endsWith("able")
                || b.endsWith("ible")
                || b.endsWith("ful")
                || b.endsWith("ally")));
  }

  static boolean carriesMeaning(String word) {
    String b = bare(word);
    return b.length() > 1 && !STATES.contains(b) && !VERBS.contains(b);
  }

  private static Set<String> list(String name) {
    return Set.of(LISTS.getProperty(name).split(" "));
  }

  private static Properties load() {
    var lists = new Properties();
    try (var in = Words.class.getResourceAsStream("words.properties")) {
      if (in == null) {
        throw new IllegalStateException("words.properties is missing beside " + Words.class);
      }
      lists.load(new InputStreamReader(in, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lists;
  }
}
