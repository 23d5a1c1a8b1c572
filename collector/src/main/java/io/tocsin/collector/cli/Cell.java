package io.tocsin.collector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Values as people read them; a dash where nothing is known.
final class Cell {
  private static final String UNKNOWN = "-";

  private Cell() {}

  /// Control characters are left out: what services wrote must not steer a terminal.
  static String text(JsonNode value) {
    String text = value.isMissingNode() || value.isNull() ? "" : value.asText();
    return text.isEmpty() ? UNKNOWN : text.replaceAll("\\p{Cntrl}", " ");
  }

  /// UTC, to the second.
  static String time(JsonNode millis) {
    return millis.canConvertToLong()
        ? Instant.ofEpochMilli(millis.asLong()).truncatedTo(ChronoUnit.SECONDS).toString()
        : UNKNOWN;
  }

  static String size(JsonNode bytes) {
    return bytes.canConvertToLong() ? "%,d kB".formatted(bytes.asLong() / 1_000) : UNKNOWN;
  }

  static String seconds(JsonNode millis) {
    return millis.canConvertToLong()
        ? Duration.ofMillis(millis.asLong()).toSeconds() + " s"
        : UNKNOWN;
  }
}
