package io.tocsin.agent.metrics;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One answer of a Prometheus endpoint, boiled down while it comes in: the request counters and at
/// most 200 values.
final class Scrape {

  private static final int MAX_VALUES = 200;
  private static final int MAX_KEY = 300;

  private final Exposition exposition = new Exposition(this::accept);
  private final RequestCounters requests = new RequestCounters();
  private final Map<String, Integer> series = new HashMap<>();
  private List<Value> values = new ArrayList<>();
  private double processStart = Double.NaN;
  private int misfits;

  /// @param metric name without labels
  /// @param key name with labels
  /// @param counter whether only its growth means something
  private record Value(String metric, String key, double value, boolean counter) {}

  void feed(ByteBuf bytes) {
    exposition.feed(bytes);
  }

  /// The answer is complete. Chooses the values: metrics of few series first, then by name, so that
  /// the choice stays the same from scrape to scrape.
  void finish() {
    exposition.finish();
    values.sort(
        Comparator.<Value>comparingInt(v -> series.getOrDefault(v.metric, 0))
            .thenComparing(Value::key));
    if (values.size() > MAX_VALUES) {
      values = new ArrayList<>(values.subList(0, MAX_VALUES));
    }
    series.clear();
  }

  /// Lines and samples that could not be used.
  int skipped() {
    return exposition.damaged() + exposition.dropped() + misfits;
  }

  RequestCounters requests() {
    return requests;
  }

  void into(Stretch stretch, long nowMillis) {
    for (Value value : values) {
      if (value.counter) {
        stretch.counter(value.key, value.value, nowMillis);
      } else {
        stretch.gauge(value.key, value.value);
      }
    }
  }

  /// Whether the request counters may be subtracted: all of both scrapes was read, and no restart
  /// lies between them.
  boolean continues(Scrape earlier) {
    return exposition.dropped() == 0
        && earlier.exposition.dropped() == 0
        && Double.compare(processStart, earlier.processStart) == 0
        && requests.continues(earlier.requests);
  }

  private void accept(Sample sample) {
    if (sample.name().equals("process_start_time_seconds")) {
      processStart = sample.value();
    }
    Convention convention = Convention.of(sample.name());
    if (convention != null) {
      misfits += requests.add(convention, sample) ? 0 : 1;
    } else if (isValue(sample)) {
      String key = sample.key();
      if (key.length() > MAX_KEY) {
        misfits++;
        return;
      }
      series.merge(sample.name(), 1, Integer::sum);
      values.add(new Value(sample.name(), key, sample.value(), isCounter(sample)));
    }
  }

  /// Buckets and quantiles are no gauges; `_info` and `_created` never change; clocks only ever
  /// grow and would make every restart strange.
  private static boolean isValue(Sample sample) {
    return Double.isFinite(sample.value())
        && !sample.name().endsWith("_bucket")
        && !sample.name().endsWith("_info")
        && !sample.name().endsWith("_created")
        && !sample.name().endsWith("_uptime_seconds")
        && !sample.name().endsWith("_start_time_seconds")
        && !sample.name().endsWith("_timestamp_seconds")
        && sample.label("quantile") == null;
  }

  private static boolean isCounter(Sample sample) {
    return switch (sample.kind()) {
      case COUNTER, HISTOGRAM, SUMMARY -> true;
      case GAUGE, UNTYPED -> false;
    };
  }
}
