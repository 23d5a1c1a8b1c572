package io.tocsin.agent.instance;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// A strict reader of JSON objects as container runtimes and the journal write them. Strings become
/// `String`, numbers `Double` or `Long`, arrays `List`, objects `Map`; a null member is left out.
public final class Json {
  private static final int MAX_DEPTH = 64;
  private static final Pattern NUMBER =
      Pattern.compile("-?\\d+(?<rest>(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)");
  private static final Object NULL = new Object();

  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  /// @throws IllegalArgumentException where the text is not one JSON object
  public static Map<String, Object> object(String text) {
    var json = new Json(text);
    var object = json.members(0);
    json.space();
    if (json.at != text.length()) {
      throw json.expected("the end");
    }
    return object;
  }

  /// The string under a path of keys; empty where there is none.
  public static String text(Map<String, Object> object, String... path) {
    Object value = object;
    for (String key : path) {
      value = value instanceof Map<?, ?> map ? map.get(key) : null;
    }
    return value instanceof String string ? string : "";
  }

  private Object value(int depth) {
    if (depth > MAX_DEPTH) {
      throw expected("at most " + MAX_DEPTH + " levels");
    }
    return switch (next()) {
      case '{' -> members(depth);
      case '[' -> elements(depth);
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", NULL);
      default -> number();
    };
  }

  private Map<String, Object> members(int depth) {
    var members = new LinkedHashMap<String, Object>();
    each(
        '{',
        '}',
        () -> {
          String key = string();
          take(':');
          Object value = value(depth + 1);
          if (!value.equals(NULL)) {
            members.put(key, value);
          }
        });
    return members;
  }

  private List<Object> elements(int depth) {
    var elements = new ArrayList<Object>();
    each(
        '[',
        ']',
        () -> {
          Object value = value(depth + 1);
          if (!value.equals(NULL)) {
            elements.add(value);
          }
        });
    return elements;
  }

  /// What stands between brackets, divided by commas.
  private void each(char open, char close, Runnable one) {
    take(open);
    if (next() != close) {
      one.run();
    }
    while (next() != close) {
      take(',');
      one.run();
    }
    at++;
  }

  private String string() {
    take('"');
    int from = at;
    while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\\') {
      at++;
    }
    if (peek() == '"') {
      return text.substring(from, at++);
    }
    var out = new StringBuilder(text.length() - from).append(text, from, at);
    while (peek() != '"') {
      char c = text.charAt(at++);
      out.append(c == '\\' ? escape() : c);
    }
    at++;
    return out.toString();
  }

  private char escape() {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'u' -> unicode();
      default -> throw expected("an escape");
    };
  }

  private char unicode() {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      if (!HexFormat.isHexDigit(peek())) {
        throw expected("four hex digits");
      }
      code = 16 * code + HexFormat.fromHexDigit(text.charAt(at++));
    }
    return (char) code;
  }

  private Number number() {
    var number = NUMBER.matcher(text).region(at, text.length());
    if (!number.lookingAt()) {
      throw expected("a value");
    }
    at = number.end();
    String digits = number.group();
    boolean whole = number.group("rest").isEmpty() && digits.length() < 19;
    return whole ? (Number) Long.valueOf(digits) : (Number) Double.valueOf(digits);
  }

  private Object word(String word, Object value) {
    if (!text.startsWith(word, at)) {
      throw expected(word);
    }
    at += word.length();
    return value;
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw expected("more");
    }
    return text.charAt(at);
  }

  private char next() {
    space();
    return peek();
  }

  private void take(char c) {
    if (next() != c) {
      throw expected("'" + c + "'");
    }
    at++;
  }

  private IllegalArgumentException expected(String what) {
    // The text itself may hold secrets: only the place is told.
    return new IllegalArgumentException("JSON at offset " + at + ": expected " + what);
  }
}
