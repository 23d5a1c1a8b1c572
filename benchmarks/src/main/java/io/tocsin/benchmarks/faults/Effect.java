package io.tocsin.benchmarks.faults;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/// What a fault does to the new release, as somebody tests for it who knows it: the likelihood
/// ratio of the fault against a release without it. No judge that must find out what changed can be
/// faster in the long run.
sealed interface Effect {
  /// ln(1 / alpha) + 2 at an alpha of 1 %: what the ratio must reach for the fault to be callable.
  double BAR = Math.log(100) + 2;

  /// The natural logarithm of the ratio that one second of one instance adds.
  double logRatio(LedgerLine line);

  /// Nothing that a test of the release could find.
  record None() implements Effect {
    @Override
    public double logRatio(LedgerLine line) {
      return 0;
    }
  }

  /// A share of requests: binomial.
  ///
  /// @param events of a second
  /// @param old share without the fault, above 0
  /// @param fresh share with it, above `old`, below 1
  record Share(ToLongFunction<LedgerLine> events, double old, double fresh) implements Effect {
    public Share {
      if (!(old > 0 && old < fresh && fresh < 1)) {
        throw new IllegalArgumentException(
            "shares %s and %s: expected 0 < old < fresh < 1".formatted(old, fresh));
      }
    }

    @Override
    public double logRatio(LedgerLine line) {
      long x = events.applyAsLong(line);
      return x * Math.log(fresh / old) + (line.requests() - x) * Math.log((1 - fresh) / (1 - old));
    }
  }

  /// Crashes: Poisson.
  ///
  /// @param old rate a second without the fault
  /// @param fresh rate a second with it
  record Crashes(double old, double fresh) implements Effect {
    @Override
    public double logRatio(LedgerLine line) {
      return line.crashes() * Math.log(fresh / old) - (fresh - old);
    }
  }

  /// What is no count (memory, computing, lines): whether it was at work in a second. A healthy
  /// release is granted one second in twenty that looks so, and a bad one a second in twenty that
  /// does not.
  record AtWork(Predicate<LedgerLine> seen) implements Effect {
    @Override
    public double logRatio(LedgerLine line) {
      double log = Math.log(0.95 / 0.05);
      return seen.test(line) ? log : -log;
    }
  }

  /// Seconds from the fault until the ratio reaches the bar; empty when it does not by the
  /// deadline.
  ///
  /// @param ledger by time
  /// @param release the bad one
  /// @param deadlineSeconds after the fault
  default OptionalDouble callableAfter(
      List<LedgerLine> ledger, String release, long faultMillis, int deadlineSeconds) {
    double log = 0;
    for (LedgerLine line : ledger) {
      double seconds = (line.endMillis() - faultMillis) / 1000.0;
      if (seconds > 0 && seconds <= deadlineSeconds && line.release().equals(release)) {
        log += logRatio(line);
        if (log >= BAR) {
          return OptionalDouble.of(seconds);
        }
      }
    }
    return OptionalDouble.empty();
  }
}
