package io.tocsin.agent.tail;

import java.util.Locale;

/// Knows which line goes on with the message before: the stack traces of Java, Python, Go, .NET and
/// Node. Deliberately narrow: any other indented line is a message of its own, and so is a trace
/// that follows a line which says nothing of trouble, for that would bury the trace in it.
final class StackTraces {
  private enum Within {
    NOTHING,
    FRAMES,
    PYTHON,
    /// Behind the line that names Python's exception; the next trace may follow.
    PYTHON_ENDED,
    GO,
    /// Behind `file.js:1`, where Node shows the source that threw.
    SOURCE,
    /// Within the fields of an error that Node prints in braces.
    FIELDS
  }

  /// Looked for in so much of a line's beginning, where a level and a first word stand.
  private static final int HEAD = 200;

  private static final String[] TROUBLE = {
    "error", "exception", "fatal", "critical", "fail", "warn", "severe", "panic", "unhandled",
    "uncaught", "crash", "cannot", "could not", "unable", "abort", "crit", "alert", "emerg"
  };

  private Within within = Within.NOTHING;

  /// Whether the trace has frames, so that the next throwable begins a trace of its own.
  private boolean framed;

  /// The line that began the message, as far as it is known.
  private String first = "";

  /// Whether the line belongs to the one before. Call for every line, in order.
  boolean continues(String line) {
    boolean goesOn = goesOn(line);
    if (!goesOn) {
      first = line;
    }
    return goesOn;
  }

  private boolean goesOn(String line) {
    if (line.isEmpty()) {
      return switch (within) {
        case PYTHON, PYTHON_ENDED, GO, SOURCE -> true;
        case NOTHING, FRAMES, FIELDS -> false;
      };
    }
    char c = line.charAt(0);
    if (c == ' ' || c == '\t') {
      return indented(line);
    }
    return switch (c) {
      case '}' -> within == Within.FIELDS && ended(Within.FRAMES);
      case '^' -> within == Within.SOURCE;
      case '.' -> within == Within.GO && line.startsWith("...");
      case '/' -> source(line);
      default -> {
        if (c == '-' || c == '[' || c == '_' || Character.isLetter(c)) {
          yield flush(line);
        }
        within = Within.NOTHING;
        yield false;
      }
    };
  }

  private boolean ended(Within next) {
    framed = false;
    within = next;
    return true;
  }

  private boolean indented(String line) {
    String text = line.strip();
    if (text.startsWith("at ") && (within != Within.NOTHING || isFrame(text))) {
      framed = true;
      boolean fields = within == Within.FIELDS || text.endsWith(" {"); // until the brace closes
      within = fields ? Within.FIELDS : Within.FRAMES;
      return true;
    }
    if (text.startsWith("... ")
        || text.startsWith("--- End of ")
        || text.startsWith("---> ")
        || text.startsWith("Suppressed: ")
        || text.startsWith("Caused by: ")) {
      within = Within.FRAMES;
      return true;
    }
    if (text.startsWith("File \"") || text.startsWith("+ Exception Group Traceback")) {
      within = Within.PYTHON;
      return true;
    }
    return within != Within.NOTHING;
  }

  /// `at a.B.c(B.java:1)`, `at A.B() in b.cs:line 1`, `at async f (b.js:1:2)`, `at /srv/b.js:1:2`;
  /// not `at 10:30 backup`.
  private static boolean isFrame(String text) {
    int from = text.startsWith("async ", 3) ? 9 : text.startsWith("new ", 3) ? 7 : 3;
    if (from >= text.length() || Character.isDigit(text.charAt(from))) {
      return false;
    }
    int open = text.indexOf('(', from);
    if (open < 0) {
      int colon = text.lastIndexOf(':');
      boolean numbered = colon > from && text.substring(colon + 1).matches("\\d{1,9}");
      return numbered || text.contains(" in ") || text.endsWith("<anonymous>");
    }
    String name = text.substring(from, open).strip();
    boolean inside =
        text.indexOf(':', open) > 0
            || text.startsWith("(native", open)
            || text.startsWith("(<anonymous", open)
            || text.startsWith("(index ", open);
    boolean one = name.indexOf(' ') < 0 || name.indexOf('[') > 0; // generics, `[as name]`
    return one && (text.charAt(open - 1) != ' ' || inside);
  }

  /// `main.(*T).f(0xc0000, 0x1)`, `panic({0x1, 0x2})`: a package or nothing before the name, and no
  /// blank before the bracket, unlike `served GET /x (12 ms)`.
  private static boolean isGoFrame(String line) {
    int open = line.indexOf('(');
    String name = open < 0 || !line.endsWith(")") ? "" : line.substring(0, open);
    return name.equals("panic") || (name.indexOf('.') > 0 && name.indexOf(' ') < 0);
  }

