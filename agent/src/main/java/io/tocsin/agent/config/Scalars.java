package io.tocsin.agent.config;

import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Text to one value. Each type has one parser and the words that say what it expects.
final class Scalars {
  private static final Pattern QUANTITY = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([A-Za-z]*)");
  private static final Map<String, Long> MILLIS =
      Map.of(
          "ms", 1L, "s", 1_000L, "min", 60_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
  private static final Map<String, Long> BYTES =
      new TreeMap<>(
          Map.of(
              "",
              1L,
              "B",
              1L,
              "kB",
              1_000L,
              "MB",
              1_000_000L,
              "GB",
              1_000_000_000L,
              "KiB",
              1L << 10,
              "MiB",
              1L << 20,
              "GiB",
              1L << 30,
              "TiB",
              1L << 40));

  private Scalars() {}

  /// @param expected in words, e.g. `a duration such as 10 s`
  /// @param read throws IllegalArgumentException (or a subclass) where the text is none
  record Parser(String expected, Function<String, Object> read) {}

  /// @param bytes whether an integer takes units of size
  /// @return null when `type` is no scalar
  static @Nullable Parser parser(Class<?> type, boolean bytes) {
    if (type == String.class) {
      return new Parser("text", text -> text);
    }
    if (type == boolean.class || type == Boolean.class) {
      return new Parser("true or false", Scalars::truth);
    }
    if (type == int.class || type == Integer.class) {
      return bytes
          ? new Parser("a size below 2 GiB such as 64 KiB", t -> Math.toIntExact(size(t)))
          : new Parser("a whole number", t -> Integer.valueOf(t.replace("_", "")));
    }
    if (type == long.class || type == Long.class) {
      return bytes
          ? new Parser("a size such as 256 MiB or 64 kB", Scalars::size)
          : new Parser("a whole number", t -> Long.valueOf(t.replace("_", "")));
    }
    if (type == double.class || type == Double.class) {
      return new Parser("a number", Scalars::number);
    }
    if (type == Duration.class) {
      return new Parser("a duration such as 500 ms, 10 s, 5 min, 1 h or 2 d", Scalars::duration);
    }
    if (type == Path.class) {
      return new Parser("a path", Scalars::path);
    }
    if (type == URI.class) {
      return new Parser("an address such as https://example.org/hook", URI::create);
    }
    return type.isEnum() ? word(type) : null;
  }

  private static Parser word(Class<?> type) {
    Map<String, Object> words = new TreeMap<>();
    for (Object constant : type.getEnumConstants()) {
      words.put(((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-'), constant);
    }
    return new Parser(
        "one of " + String.join(", ", words.keySet()),
        text -> {
          Object constant = words.get(text);
          if (constant == null) {
            throw new IllegalArgumentException(text);
          }
          return constant;
        });
  }

  private static Boolean truth(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static Double number(String text) {
    double value = Double.parseDouble(text);
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(text);
    }
    return value;
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private static Duration duration(String text) {
    return Duration.ofMillis(quantity(text, MILLIS));
  }

  private static Long size(String text) {
    return quantity(text, BYTES);
  }

  private static long quantity(String text, Map<String, Long> units) {
    var match = QUANTITY.matcher(text);
    Long unit = match.matches() ? units.get(match.group(2)) : null;
    if (unit == null) {
      throw new IllegalArgumentException(text);
    }
    return new BigDecimal(match.group(1)).multiply(BigDecimal.valueOf(unit)).longValueExact();
  }
}
