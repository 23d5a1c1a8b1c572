package io.tocsin.agent.metrics;

import io.tocsin.agent.metrics.Reading.Requests;
import java.net.URI;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One instance's Prometheus endpoint: asked once a period, at most once at a time; what its
/// counters did since the seal before. Confined to the loop.
final class Endpoint {

  private static final Logger log = LoggerFactory.getLogger(Endpoint.class);

  private final String instance;
  private final URI uri;
  private final Scraper scraper;
  private final LongSupplier clockMillis;
  private final long everyMillis;
  private final boolean refused;
  private final Stretch stretch = new Stretch();

  private long slot = Long.MIN_VALUE;
  private boolean asking;
  private @Nullable Boolean ready;
  private @Nullable Scrape baseline;
  private @Nullable Scrape latest;
  private boolean broken;
  private long failures;
  private long skipped;
  private long scrapes;

  Endpoint(String instance, URI uri, Scraper scraper, LongSupplier clockMillis, long everyMillis) {
    this.instance = instance;
    this.uri = uri;
    this.scraper = scraper;
    this.clockMillis = clockMillis;
    this.everyMillis = everyMillis;
    String refusal = Scraper.refusal(uri);
    refused = refusal != null;
    if (refusal != null) {
      log.warn("{}: metrics are not scraped: {}", instance, refusal);
    }
  }

  /// Asks when the period has begun: periods are aligned to the epoch as windows are, so that each
  /// window has one answer, and begin within its first half at a place that depends on the
  /// instance.
  void askWhenDue() {
    long offset = Math.floorMod(instance.hashCode(), everyMillis / 2);
    long now = Math.floorDiv(clockMillis.getAsLong() - offset, everyMillis);
    if (!refused && !asking && now != slot) {
      slot = now;
      asking = true;
      scraper.ask(uri, this::take);
    }
  }

  private void take(Scraper.Result result) {
    asking = false;
    scrapes++;
    switch (result) {
      case Scraper.Result.Read(Scrape scrape) -> {
        skipped += scrape.skipped();
        broken |= latest != null && !scrape.continues(latest);
        latest = scrape;
        scrape.into(stretch, clockMillis.getAsLong());
        became(true, "");
      }
      case Scraper.Result.TooLong(String problem) -> {
        failures++;
        broken = true;
        became(true, problem);
      }
      case Scraper.Result.Failed(String problem) -> {
        failures++;
        became(false, problem);
      }
    }
  }

  private void became(boolean now, String problem) {
    if (ready == null ? !problem.isEmpty() : ready != now) {
      log.info("{}: {} {}", instance, uri, problem.isEmpty() ? "answers again" : problem);
    }
    ready = now;
  }

  /// Whether the last question was answered with 200; null before the first, or when it is refused.
  @Nullable Boolean ready() {
    return ready;
  }

  /// Requests between the last answers of this stretch and of those before; the next begins. Null
  /// when no answer came, with the first one, and over a restart of the service.
  @Nullable Requests requests() {
    Requests requests =
        latest == null || baseline == null || latest == baseline || broken
            ? null
            : latest.requests().since(baseline.requests());
    baseline = latest;
    broken = false;
    return requests;
  }

  /// Values of the stretch that ends now.
  Map<String, Double> values() {
    return stretch.seal();
  }

  long scrapes() {
    return scrapes;
  }

  long failures() {
    return failures;
  }

  long skipped() {
    return skipped;
  }
}
