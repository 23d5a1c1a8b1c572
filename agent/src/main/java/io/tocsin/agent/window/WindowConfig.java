package io.tocsin.agent.window;

import java.time.Duration;

/// @param length of a window, 1 s to 60 s; windows are aligned to the epoch
/// @param maxTemplates counted apart in one window of one instance; the rest counts as "other"
public record WindowConfig(Duration length, int maxTemplates) {
  public static final WindowConfig DEFAULT = new WindowConfig(Duration.ofSeconds(10), 2_000);

  public WindowConfig {
    long millis = length.toMillis();
    if (millis < 1_000 || millis > 60_000) {
      throw new IllegalArgumentException("length: expected 1 s to 60 s, found " + length);
    }
    if (maxTemplates < 1 || maxTemplates > 2_000) {
      throw new IllegalArgumentException(
          "max-templates: expected 1 to 2,000, found " + maxTemplates);
    }
  }
}
