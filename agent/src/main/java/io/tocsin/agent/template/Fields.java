package io.tocsin.agent.template;

/// Reads the fields of a structured line, in one pass and without a tree.
final class Fields {

  private final String text;
  private final Message.Gathered gathered = new Message.Gathered();
  private int at;

  private Fields(String text) {
    this.text = text;
  }

  /// Fields of the outermost object, and the level within its object `log`, where the Elastic
  /// common schema keeps it; what is no JSON ends the reading.
  static Message.Gathered json(String text) {
    var fields = new Fields(text);
    fields.object();
    return fields.gathered;
  }

  /// `key=value key="a value"`.
  static Message.Gathered logfmt(String text) {
    var fields = new Fields(text);
    fields.pairs();
    return fields.gathered;
  }

  private void object() {
    int depth = 0;
    String name = "";
    String outer = "";
    boolean value = false;
    while (at < text.length()) {
      char c = text.charAt(at);
      switch (c) {
        case '{' -> {
          outer = depth == 1 ? name : outer;
          depth++;
          value = false;
        }
        case '[' -> depth++;
        case '}', ']' -> depth--;
        case ':' -> value = true;
        case ',' -> value = false;
        case '"' -> {
          boolean inLog = depth == 2 && outer.equals("log");
          if (depth == 1 && value && gathered.wants(name)) {
            gathered.field(name, quoted());
          } else if (inLog && value && name.equals("level")) {
            gathered.field("log.level", quoted());
          } else if ((depth == 1 || inLog) && !value) {
            name = quoted();
          } else {
            skipQuoted();
          }
          continue;
        }
        default -> {
          if (value && depth == 1 && Words.isDigit(c)) {
            int from = at;
            while (at < text.length() && Words.isDigit(text.charAt(at))) {
              at++;
            }
            gathered.field(name, text.substring(from, at));
            continue;
          }
        }
      }
      at++;
    }
  }

  private void pairs() {
    while (at < text.length()) {
      int from = at;
      while (at < text.length() && text.charAt(at) > ' ' && text.charAt(at) != '=') {
        at++;
      }
      if (at < text.length() && text.charAt(at) == '=') {
        String name = text.substring(from, at);
        at++;
        int begin = at;
        boolean quote = at < text.length() && text.charAt(at) == '"';
        if (quote) {
          gathered.field(name, quoted());
        } else {
          while (at < text.length() && text.charAt(at) > ' ') {
            at++;
          }
          gathered.field(name, text.substring(begin, at));
        }
      } else {
        at++;
      }
    }
  }

  /// The string that opens here, its escapes undone as far as white space and quotes go.
  private String quoted() {
    int from = at + 1;
    int end = text.indexOf('"', from);
    int escape = text.indexOf('\\', from, end < 0 ? text.length() : end);
    if (end >= 0 && escape < 0) {
      at = end + 1;
      return text.substring(from, end);
    }
    var out = new StringBuilder();
    for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
      char c = text.charAt(at);
      if (c == '\\' && at + 1 < text.length()) {
        at++;
        c =
            switch (text.charAt(at)) {
              case 'n' -> '\n';
              case 'r', 't' -> ' ';
              default -> text.charAt(at);
            };
      }
      out.append(c);
    }
    at++;
    return out.toString();
  }

  private void skipQuoted() {
    at++;
    while (at < text.length() && text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    at++;
  }
}
