package io.tocsin.collector.web;

import io.tocsin.collector.alert.Incident;
import io.tocsin.collector.deployment.Release;
import io.tocsin.collector.detect.Contribution;
import io.tocsin.collector.detect.Score;
import io.tocsin.collector.ingest.TemplateBook;
import io.tocsin.collector.ingest.TemplateBook.Known;
import io.tocsin.collector.ingest.WindowSummary;
import io.tocsin.collector.judge.Outcome;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.monitor.Moment;
import io.tocsin.collector.respond.Response;
import io.tocsin.collector.window.SealedWindow.InstanceWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A workload in the page's words.
final class WorkloadDetails {
  private static final int MAX_INSTANCES = 500;

  private WorkloadDetails() {}

  static WorkloadDetail of(
      WorkloadLife life, WorkloadRow row, @Nullable Incident incident, List<Known> known) {
    Moment moment = life.moment;
    ReleaseLife newest = life.newest();
    Release baseline = newest == null ? null : newest.event.from();
    TemplateBook book = new TemplateBook();
    known.forEach(book::put);
    List<WorkloadDetail.Carrier> why = new ArrayList<>();
    TreeMap<String, Score> scores = new TreeMap<>();
    if (moment != null) {
      moment.scores().forEach(score -> scores.put(score.instance(), score));
    }
    Score whole = scores.get("");
    if (whole != null) {
      for (Contribution each : whole.contributions()) {
        if (!whole.learning()) {
          why.add(
              new WorkloadDetail.Carrier(
                  each.feature(),
                  each.share(),
                  each.usualLow(),
                  each.usualHigh(),
                  each.seen(),
                  "",
                  ""));
        }
      }
    }
    return new WorkloadDetail(
        row,
        Names.platform(life.key),
        incident == null ? null : incident.id(),
        baseline == null ? null : baseline.name(),
        why,
        why.isEmpty() || moment == null ? null : (Long) moment.window().endMillis(),
        life.past.deviations(),
        life.lines.templates(
            book,
            newest == null || baseline == null ? null : newest.event.to().id(),
            life.verdict()),
        known.size(),
        moment == null ? List.of() : instances(life, moment, scores),
        null);
  }

  /// What is known, most important first.
  static String sentence(WorkloadLife life, @Nullable Response response) {
    Verdict verdict = life.verdict();
    ReleaseLife newest = life.newest();
    String name = newest == null ? "" : newest.event.to().name();
    if (verdict != null && !(verdict.outcome() instanceof Outcome.Healthy)) {
      String words = VerdictView.of(verdict).sentence();
      String does = response == null ? "" : " " + response.sentence();
      return switch (verdict.outcome()) {
        case Outcome.Regressed r -> name + " regressed. " + words + does;
        case Outcome.CannotJudge c -> "Cannot judge " + name + ". " + words;
        case Outcome.Undecided u -> name + " on watch. Undecided so far: " + words + ".";
        case Outcome.Superseded s -> "Running " + name + ".";
        case Outcome.Healthy h -> words;
      };
    }
    if (life.feedDead != null) {
      return "The feed is dead on %d instances.".formatted(life.feedDead.instances().size());
    }
    if (life.shared != null) {
      return "Shared cause. " + life.shared.sentence() + ".";
    }
    if (life.disturbance != null) {
      return life.disturbance.peers().isEmpty()
          ? "Deviates from its normal."
          : "Fails to reach " + String.join(", ", life.disturbance.peers()) + ".";
    }
    if (life.learning == null || life.learning.progress() < 1) {
      return "Learning its normal; metric deviation is live.";
    }
    return verdict != null ? name + " is healthy." : "As usual.";
  }

  static @Nullable Double requestsPerSecond(WorkloadLife life) {
    Moment moment = life.moment;
    if (moment == null) {
      return null;
    }
    long total = 0;
    boolean exposed = false;
    for (InstanceWindow each : moment.window().instances()) {
      WindowSummary.Requests requests = each.summary().requests();
      if (requests != null) {
        exposed = true;
        total += requests.total();
      }
    }
    double seconds = (moment.window().endMillis() - moment.window().startMillis()) / 1000.0;
    return exposed ? (Double) (total / seconds) : null;
  }

  static @Nullable Double completeness(WorkloadLife life) {
    Moment moment = life.moment;
    if (moment == null) {
      return null;
    }
    double least = moment.window().silent().isEmpty() ? 1 : 0;
    for (InstanceWindow each : moment.window().instances()) {
      least = Math.min(least, each.summary().completeness().share());
    }
    return least;
  }

  private static List<WorkloadDetail.Instance> instances(
      WorkloadLife life, Moment moment, Map<String, Score> scores) {
    List<WorkloadDetail.Instance> instances = new ArrayList<>();
    for (InstanceWindow each : moment.window().instances()) {
      if (instances.size() == MAX_INSTANCES) {
        break;
      }
      Score score = scores.get(each.instance());
      Double rarity =
          score == null || score.learning() ? null : (Double) Math.pow(10, score.surprise());
      WindowSummary summary = each.summary();
      instances.add(
          new WorkloadDetail.Instance(
              each.instance(),
              summary.instance().name(),
              each.release().isEmpty() ? null : each.release(),
              each.release().isEmpty() ? null : life.name(each.release()),
              each.ageMillis() < 0 ? null : (Long) each.ageMillis(),
              summary.completeness().share(),
              summary.completeness().lagMillis(),
              rarity,
              !summary.liveness().alive() ? State.ANOMALOUS : State.WELL,
              summary.agent()));
    }
    for (String silent : moment.window().silent()) {
      if (instances.size() < MAX_INSTANCES) {
        instances.add(
            new WorkloadDetail.Instance(
                silent, silent, null, null, null, 0.0, null, null, State.CANNOT_JUDGE, ""));
      }
    }
    return instances;
  }
}
