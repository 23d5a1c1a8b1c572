package io.tocsin.agent.template;

import io.tocsin.agent.template.Login.Kind;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A failed login in the words of any program: a word of failure, one of what failed, and one
/// address, behind a word that announces one.
final class OtherLogin {
  private static final Set<String> FAILED =
      Set.of("failed", "failure", "failures", "fail", "invalid", "incorrect");
  private static final Set<String> ABOUT =
      Set.of(
          "password",
          "passwd",
          "login",
          "logon",
          "auth",
          "authentication",
          "credentials",
          "user_auth",
          "user_login");
  private static final Set<String> SOURCE =
      Set.of("from", "rhost", "client", "ip", "rip", "addr", "host", "src", "source", "remote");
  private static final Pattern FOUR = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

  private OtherLogin() {}

  static @Nullable Login login(String text) {
    boolean failed = false;
    boolean about = false;
    String source = "";
    String before = "";
    for (int at = 0; at < text.length(); ) {
      int end = at;
      while (end < text.length() && isOfWord(text.charAt(end))) {
        end++;
      }
      if (end > at) {
        String word = text.substring(at, end);
        String address = address(word);
        if (!address.isEmpty()) {
          if ((!source.isEmpty() && !source.equals(address)) || !SOURCE.contains(before)) {
            return null; // which of them it is cannot be told
          }
          source = address;
        }
        before = stripped(word).toLowerCase(Locale.ROOT);
        failed |= FAILED.contains(before);
        about |= ABOUT.contains(before);
      }
      at = end + 1;
    }
    return failed && about ? LoginLine.login(source, "", Kind.OTHER, false) : null;
  }

  private static boolean isOfWord(char c) {
    return Character.isLetterOrDigit(c) || ".:_-<>".indexOf(c) >= 0;
  }

  private static String stripped(String word) {
    int from = 0;
    int to = word.length();
    while (from < to && !Character.isLetterOrDigit(word.charAt(from))) {
      from++;
    }
    while (to > from && !Character.isLetterOrDigit(word.charAt(to - 1))) {
      to--;
    }
    return word.substring(from, to);
  }

  /// The address that a word is, without its port; empty when it is none.
  private static String address(String word) {
    if (LoginLine.isMark(word)) {
      return word.startsWith("<secret:address:") ? word : "";
    }
    int colons = 0;
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (Character.digit(c, 16) < 0 && c != '.' && c != ':') {
        return "";
      }
      colons += c == ':' ? 1 : 0;
    }
    String bare =
        word.endsWith(".") || (word.endsWith(":") && !word.endsWith("::"))
            ? word.substring(0, word.length() - 1)
            : word;
    if (bare.length() > 2 && (bare.contains("::") || colons >= 7)) {
      return bare;
    }
    int port = bare.indexOf(':');
    String four = port < 0 ? bare : bare.substring(0, port);
    return FOUR.matcher(four).matches() ? four : "";
  }
}
