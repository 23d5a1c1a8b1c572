package io.tocsin.agent.redact;

/// A scalar of YAML in a block: `password: |`, then lines that are indented further than the key
/// (YAML 1.2, 8.1).
final class YamlBlock {

  private YamlBlock() {}

  /// Where the line ends that holds nothing but the head of a block from here on (`|`, `>-`, `|2`
  /// and perhaps a comment); -1 when that is none.
  static int headEnd(String text, int from) {
    char style = text.charAt(from);
    if (style != '|' && style != '>') {
      return -1;
    }
    int i = from + 1;
    while (i < text.length()
        && i - from <= 2
        && (text.charAt(i) == '-' || text.charAt(i) == '+' || Chars.isDigit(text.charAt(i)))) {
      i++;
    }
    while (i < text.length() && Chars.isBlank(text.charAt(i))) {
      i++;
    }
    if (i < text.length() && text.charAt(i) == '#') {
      int end = text.indexOf('\n', i);
      return end < 0 ? text.length() : end;
    }
    i = i < text.length() && text.charAt(i) == '\r' ? i + 1 : i;
    return i == text.length() || text.charAt(i) == '\n' ? i : -1;
  }

  /// Blanks before the key of the line that holds this place; dashes of a list count too.
  static int indent(String text, int at) {
    int begin = text.lastIndexOf('\n', at) + 1;
    int i = begin;
    while (i < at && (Chars.isBlank(text.charAt(i)) || text.charAt(i) == '-')) {
      i++;
    }
    return i - begin;
  }

  /// Exclusive end of the lines from here on that belong to the block: before the line break in
  /// front of the first that does not, else the end of the text.
  static int end(String text, int from, int indent) {
    int begin = from;
    while (begin < text.length()) {
      int i = begin;
      while (i < text.length() && Chars.isBlank(text.charAt(i))) {
        i++;
      }
      boolean empty = i == text.length() || text.charAt(i) == '\n' || text.charAt(i) == '\r';
      if (!empty && i - begin <= indent) {
        return Math.max(from, begin - 1);
      }
      int end = text.indexOf('\n', i);
      if (end < 0) {
        return text.length();
      }
      begin = end + 1;
    }
    return text.length();
  }
}
