package io.tocsin.collector.backtest;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/// History made up from a seed: a daily pattern, noise, and what goes wrong in it.
final class Histories {
  static final Instant BEGIN = Instant.parse("2026-03-02T00:00:00Z");
  private static final long DAY = 86_400;

  private Histories() {}

  /// Ten days of a small shop in steps of five minutes, as in deploy/example: on the eighth day it
  /// is slow for three hours, on the tenth it leaks memory for eight.
  static List<String> shop(long seed) {
    Random random = new Random(seed);
    List<String> lines = new ArrayList<>();
    lines.add("time,requests per second,latency.mean ms,memory MB,cpu cores");
    double drift = 0;
    double leak = 0;
    for (long s = 300; s <= 10 * DAY; s += 300) {
      double day = Math.sin(2 * Math.PI * (s % DAY) / DAY - 1.8);
      drift = 0.95 * drift + 0.4 * random.nextGaussian();
      double requests = Math.max(1, 60 + 35 * day + 3 * random.nextGaussian() + 2 * drift);
      boolean slow = s > 7 * DAY + 10 * 3_600 && s <= 7 * DAY + 13 * 3_600;
      boolean leaking = s > 9 * DAY + 8 * 3_600 && s <= 9 * DAY + 16 * 3_600;
      leak = leaking ? leak + 9 : 0;
      double latency = (slow ? 95 : 40) + 0.08 * requests + 1.5 * random.nextGaussian();
      double memory = 512 + 0.6 * requests + leak + 2.5 * random.nextGaussian();
      double cpu = 0.15 + 0.011 * requests + 0.02 * random.nextGaussian();
      lines.add(
          String.format(
              Locale.ROOT,
              "%s,%.1f,%.1f,%.1f,%.3f",
              BEGIN.plusSeconds(s),
              requests,
              latency,
              memory,
              cpu));
    }
    return lines;
  }

  /// When the shop was ill.
  static List<String> shopLabels() {
    return List.of(
        "from,to", "%s,%s".formatted(at(7, 10), at(7, 13)), "%s,%s".formatted(at(9, 8), at(9, 16)));
  }

  /// Eighteen hours of one metric, a row a minute.
  static List<String> minutes(long seed, int rows) {
    Random random = new Random(seed);
    List<String> lines = new ArrayList<>();
    lines.add("time,load,queue");
    for (int i = 1; i <= rows; i++) {
      double burst = i > 1_000 && i <= 1_040 ? 8 : 0;
      lines.add(
          String.format(
              Locale.ROOT,
              "%d,%.3f,%.3f",
              BEGIN.getEpochSecond() + 60L * i,
              2 + Math.sin(i / 60.0) + 0.2 * random.nextGaussian() + burst,
              5 + random.nextGaussian() + 3 * burst));
    }
    return lines;
  }

  private static Instant at(int days, int hours) {
    return BEGIN.plusSeconds(days * DAY + hours * 3_600L);
  }
}
