package io.tocsin.collector.window;

import java.time.Duration;

/// @param grace after a window's end until it seals without those who have not reported
/// @param attribution wait for the platform's word on an instance that disk says nothing of
/// @param catchUp wait for the agents' spools after the collector was away
/// @param forget a silent instance after so long
public record SealConfig(Duration grace, Duration attribution, Duration catchUp, Duration forget) {
  public static final SealConfig DEFAULT =
      new SealConfig(
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          Duration.ofMinutes(30));
}
