package io.tocsin.agent.metrics;

import io.netty.buffer.ByteBuf;
import io.tocsin.agent.metrics.Sample.Kind;
import io.tocsin.agent.metrics.Sample.Label;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads the Prometheus text format 0.0.4 and OpenMetrics 1.0 as the bytes come in: one pass, one
/// line in memory. A line that is neither is skipped and counted. Time stamps and exemplars are not
/// looked at. Source: prometheus.io/docs/instrumenting/exposition_formats and the OpenMetrics
/// specification.
final class Exposition {

  static final int MAX_SAMPLES = 20_000;
  private static final int MAX_LINE = 16_384;
  private static final int MAX_LABELS = 64;

  private final Consumer<Sample> samples;
  private byte[] line = new byte[MAX_LINE];
  private int length;
  private boolean tooLong;
  private String family = "";
  private Kind kind = Kind.UNTYPED;
  private int read;
  private int damaged;
  private int dropped;

  Exposition(Consumer<Sample> samples) {
    this.samples = samples;
  }

  /// Reads all of it.
  void feed(ByteBuf bytes) {
    while (bytes.isReadable()) {
      int end = bytes.bytesBefore((byte) '\n');
      int take = end < 0 ? bytes.readableBytes() : end;
      int room = Math.min(MAX_LINE - length, take);
      bytes.readBytes(line, length, room).skipBytes(take - room);
      length += room;
      tooLong |= take > room;
      if (end >= 0) {
        bytes.skipBytes(1);
        endOfLine();
      }
    }
  }

  /// No more bytes come. A last line without its end was cut off, for all one can know.
  void finish() {
    if (length > 0 || tooLong) {
      damaged++;
    }
    line = new byte[0]; // what was read is kept for a while, the room for it need not be
    length = 0;
  }

  /// Lines skipped.
  int damaged() {
    return damaged;
  }

  /// Samples beyond the bound.
  int dropped() {
    return dropped;
  }

  private void endOfLine() {
    if (tooLong) {
      damaged++;
    } else {
      var text = new String(line, 0, length, StandardCharsets.UTF_8).strip();
      if (text.startsWith("#")) {
        comment(text);
      } else if (read == MAX_SAMPLES) {
        dropped += text.isEmpty() ? 0 : 1; // not looked at: its length is all it may cost
      } else if (!text.isEmpty()) {
        Sample sample = sample(text);
        if (sample == null) {
          damaged++;
        } else {
          read++;
          samples.accept(sample);
        }
      }
    }
    length = 0;
    tooLong = false;
  }

  private void comment(String text) {
    String[] words = text.split("\\s+");
    if (words.length == 4 && words[1].equals("TYPE")) {
      family = words[2];
      kind =
          switch (words[3].toLowerCase(Locale.ROOT)) {
            case "gauge" -> Kind.GAUGE;
            case "counter" -> Kind.COUNTER;
            case "histogram" -> Kind.HISTOGRAM;
            case "summary" -> Kind.SUMMARY;
            default -> Kind.UNTYPED;
          };
    }
  }

  /// Families are not mixed, both formats say, so the last type line is the only one that matters.
  private Kind kindOf(String name) {
    if (name.startsWith(family)) {
      switch (name.substring(family.length())) {
        case "", "_total", "_bucket", "_sum", "_count" -> {
          return kind;
        }
        default -> {}
      }
    }
    return name.endsWith("_total") ? Kind.COUNTER : Kind.UNTYPED;
  }

  private @Nullable Sample sample(String text) {
    int nameEnd = 0;
    while (nameEnd < text.length() && inName(text.charAt(nameEnd), nameEnd == 0)) {
      nameEnd++;
    }
    List<Label> labels = new ArrayList<>();
    int at = nameEnd;
    if (at < text.length() && text.charAt(at) == '{') {
      at = labels(text, at + 1, labels);
    }
    if (nameEnd == 0 || at < 0 || at >= text.length()) {
      return null;
    }
    String[] words = text.substring(at).strip().split("\\s+", 3);
    boolean blankBefore = at > nameEnd || Character.isWhitespace(text.charAt(at));
    Double value = value(words[0]);
    if (!blankBefore || value == null) {
      return null;
    }
    String name = text.substring(0, nameEnd);
    labels.sort(Comparator.comparing(Label::name));
    return new Sample(name, kindOf(name), labels, value);
  }

  /// Reads `name="value",…}`. Returns where it goes on; -1 when damaged.
  private static int labels(String text, int from, List<Label> into) {
    int at = skipBlanks(text, from);
    while (at < text.length() && text.charAt(at) != '}') {
      int nameFrom = at;
      while (at < text.length() && inName(text.charAt(at), at == nameFrom)) {
        at++;
      }
      String name = text.substring(nameFrom, at);
      at = skipBlanks(text, at);
      if (name.isEmpty() || into.size() == MAX_LABELS || !text.startsWith("=", at)) {
        return -1;
      }
      at = skipBlanks(text, at + 1);
      if (!text.startsWith("\"", at)) {
        return -1;
      }
      int valueFrom = ++at;
      while (at < text.length() && text.charAt(at) != '"') {
        at += text.charAt(at) == '\\' ? 2 : 1;
      }
      if (at >= text.length()) {
        return -1;
      }
      // Escapes stay as they are written: the value is only compared and shown.
      into.add(new Label(name, text.substring(valueFrom, at)));
      at = skipBlanks(text, at + 1);
      if (text.startsWith(",", at)) {
        at = skipBlanks(text, at + 1);
      } else if (!text.startsWith("}", at)) {
        return -1;
      }
    }
    return at < text.length() ? at + 1 : -1;
  }

  private static int skipBlanks(String text, int from) {
    int at = from;
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean inName(char c, boolean first) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || c == '_'
        || c == ':'
        || (!first && c >= '0' && c <= '9');
  }

  private static @Nullable Double value(String word) {
    switch (word) {
      case "+Inf", "Inf" -> {
        return Double.POSITIVE_INFINITY;
      }
      case "-Inf" -> {
        return Double.NEGATIVE_INFINITY;
      }
      case "NaN" -> {
        return Double.NaN;
      }
      default -> {
        // Java also reads 1d, 1f and hexadecimal; the format does not.
        char last = word.isEmpty() ? 'x' : word.charAt(word.length() - 1);
        if ((last != '.' && (last < '0' || last > '9')) || word.indexOf('x') >= 0) {
          return null;
        }
        try {
          return Double.valueOf(word);
        } catch (NumberFormatException notANumber) {
          return null;
        }
      }
    }
  }
}
