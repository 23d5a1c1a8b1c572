package io.tocsin.collector.monitor;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.tocsin.collector.calibrate.Anomaly;
import io.tocsin.collector.deployment.ReleaseEvent;
import io.tocsin.collector.judge.Rank;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.judge.VerificationOutcome;
import io.tocsin.collector.profile.Guess;
import java.util.List;

/// What a monitor or the correlator concludes. Facts are deterministic: the same log gives the same
/// facts, byte for byte. Side effects live only in `alert` and `respond`, which read them.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Fact.ReleaseNoticed.class, name = "release-noticed"),
  @JsonSubTypes.Type(value = Fact.Judged.class, name = "judged"),
  @JsonSubTypes.Type(value = Fact.Ranked.class, name = "ranked"),
  @JsonSubTypes.Type(value = Fact.Unusual.class, name = "unusual"),
  @JsonSubTypes.Type(value = Fact.Disturbance.class, name = "disturbance"),
  @JsonSubTypes.Type(value = Fact.SharedCause.class, name = "shared-cause"),
  @JsonSubTypes.Type(value = Fact.FeedDead.class, name = "feed-dead"),
  @JsonSubTypes.Type(value = Fact.Guessing.class, name = "guessing"),
  @JsonSubTypes.Type(value = Fact.Learning.class, name = "learning"),
  @JsonSubTypes.Type(value = Fact.Verified.class, name = "verified")
})
public sealed interface Fact {

  /// Whose it is.
  String workload();

  /// When, on the log's time.
  long atMillis();

  /// The platform deployed something, and the monitor has taken notice.
  record ReleaseNoticed(ReleaseEvent event) implements Fact {
    @Override
    @JsonIgnore
    public String workload() {
      return event.workload();
    }

    @Override
    @JsonIgnore
    public long atMillis() {
      return event.atMillis();
    }
  }

  /// The judgement after a sealed window.
  ///
  /// @param changed whether the outcome is of another kind than the one before
  record Judged(Verdict verdict, boolean changed) implements Fact {
    /// The same without each instance's part, for the timeline.
    public Judged brief() {
      return new Judged(verdict.brief(), changed);
    }

    @Override
    @JsonIgnore
    public String workload() {
      return verdict.workload();
    }

    @Override
    @JsonIgnore
    public long atMillis() {
      return verdict.atMillis();
    }
  }

  /// A release is worth more, or nothing, as a place to go back to.
  ///
  /// @param release id
  /// @param sinceMillis start of what it taught: its deployment, or when it was found
  record Ranked(String workload, long atMillis, String release, long sinceMillis, Rank rank)
      implements Fact {}

  /// A window rarer than the budget allows; one fact an incident and level, not one a window.
  record Unusual(Anomaly anomaly) implements Fact {
    @Override
    @JsonIgnore
    public String workload() {
      return anomaly.workload();
    }

    @Override
    @JsonIgnore
    public long atMillis() {
      return anomaly.windowEndMillis();
    }
  }

  /// The workload as a whole deviates, or no longer does. The correlator joins these.
  ///
  /// @param peers it fails to reach, as it names them
  /// @param ownReason whether a release of its own is on watch
  /// @param ended whether it is over
  record Disturbance(
      String workload,
      long atMillis,
      long sinceMillis,
      List<String> peers,
      boolean ownReason,
      boolean ended)
      implements Fact {
    public Disturbance {
      peers = List.copyOf(peers);
    }
  }

  /// Several workloads are disturbed at once, or no longer are.
  ///
  /// @param workload always `site`
  /// @param cause what they share, as people read it, e.g. `inventory`
  /// @param workloads that suffer
  record SharedCause(
      String workload,
      long atMillis,
      long sinceMillis,
      String cause,
      List<String> workloads,
      boolean ended)
      implements Fact {
    public SharedCause {
      workloads = List.copyOf(workloads);
    }

    /// E.g. "inventory fails for 2 workloads".
    public String sentence() {
      return "%s fails for %d workloads".formatted(cause, workloads.size());
    }
  }

  /// Windows stopped coming from instances that are believed to live, or came back.
  ///
  /// @param instances ids
  /// @param ended whether they report again
  record FeedDead(
      String workload, long atMillis, long sinceMillis, List<String> instances, boolean ended)
      implements Fact {
    public FeedDead {
      instances = List.copyOf(instances);
    }
  }

  /// A source guesses passwords, came in, or all have been quiet. For people alone: whoever sends
  /// such lines chooses when, so no verdict and no rollback looks at it.
  record Guessing(String workload, Guess guess) implements Fact {
    @Override
    @JsonIgnore
    public long atMillis() {
      return guess.atMillis();
    }
  }

  /// How far learning is.
  ///
  /// @param progress 0 to 1
  /// @param readyAtMillis when the models will score
  record Learning(String workload, long atMillis, double progress, long readyAtMillis)
      implements Fact {}

  /// What became of the signature after a rollback.
  ///
  /// @param release taken back
  /// @param baseline running again
  /// @param sentence what people read
  record Verified(
      String workload,
      long atMillis,
      String release,
      String baseline,
      VerificationOutcome outcome,
      String sentence)
      implements Fact {}
}
