package io.tocsin.agent.metrics;

import io.tocsin.agent.metrics.Convention.End;
import io.tocsin.agent.metrics.Reading.Calls;
import io.tocsin.agent.metrics.Reading.Requests;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The request counters of one scrape, summed over labels: every number here only grows until the
/// service starts anew.
final class RequestCounters {

  private static final int MAX_BOUNDS = 256;
  private static final int MAX_PEERS = 256;
  private static final int MAX_PEERS_TOLD = 32;

  private final Map<Convention, Family> families = new EnumMap<>(Convention.class);

  /// Sums over the labels of one metric.
  private static final class Family {
    final Convention convention;
    double total;
    double failed;
    double rejected;
    boolean stated;
    double sumMillis;
    final TreeMap<Double, Double> buckets = new TreeMap<>();
    final Map<String, Family> peers = new TreeMap<>();

    /// Buckets are written cumulative and ascending, series by series: the one before.
    private String series = "";

    private double bound = Double.NEGATIVE_INFINITY;
    private double cumulative;

    Family(Convention convention) {
      this.convention = convention;
    }

    void count(double value, End end) {
      total += value;
      switch (end) {
        case FAILED -> failed += value;
        case REJECTED -> rejected += value;
        case FINE, UNSTATED -> {}
      }
      stated |= end != End.UNSTATED;
    }

    /// False when the bucket is out of order.
    boolean bucket(String ofSeries, double upper, double value) {
      if (!ofSeries.equals(series)) {
        series = ofSeries;
        bound = Double.NEGATIVE_INFINITY;
        cumulative = 0;
      }
      double upperMillis = upper * convention.unitMillis;
      if (!(upper > bound)
          || value < cumulative
          || (buckets.size() == MAX_BOUNDS && !buckets.containsKey(upperMillis))) {
        return false;
      }
      buckets.merge(upperMillis, value - cumulative, Double::sum);
      bound = upper;
      cumulative = value;
      return true;
    }
  }

  /// Takes a sample of a known convention. False when it makes no sense there.
  boolean add(Convention convention, Sample sample) {
    if (!(sample.value() >= 0) || Double.isInfinite(sample.value())) {
      return false;
    }
    Family family = families.computeIfAbsent(convention, Family::new);
    String rest = sample.name().substring(convention.base.length());
    if (convention.kind == Convention.Kind.CLIENT) {
      String peer = Convention.peer(sample);
      if (family.peers.size() == MAX_PEERS && !family.peers.containsKey(peer)) {
        return false;
      }
      family = family.peers.computeIfAbsent(peer, _ -> new Family(convention));
    }
    switch (rest) {
      case "_sum" -> family.sumMillis += sample.value() * convention.unitMillis;
      case "_bucket" -> {
        Double upper = bound(sample.label("le"));
        return upper != null && family.bucket(sample.key("", "le"), upper, sample.value());
      }
      default -> family.count(sample.value(), convention.end(sample));
    }
    return true;
  }

  private static @Nullable Double bound(@Nullable String le) {
    if (le == null) {
      return null;
    }
    try {
      return le.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.valueOf(le);
    } catch (NumberFormatException notANumber) {
      return null;
    }
  }

  /// Whether these can have grown out of the earlier ones without a restart of the service.
  boolean continues(RequestCounters earlier) {
    return earlier.families.entrySet().stream()
        .allMatch(before -> grew(before.getValue(), families.get(before.getKey())));
  }

  private static boolean grew(Family before, @Nullable Family after) {
    return after != null
        && after.total >= before.total
        && after.failed >= before.failed
        && after.rejected >= before.rejected
        && before.buckets.entrySet().stream()
            .allMatch(b -> after.buckets.getOrDefault(b.getKey(), 0d) >= b.getValue())
        && before.peers.entrySet().stream()
            .allMatch(p -> grew(p.getValue(), after.peers.get(p.getKey())));
  }

  /// What happened since; null when the service tells nothing of requests it served or made.
  ///
  /// @param earlier counters that these continue
  @Nullable Requests since(RequestCounters earlier) {
    var served = new Difference();
    served.add(families, earlier.families, Convention.Kind.HTTP_SERVER);
    served.add(families, earlier.families, Convention.Kind.GRPC_SERVER);
    List<Calls> calls = calls(earlier);
    if (!served.known && calls == null) {
      return null;
    }
    return new Requests(
        Math.round(served.total),
        Math.round(served.failed),
        Math.round(served.rejected),
        List.copyOf(served.buckets.keySet()),
        served.buckets.values().stream().map(Math::round).toList(),
        served.sumMillis,
        calls == null ? List.of() : calls);
  }

  private @Nullable List<Calls> calls(RequestCounters earlier) {
    Family now = first(families, Convention.Kind.CLIENT);
    if (now == null) {
      return null;
    }
    Family nothing = new Family(now.convention);
    Family before = earlier.families.getOrDefault(now.convention, nothing);
    List<Calls> calls = new ArrayList<>();
    now.peers.forEach((peer, after) -> {
      Family then = before.peers.getOrDefault(peer, nothing);
      long total = Math.round(after.total - then.total);
      if (total > 0) {
        calls.add(
            new Calls(
                peer,
                total,
                Math.round(after.failed - then.failed),
                after.sumMillis - then.sumMillis));
      }
    });
    calls.sort(Comparator.comparingLong(Calls::total).reversed().thenComparing(Calls::peer));
    return calls.size() > MAX_PEERS_TOLD ? calls.subList(0, MAX_PEERS_TOLD) : calls;
  }

  private static @Nullable Family first(Map<Convention, Family> families, Convention.Kind kind) {
    for (Family family : families.values()) { // in the order of preference
      if (family.convention.kind == kind) {
        return family;
      }
    }
    return null;
  }

  /// HTTP and gRPC requests of one service, added up. Their histograms may differ: a request counts
  /// under the upper bound its own histogram gave it, which stays true in the union.
  private static final class Difference {
    boolean known;
    double total;
    double failed;
    double rejected;
    double sumMillis;
    final TreeMap<Double, Double> buckets = new TreeMap<>();

    void add(Map<Convention, Family> after, Map<Convention, Family> before, Convention.Kind kind) {
      Family best = first(after, kind);
      if (best == null) {
        return;
      }
      known = true;
      Family timed = best;
      // A histogram often lacks the status that a plain counter beside it has.
      for (Family other : after.values()) {
        if (!best.stated && other.convention.kind == kind && other.stated) {
          best = other;
        }
      }
      Family then = before.getOrDefault(best.convention, new Family(best.convention));
      total += best.total - then.total;
      failed += best.failed - then.failed;
      rejected += best.rejected - then.rejected;
      Family timedThen = before.getOrDefault(timed.convention, new Family(timed.convention));
      sumMillis += timed.sumMillis - timedThen.sumMillis;
      timed.buckets.forEach((upper, count) ->
          buckets.merge(upper, count - timedThen.buckets.getOrDefault(upper, 0d), Double::sum));
    }
  }
}
