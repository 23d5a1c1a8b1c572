package io.tocsin.collector.judge;

import io.tocsin.collector.ingest.TemplateBook;
import io.tocsin.collector.ingest.WindowSummary;
import io.tocsin.collector.ingest.WindowSummary.Requests;
import io.tocsin.collector.ingest.WindowSummary.TemplateCount;
import io.tocsin.collector.window.SealedWindow.InstanceWindow;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// How events are counted: the same for the old release's history and for the new release.
///
/// @param byRequests whether error lines are counted against requests; else against other lines
/// @param upperMillis latency buckets that "slow" refers to; empty without any
/// @param slowAboveMillis requests above it are slow: see [Latency]
/// @param readyAtOnce whether the old release never failed readiness while starting
/// @param alwaysBusy whether the old release practically never went a window without a request
record Probe(
    boolean byRequests,
    List<Double> upperMillis,
    double slowAboveMillis,
    boolean readyAtOnce,
    boolean alwaysBusy) {

  /// Every line of an instance, whatever it says.
  static final String LINES = "log.lines.per.second";

  private static final int ERROR = 5;

  /// @param events counted
  /// @param exposure they are counted against, above 0
  record Sample(double events, double exposure) {}

  /// What is known of an instance beside its window.
  ///
  /// @param young whether it is still starting
  /// @param ranBefore whether its place ran this release before, so that a restart is no deployment
  /// @param due whether requests should come: it had ten a window so far, and old ones beside it
  ///   have some now. Neither a canary with a trickle nor a quiet night is a stall
  record Life(boolean young, boolean ranBefore, boolean due) {
    /// Of a restored instance.
    static final Life RESTORED = new Life(false, true, false);
  }

  /// @return null when the instance says nothing of the signal in this window
  @Nullable Sample of(Primary signal, InstanceWindow part, Life life) {
    boolean young = life.young;
    WindowSummary window = part.summary();
    Requests requests = window.requests();
    return switch (signal) {
      case ERROR_RATIO ->
          young || requests == null
              ? null
              : sample((double) requests.failed(), (double) requests.total());
      case SLOW_REQUESTS -> young || requests == null ? null : slow(requests);
      case RESTARTS -> {
        WindowSummary.Liveness liveness = window.liveness();
        boolean unready = Boolean.FALSE.equals(liveness.ready()) && (!young || readyAtOnce);
        // The agent hears the service, and nobody is served: the service is silent, not its feed.
        boolean stalled =
            alwaysBusy && life.due && !young && requests != null && requests.total() == 0;
        double events =
            (life.ranBefore ? liveness.restarts() : 0)
                + liveness.oomKills()
                + (unready || stalled ? 1 : 0);
        yield sample(events, seconds(part));
      }
      case ERROR_LINES -> {
        double errors = 0;
        double others = 0;
        for (TemplateCount count : window.templates()) {
          errors += count.level() >= ERROR ? count.count() : 0;
          others += count.level() >= ERROR ? 0 : count.count();
        }
        double requested = requests == null ? 0 : requests.total();
        yield young ? null : sample(errors, byRequests ? requested : others);
      }
    };
  }

  private @Nullable Sample slow(Requests requests) {
    if (upperMillis.isEmpty() || !requests.upperMillis().equals(upperMillis)) {
      return null;
    }
    double all = 0;
    double slow = 0;
    for (int i = 0; i < upperMillis.size(); i++) {
      all += requests.bucketCounts().get(i);
      slow += upperMillis.get(i) > slowAboveMillis ? requests.bucketCounts().get(i) : 0;
    }
    return sample(slow, all);
  }

  private static @Nullable Sample sample(double events, double exposure) {
    return exposure > 0 ? new Sample(events, exposure) : null;
  }

  /// Of a metric, or of [#LINES]; null when the instance says nothing of it in this window.
  static @Nullable Double level(String metric, InstanceWindow part) {
    if (!metric.equals(LINES)) {
      return part.summary().metrics().get(metric);
    }
    double lines = 0;
    for (TemplateCount count : part.summary().templates()) {
      lines += count.count();
    }
    return lines / seconds(part);
  }

  /// Lines of error templates, by the template that stands for them now.
  static SortedMap<Long, Double> errors(WindowSummary window, TemplateBook book) {
    SortedMap<Long, Double> lines = new TreeMap<>();
    for (TemplateCount count : window.templates()) {
      if (count.level() >= ERROR && count.id() != TemplateBook.OTHER) {
        lines.merge(book.canonical(count.id()), (double) count.count(), Double::sum);
      }
    }
    return lines;
  }

  /// Templates may have been joined since they were written down.
  static SortedSet<Long> canonical(SortedSet<Long> ids, TemplateBook book) {
    SortedSet<Long> now = new TreeSet<>();
    ids.forEach(id -> now.add(book.canonical(id)));
    return now;
  }

  static long requests(InstanceWindow part) {
    Requests requests = part.summary().requests();
    return requests == null ? 0 : requests.total();
  }

  static double seconds(InstanceWindow part) {
    return (part.summary().endMillis() - part.summary().startMillis()) / 1000.0;
  }

  /// Where an instance runs: what stays when the process is replaced.
  static String place(InstanceWindow part) {
    WindowSummary.Instance instance = part.summary().instance();
    return instance.name().isEmpty() ? instance.id() : instance.host() + "/" + instance.name();
  }
}
