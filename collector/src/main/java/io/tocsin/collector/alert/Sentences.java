package io.tocsin.collector.alert;

import io.tocsin.collector.calibrate.Anomaly;
import io.tocsin.collector.judge.Outcome.Regressed;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.monitor.Fact;
import io.tocsin.collector.profile.Guess;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/// What people read of facts, in one sentence or two.
public final class Sentences {
  private Sentences() {}

  static boolean isRegressed(Verdict verdict) {
    return verdict.outcome() instanceof Regressed;
  }

  static String regressed(Verdict verdict, String release) {
    String why = verdict.outcome() instanceof Regressed regressed ? regressed.sentence() : "";
    return "%s: release %s regressed. %s".formatted(name(verdict.workload()), release, why).strip();
  }

  /// What an anomaly is, and how rare.
  public static String unusual(Anomaly anomaly) {
    String who =
        anomaly.instance().isEmpty()
            ? name(anomaly.workload())
            : "One instance of " + name(anomaly.workload());
    String what = anomaly.carriers().isEmpty() ? "" : ": " + carrier(anomaly.carriers().getFirst());
    return "%s is unusual%s. As rare as once in %s."
        .formatted(who, what, hours(anomaly.onceInHours()));
  }

  static String feedDead(Fact.FeedDead dead) {
    int count = dead.instances().size();
    return "The feed is dead on %s of %s. Cannot judge until it is back."
        .formatted(count == 1 ? "1 instance" : count + " instances", name(dead.workload()));
  }

  static String guessed(String workload, Guess guess) {
    if (guess.news() == Guess.News.CAME_IN) {
      return "%s logged in to %s%s after %,d lines of failed logins. Was that the owner?"
          .formatted(
              guess.source(),
              name(workload),
              guess.user().isEmpty() ? "" : " as " + guess.user(),
              guess.failures());
    }
    return "%s guesses passwords of %s: %,d lines of failed logins within ten minutes."
        .formatted(guess.source(), name(workload), guess.failures());
  }

  static String shared(Fact.SharedCause shared) {
    int count = shared.workloads().size();
    return "Shared cause: %s, for %s (%s)."
        .formatted(
            shared.cause(),
            count == 1 ? "1 workload" : count + " workloads",
            String.join(", ", names(shared.workloads())));
  }

  static String partOf(Fact.SharedCause shared) {
    return "Now part of the shared cause " + shared.cause() + ".";
  }

  private static List<String> names(List<String> workloads) {
    return workloads.stream().limit(10).map(Sentences::name).toList();
  }

  /// The last segment of a workload's key, as it was before it was percent-encoded.
  private static String name(String workload) {
    String last = workload.substring(workload.lastIndexOf('/') + 1);
    try {
      return URLDecoder.decode(last.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return last; // a lone % is no encoding
    }
  }

  private static String carrier(Anomaly.Carrier carrier) {
    return "%s at %s, usually %s to %s"
        .formatted(
            carrier.feature(),
            number(carrier.seen()),
            number(carrier.usualLow()),
            number(carrier.usualHigh()));
  }

  private static String hours(double hours) {
    if (hours < 48) {
      return number(Math.rint(hours)) + " h";
    }
    double days = hours / 24;
    return days > 3_650 ? "ten years" : number(Math.rint(days)) + " days";
  }

  /// Three digits where it is small, whole where it is large.
  private static String number(double value) {
    if (Math.abs(value) >= 100 || value == Math.rint(value)) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return String.format(Locale.ROOT, "%.3g", value);
  }
}