  /// `/srv/app.js:12` before the source that threw: begins a message.
  private boolean source(String line) {
    int colon = line.lastIndexOf(':');
    boolean numbered =
        colon > 0
            && colon < line.length() - 1
            && line.chars().skip(colon + 1L).allMatch(Character::isDigit);
    String file = numbered ? line.substring(0, colon) : "";
    boolean script =
        file.endsWith(".js")
            || file.endsWith(".mjs")
            || file.endsWith(".cjs")
            || file.endsWith(".ts")
            || file.startsWith("node:");
    within = script ? Within.SOURCE : Within.NOTHING;
    return false;
  }

  private boolean flush(String line) {
    boolean known = within == Within.GO || within == Within.PYTHON || within == Within.SOURCE;
    if (!known && "TDgpfCW-n".indexOf(line.charAt(0)) < 0) {
      return throwable(line); // begins like none of those below
    }
    if (line.startsWith("Traceback (most recent call last)")) {
      return begins(Within.PYTHON);
    }
    if (line.startsWith("During handling of the above exception")
        || line.startsWith("The above exception was the direct cause")) {
      return ended(Within.PYTHON);
    }
    if (line.startsWith("goroutine ") && line.endsWith(":")) {
      return begins(Within.GO);
    }
    if (within == Within.GO
        && (isGoFrame(line) || line.startsWith("created by ") || line.startsWith("[signal "))) {
      return true;
    }
    if (within == Within.GO && line.startsWith("exit status ")) {
      return ended(Within.NOTHING);
    }
    if (line.startsWith("panic: ") || line.startsWith("fatal error: ")) {
      within = Within.GO; // begins a message; the blank line and the goroutines go on with it
      return false;
    }
    if (line.startsWith("Caused by: ")
        || line.startsWith("Wrapped by: ")
        || line.startsWith("--- End of ")) {
      return ended(Within.FRAMES);
    }
    if (within == Within.PYTHON && isName(nameOf(line))) {
      return ended(Within.PYTHON_ENDED); // whatever it is called: KeyboardInterrupt
    }
    if (within == Within.SOURCE) {
      // `throw err;`, then what was thrown, in brackets when it has no stack.
      boolean thrown = namesThrowable(line) || line.startsWith("[");
      boolean goesOn = thrown || line.startsWith("throw ");
      within = thrown ? Within.FRAMES : goesOn ? Within.SOURCE : Within.NOTHING;
      return goesOn;
    }
    if (line.startsWith("node:internal/")) {
      return source(line);
    }
    return throwable(line);
  }

  private boolean throwable(String line) {
    if (namesThrowable(line)) {
      return begins(Within.FRAMES);
    }
    within = Within.NOTHING;
    return false;
  }

  /// A trace that begins here goes on with a message that is a trace already or speaks of trouble;
  /// not with a trace that has its end, where nothing said that another follows.
  private boolean begins(Within trace) {
    boolean over = within == Within.PYTHON_ENDED || (within == Within.FRAMES && framed);
    boolean goesOn = !over && (within != Within.NOTHING || speaksOfTrouble(first));
    framed = false;
    within = trace;
    return goesOn;
  }

  private static boolean speaksOfTrouble(String line) {
    String head = line.substring(0, Math.min(HEAD, line.length())).toLowerCase(Locale.ROOT);
    for (String word : TROUBLE) {
      if (head.contains(word)) {
        return true;
      }
    }
    return false;
  }

  // `a.b.SomeException: text`, `TypeError: text`, `ValueError`: one word up to a colon or the end.
  private static boolean namesThrowable(String line) {
    int end = 0;
    for (; end < line.length() && line.charAt(end) != ':'; end++) {
      char c = line.charAt(end);
      if (!Character.isJavaIdentifierPart(c) && c != '.') {
        if (isCode(line, end)) {
          break;
        }
        return false;
      }
    }
    return line.startsWith("Exception", end - 9)
        || line.startsWith("Error", end - 5)
        || line.startsWith("Throwable", end - 9);
  }

  /// Node writes `TypeError [ERR_INVALID_ARG]: text`.
  private static boolean isCode(String line, int from) {
    if (!line.startsWith(" [ERR_", from)) {
      return false;
    }
    int colon = line.indexOf(':', from);
    return line.charAt((colon < 0 ? line.length() : colon) - 1) == ']';
  }

  private static String nameOf(String line) {
    int end = line.indexOf(':');
    return end < 0 ? line : line.substring(0, end);
  }

  private static boolean isName(String word) {
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (!Character.isJavaIdentifierPart(c) && c != '.') {
        return false;
      }
    }
    return !word.isEmpty();
  }
}
