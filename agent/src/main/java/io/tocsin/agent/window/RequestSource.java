package io.tocsin.agent.window;

import io.tocsin.agent.metrics.Reading;
import io.tocsin.agent.metrics.Reading.Requests;
import io.tocsin.agent.window.WindowSummary.Completeness;
import org.jspecify.annotations.Nullable;

/// Which account of one instance's requests is believed: that of its metrics, else that of its
/// access log. The two count differently (health checks, redirects), so that going back and forth
/// would look like a change of the service: metrics win for good once they have told of requests,
/// and where there is an endpoint a log has its say only after that had time to.
final class RequestSource {

  /// Windows that an endpoint has before its log is believed: the first answer is but a baseline.
  private static final int PATIENCE = 3;

  private boolean scraped;
  private boolean logged;
  private boolean timed;
  private int waited;

  /// @param served what the log told in this window; null for nothing
  /// @param completeness of the window: where reading lags, no line does not mean no request
  @Nullable Requests choose(
      @Nullable Reading reading, @Nullable Served served, Completeness completeness) {
    Requests scrape = reading == null ? null : reading.requests();
    scraped |= scrape != null && !onlyCalls(scrape);
    if (served != null) {
      logged = true;
      timed |= served.timed();
    }
    boolean endpoint = reading != null && reading.ready() != null;
    waited = endpoint ? Math.min(waited + 1, PATIENCE) : PATIENCE;
    boolean blind = completeness.bytesLag() > 0 || completeness.gaps() > 0;
    if (scraped || !logged || waited < PATIENCE || (served == null && blind)) {
      return scrape;
    }
    Requests told = (served == null ? new Served() : served).requests(timed);
    return scrape == null
        ? told
        : new Requests(
            told.total(),
            told.failed(),
            told.rejected(),
            told.upperMillis(),
            told.bucketCounts(),
            told.sumMillis(),
            scrape.calls());
  }

  /// A client's metrics alone say nothing of requests served.
  private static boolean onlyCalls(Requests requests) {
    return requests.total() == 0 && requests.upperMillis().isEmpty() && !requests.calls().isEmpty();
  }
}
