package io.tocsin.agent.template;

import io.tocsin.agent.template.Classifier.Typed;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a line says, without its head: JSON and logfmt by their fields, else stamps, host, level,
/// thread and logger cut from the front, at most 12 words. Of joined lines only the first is mined:
/// the rest is a stack trace, and differs without saying more.
record Message(Level level, String text) {

  /// What makes a line one of keys and values.
  static final String FIELD = "msg=";

  private static final int HEAD = 12;

  // As they are written by the loggers of Go, Python, Java, Node and .NET, by GELF, ECS (flat),
  // OpenTelemetry, Serilog's compact form, the journal and the large clouds.
  private static final Set<String> TEXT_FIELDS =
      Set.of(
          "msg",
          "message",
          "log",
          "event",
          "Message",
          "MESSAGE",
          "@m",
          "@mt",
          "MessageTemplate",
          "short_message",
          "body",
          "Body",
          "textPayload");
  private static final Set<String> LEVEL_FIELDS =
      Set.of(
          "level",
          "severity",
          "lvl",
          "levelname",
          "log.level",
          "Level",
          "@l",
          "LogLevel",
          "logLevel",
          "loglevel",
          "severityText",
          "severity_text",
          "SeverityText",
          "error_severity",
          "PRIORITY");
  private static final Map<String, Level> LEVELS =
      Map.ofEntries(
          Map.entry("trace", Level.TRACE),
          Map.entry("verbose", Level.TRACE),
          Map.entry("fine", Level.TRACE),
          Map.entry("finer", Level.TRACE),
          Map.entry("finest", Level.TRACE),
          Map.entry("debug", Level.DEBUG),
          Map.entry("config", Level.DEBUG),
          Map.entry("info", Level.INFO),
          Map.entry("information", Level.INFO),
          Map.entry("notice", Level.INFO),
          Map.entry("warn", Level.WARN),
          Map.entry("warning", Level.WARN),
          Map.entry("error", Level.ERROR),
          Map.entry("err", Level.ERROR),
          Map.entry("severe", Level.ERROR),
          Map.entry("fatal", Level.FATAL),
          Map.entry("crit", Level.FATAL),
          Map.entry("critical", Level.FATAL),
          Map.entry("alert", Level.FATAL),
          Map.entry("emerg", Level.FATAL),
          Map.entry("panic", Level.FATAL));

  /// What a structured line says; null when it is none.
  ///
  /// @param line without white space at its ends
  static @Nullable Message ofFields(String line) {
    if (line.isEmpty()) {
      return null;
    }
    return switch (line.charAt(0)) {
      case '{' -> Fields.json(line).message();
      case '<' -> Syslog.message(line);
      default -> {
        Message pairs = pairs(line);
        yield pairs == null ? Layout.message(line) : pairs;
      }
    };
  }

  /// What a line says behind a header with an end of its own; null when it has none, or may have
  /// keys and values.
  ///
  /// @param line without white space at its ends
  static @Nullable Message behindHeader(String line) {
    Message behind = line.isEmpty() ? null : Layout.message(line);
    return behind == null || line.contains(FIELD) ? null : behind;
  }

  /// Whether it may be a structured line by its beginning; else only [#FIELD] in it makes it one.
  ///
  /// @param line without white space at its ends
  static boolean mayBeFields(String line) {
    if (line.isEmpty()) {
      return false;
    }
    char c = line.charAt(0);
    return c == '{' || c == '<' || beginsWithPair(line);
  }

  /// Of `key=value` pairs; where the whole line is of such and none is its text, all of it counts.
  private static @Nullable Message pairs(String line) {
    boolean whole = beginsWithPair(line);
    if (!whole && !line.contains(FIELD)) {
      return null;
    }
    Gathered gathered = Fields.logfmt(line);
    Message message = gathered.message();
    return message == null && whole && gathered.level != Level.UNKNOWN
        ? new Message(gathered.level, firstLine(line))
        : message;
  }

