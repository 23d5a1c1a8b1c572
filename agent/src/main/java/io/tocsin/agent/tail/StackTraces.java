package io.tocsin.agent.tail;

/// Knows which line goes on with the message before: the stack traces of Java, Python, Go, .NET and
/// Node. Deliberately narrow: any other indented line is a message of its own.
final class StackTraces {
  private enum Within {
    NOTHING,
    FRAMES,
    PYTHON,
    GO
  }

  private Within within = Within.NOTHING;

  /// Whether the line belongs to the one before. Call for every line, in order.
  boolean continues(String line) {
    if (line.isEmpty()) {
      return within == Within.PYTHON || within == Within.GO;
    }
    char first = line.charAt(0);
    if (first == ' ' || first == '\t') {
      return indented(line);
    }
    if (first == '-' || first == '[' || Character.isLetter(first) || first == '_') {
      return flush(line);
    }
    within = Within.NOTHING;
    return false;
  }

  private boolean indented(String line) {
    String text = line.strip();
    if (text.startsWith("at ")
        || text.startsWith("... ")
        || text.startsWith("--- End of ")
        || text.startsWith("---> ")
        || text.startsWith("Suppressed: ")
        || text.startsWith("Caused by: ")) {
      within = Within.FRAMES;
      return true;
    }
    if (text.startsWith("File \"")) {
      within = Within.PYTHON;
      return true;
    }
    return within != Within.NOTHING;
  }

  private boolean flush(String line) {
    if (line.startsWith("Traceback (most recent call last)")
        || line.startsWith("During handling of the above exception")
        || line.startsWith("The above exception was the direct cause")) {
      within = Within.PYTHON;
      return true;
    }
    if (line.startsWith("goroutine ") && line.endsWith(":")) {
      within = Within.GO;
      return true;
    }
    if (within == Within.GO && (line.endsWith(")") || line.startsWith("created by "))) {
      return true;
    }
    if (line.startsWith("[signal ")) {
      return true;
    }
    if (line.startsWith("panic: ") || line.startsWith("fatal error: ")) {
      within = Within.GO; // begins a message; the blank line and the goroutines go on with it
      return false;
    }
    if (line.startsWith("Caused by: ") || line.startsWith("--- End of ")) {
      within = Within.FRAMES;
      return true;
    }
    if (namesThrowable(line)) {
      within = within == Within.PYTHON ? Within.PYTHON : Within.FRAMES;
      return true;
    }
    within = Within.NOTHING;
    return false;
  }

  // `a.b.SomeException: text`, `TypeError: text`, `ValueError`: one word up to a colon or the end.
  private static boolean namesThrowable(String line) {
    int end = line.indexOf(':');
    String word = end < 0 ? line : line.substring(0, end);
    return (word.endsWith("Exception") || word.endsWith("Error") || word.endsWith("Throwable"))
        && word.chars().allMatch(c -> Character.isJavaIdentifierPart(c) || c == '.');
  }
}
