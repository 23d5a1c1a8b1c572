package io.tocsin.agent.template;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Line layouts drawn at random from the pattern languages of widespread loggers.
final class Layouts {

  /// What a layout is filled with.
  ///
  /// @param second of the day the line is written
  /// @param level of [Level], upper case
  record Event(int second, int millis, String thread, String logger, String level, String text) {}

  /// Writes a line; the same layout for all lines of a file.
  interface Layout {
    String line(Event event);
  }

  private static final List<String> THREADS =
      List.of("main", "http-nio-8080-exec-3", "pool-1-thread-12", "scheduler-2", "kafka-consumer");

  private final Random random;

  Layouts(Random random) {
    this.random = random;
  }

  String thread() {
    return THREADS.get(random.nextInt(THREADS.size()));
  }

  /// The language's name, for messages of tests.
  static List<String> languages() {
    return List.of("logback", "log4j2", "python", "glog", "zap", "slog", "serilog", "nlog");
  }

  Layout of(String language, boolean coloured) {
    Layout plain =
        switch (language) {
          case "logback", "log4j2" -> java();
          case "python" -> python();
          case "glog" -> glog();
          case "zap" -> zap();
          case "slog" -> slog();
          case "serilog" -> serilog();
          case "nlog" -> nlog();
          default -> throw new IllegalArgumentException(language);
        };
    return coloured ? event -> colour(plain.line(event), event.level()) : plain;
  }

  private static String colour(String line, String level) {
    int at = line.toUpperCase(Locale.ROOT).indexOf(level.substring(0, Math.min(3, level.length())));
    int end = at;
    while (at >= 0 && end < line.length() && Character.isLetter(line.charAt(end))) {
      end++;
    }
    return at < 0
        ? "\u001b[32m" + line + "\u001b[0m"
        : "%s\u001b[1;33m%s\u001b[0m%s"
            .formatted(line.substring(0, at), line.substring(at, end), line.substring(end));
  }