  private static boolean beginsWithPair(String line) {
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '=') {
        return i > 0;
      }
      if (!Character.isLetterOrDigit(c) && "_.-@".indexOf(c) < 0) {
        return false;
      }
    }
    return false;
  }

  /// A level by its name; `UNKNOWN` for any other word.
  static Level named(String word) {
    return LEVELS.getOrDefault(Words.lower(word), Level.UNKNOWN);
  }

  static Level level(String word) {
    Level level = named(word);
    if (level != Level.UNKNOWN) {
      return level;
    }
    return switch (word) { // pino and bunyan number them
      case "10" -> Level.TRACE;
      case "20" -> Level.DEBUG;
      case "30" -> Level.INFO;
      case "40" -> Level.WARN;
      case "50" -> Level.ERROR;
      case "60" -> Level.FATAL;
      default ->
          word.length() == 1 && word.charAt(0) >= '0' && word.charAt(0) <= '7'
              ? severity(word.charAt(0) - '0')
              : Level.UNKNOWN;
    };
  }

  /// By syslog's numbers (RFC 5424, 6.2.1), which GELF and the journal use too.
  ///
  /// @param severity 0 to 7
  static Level severity(int severity) {
    return switch (severity) {
      case 0, 1, 2 -> Level.FATAL;
      case 3 -> Level.ERROR;
      case 4 -> Level.WARN;
      case 5, 6 -> Level.INFO;
      default -> Level.DEBUG;
    };
  }

  /// Gathers the two fields that matter while a line is read.
  static final class Gathered {
    private @Nullable String text;
    private Level level = Level.UNKNOWN;

    boolean wants(String name) {
      return TEXT_FIELDS.contains(name) || LEVEL_FIELDS.contains(name);
    }

    void field(String name, String value) {
      if (TEXT_FIELDS.contains(name) && text == null) {
        text = value;
      } else if (LEVEL_FIELDS.contains(name)) {
        level = level(value);
      }
    }

    @Nullable Message message() {
      if (text == null || text.isBlank()) {
        return null;
      }
      return new Message(level, firstLine(text));
    }
  }

  static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  /// What a line says that is not structured.
  ///
  /// @param line without white space at its ends
  static Message cut(String line) {
    List<String> words = Tokenizer.whiteSpace(line);
    var head = new Head(words);
    int message = head.end();
    if (message == 0) {
      return new Message(crash(line), line);
    }
    return new Message(head.level, String.join(" ", words.subList(message, words.size())));
  }

  /// What runtimes print when nobody caught an error: the level of lines that state none.
  private static Level crash(String line) {
    if (line.startsWith("panic: ")
        || line.startsWith("fatal error: ")
        || line.startsWith("Unhandled exception")
        || line.startsWith("Exception in thread ")) {
      return Level.FATAL;
    }
    return line.startsWith("Traceback (most recent call last)") ? Level.ERROR : Level.UNKNOWN;
  }

  /// Reads the head of one line.
  private static final class Head {
    private final List<String> words;
    private Level level = Level.UNKNOWN;
    private boolean stamped;
    private boolean host;

    Head(List<String> words) {
      this.words = words;
    }

    /// Index of the first word of the message.
    int end() {
      int i = 0;
      while (i < words.size() - 1 && i < HEAD) {
        String w = words.get(i);
        String b = Words.core(w);
        if (i == 0 && beforeStamp(b)) {
          i++;
        } else if (isLevel(w, b)) {
          level = LEVELS.getOrDefault(Words.lower(b), Level.UNKNOWN);
          i++;
        } else if (b.isEmpty() || b.equals("-")) {
          i++;
        } else if (isStamp(b)) {
          stamped = true;
          i++;
        } else if (w.charAt(0) == '[') {
          int n = w.indexOf(']') >= 0 ? 0 : Tokenizer.bracket(words, i, '[');
          String last = words.get(i + n);
          if (n >= 8 || !(last.endsWith("]") || last.endsWith("]:")) || !(stamped || hasLevel())) {
            return i;
          }
          i += n + 1;
        } else if (hasLevel() && isLogger(w, b)) {
          return behindIds(i + 1);
        } else if (isHost(i, w)) {
          host = true;
          i++;
        } else {
          return host && Words.last(w) == ':' ? behindTag(i + 1) : i;
        }
      }
      return i;
    }

    /// Behind the tag of syslog a program may state its level.
    private int behindTag(int i) {
      String word = words.get(i);
      String core = Words.core(word);
      if (i == words.size() - 1 || core.isEmpty() || !isLevel(word, core)) {
        return i;
      }
      level = LEVELS.getOrDefault(Words.lower(core), Level.UNKNOWN);
      return i + 1;
    }

    private boolean hasLevel() {
      return level != Level.UNKNOWN;
    }

    /// A file or host before the stamp.
    private boolean beforeStamp(String b) {
      String next = words.get(1);
      return Classifier.typed(b) == Typed.VALUE
          && next.length() > 9
          && startsWithYear(next)
          && "-/".indexOf(next.charAt(4)) >= 0;
    }

    private static boolean isLevel(String w, String b) {
      return LEVELS.containsKey(Words.lower(b)) && (Words.isUpper(b) || Words.opens(w.charAt(0)));
    }

    private static boolean isStamp(String b) {
      boolean number = !Words.hasLetter(b) && b.chars().anyMatch(c -> Words.isDigit((char) c));
      return number
          || Words.DATES.contains(Words.lower(b))
          || (b.length() > 9 && startsWithYear(b));
    }

    private static boolean startsWithYear(String word) {
      return word.substring(0, 4).chars().allMatch(c -> Words.isDigit((char) c));
    }

    private static boolean isLogger(String w, String b) {
      return (Words.last(w) == ':' || b.indexOf('.') >= 0)
          && Classifier.keyEnd(b) < 0
          && Classifier.typed(b) != Typed.VALUE
          && w.indexOf('=') < 0;
    }

    /// Behind the logger, one group of ids.
    private int behindIds(int i) {
      if (words.get(i).charAt(0) != '[') {
        return i;
      }
      int n = words.get(i).indexOf(']') >= 0 ? 0 : Tokenizer.bracket(words, i, '[');
      boolean ids =
          i + n + 1 < words.size()
              && words.get(i + n).endsWith("]")
              && words.subList(i, i + n + 1).stream().allMatch(Head::isId);
      return ids ? i + n + 1 : i;
    }

    private static boolean isId(String word) {
      String id = Words.strip(word, "[]");
      return id.equals("-") || Classifier.typed(id) == Typed.VALUE;
    }

    /// A host of syslog: behind the stamp, before `tag:`.
    private boolean isHost(int i, String w) {
      return stamped
          && !hasLevel()
          && !host
          && Words.last(w) != ':'
          && i + 1 < words.size()
          && words.get(i + 1).endsWith(":");
    }
  }
}