  @SafeVarargs
  private <T> T any(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /// A date with time of day, as patterns write them.
  private Layout stamp() {
    String date = any("2026-01-31 ", "2026-01-31T", "31 Jan 2026 ", "01/31/26 ", "2026/01/31 ", "");
    String fraction = any("", ",%03d", ".%03d", ".%03d000");
    String zone = date.endsWith("T") ? any("Z", "+01:00", "") : any("", "", " +0100");
    return event ->
        date
            + "%02d:%02d:%02d"
                .formatted(event.second / 3_600, event.second / 60 % 60, event.second % 60)
            + (fraction.isEmpty() ? "" : fraction.formatted(event.millis))
            + zone;
  }

  /// `%d [%thread] %-5level %logger{36} - %msg`, the parts in any usual order.
  private Layout java() {
    Layout stamp = any(true, false) ? stamp() : bracketed(stamp());
    Layout level = any(e -> "%-5s".formatted(e.level), e -> e.level, e -> "[" + e.level + "]");
    Layout thread = any(e -> "[" + e.thread + "]", e -> "[%15s]".formatted(e.thread), e -> "");
    Layout logger =
        any(
            e -> e.logger,
            e -> "%-36s".formatted(e.logger),
            e -> "[" + e.logger + "]",
            e -> e.logger + ":" + (100 + e.millis % 7));
    String sign = any(" - ", " : ", ": ");
    int order = random.nextInt(4);
    if (order == 3) { // Spring Boot
      return e ->
          "%s %5s 4711 --- [shop] %s %s : %s"
              .formatted(
                  stamp.line(e),
                  e.level,
                  "[" + e.thread + "]",
                  "%-40s".formatted(e.logger),
                  e.text);
    }
    return e -> {
      List<Layout> parts =
          switch (order) {
            case 0 -> List.of(stamp, thread, level, logger);
            case 1 -> List.of(stamp, level, thread, logger);
            default -> List.of(stamp, level, logger, thread);
          };
      return parts.stream()
              .map(part -> part.line(e))
              .filter(part -> !part.isEmpty())
              .collect(Collectors.joining(" "))
          + sign
          + e.text;
    };
  }

  private static Layout bracketed(Layout inner) {
    return e -> "[" + inner.line(e) + "]";
  }

  /// `%(asctime)s - %(name)s - %(levelname)s - %(message)s`
  private Layout python() {
    Layout stamp = stamp();
    return any(
        e -> "%s - %s - %s - %s".formatted(stamp.line(e), e.logger, e.level, e.text),
        e -> "%s:%s:%s".formatted(e.level, e.logger, e.text),
        e -> "[%s] [4711] [%s] %s".formatted(stamp.line(e), e.level, e.text),
        e -> "%s %-8s %s:%d %s".formatted(stamp.line(e), e.level, e.logger, 17, e.text),
        e -> "%s %s [%s] %s".formatted(stamp.line(e), e.level, e.logger, e.text),
        e -> "%s | %-8s | %s:run:42 - %s".formatted(stamp.line(e), e.level, e.logger, e.text));
  }

  /// `I0131 10:00:00.123456 12345 file.go:123] text`
  private Layout glog() {
    int pid = 1_000 + random.nextInt(50_000);
    String file = any("server.go", "controller_utils.go", "main.cc");
    return e ->
        "%c0131 %02d:%02d:%02d.%03d456 %7d %s:%d] %s"
            .formatted(
                e.level.charAt(0),
                e.second / 3_600,
                e.second / 60 % 60,
                e.second % 60,
                e.millis,
                pid,
                file,
                100 + e.millis % 7,
                e.text);
  }

  /// Tabs between.
  private Layout zap() {
    Layout stamp =
        e ->
            "2026-01-31T%02d:%02d:%02d.%03dZ"
                .formatted(e.second / 3_600, e.second / 60 % 60, e.second % 60, e.millis);
    return any(
        e -> Stream.of(stamp.line(e), e.level, e.text).collect(Collectors.joining("\t")),
        e ->
            Stream.of(stamp.line(e), e.level, "shop.cart", "cart/cart.go:17", e.text)
                .collect(Collectors.joining("\t")),
        e ->
            Stream.of(stamp.line(e), e.level.toLowerCase(Locale.ROOT), "cart/cart.go:17", e.text)
                .collect(Collectors.joining("\t")));
  }

  private Layout slog() {
    return any(
        e ->
            "2026/01/31 %02d:%02d:%02d %s %s"
                .formatted(e.second / 3_600, e.second / 60 % 60, e.second % 60, e.level, e.text),
        e ->
            "time=2026-01-31T10:00:%02d.%03dZ level=%s msg=\"%s\""
                .formatted(e.second % 60, e.millis, e.level, e.text));
  }

  private Layout serilog() {
    Layout level =
        e ->
            switch (e.level) {
              case "INFO" -> "INF";
              case "WARN" -> "WRN";
              case "DEBUG" -> "DBG";
              default -> "ERR";
            };
    Layout stamp = stamp();
    return any(
        e ->
            "[%02d:%02d:%02d %s] %s"
                .formatted(
                    e.second / 3_600, e.second / 60 % 60, e.second % 60, level.line(e), e.text),
        e -> "%s [%s] %s".formatted(stamp.line(e), level.line(e), e.text),
        e -> "%s [%s] (%s) %s".formatted(stamp.line(e), level.line(e), e.logger, e.text));
  }

  /// `${longdate}|${level:uppercase=true}|${logger}|${message}`, the default; or with blanks.
  private Layout nlog() {
    return any(
        e ->
            "2026-01-31 10:00:%02d.%03d4|%s|%s|%s"
                .formatted(e.second % 60, e.millis, e.level, e.logger, e.text),
        e ->
            "2026-01-31 10:00:%02d.%03d4 | %s | %s | %s"
                .formatted(e.second % 60, e.millis, e.level, e.logger, e.text),
        e ->
            "2026-01-31 10:00:%02d.%03d4 %s %s %s"
                .formatted(e.second % 60, e.millis, e.level, e.logger, e.text));
  }
}
