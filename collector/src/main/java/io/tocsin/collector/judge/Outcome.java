package io.tocsin.collector.judge;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/// What can be said of a release. No data is never failure nor success.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Outcome.Healthy.class, name = "healthy"),
  @JsonSubTypes.Type(value = Outcome.Regressed.class, name = "regressed"),
  @JsonSubTypes.Type(value = Outcome.Undecided.class, name = "undecided"),
  @JsonSubTypes.Type(value = Outcome.CannotJudge.class, name = "cannot-judge"),
  @JsonSubTypes.Type(value = Outcome.Superseded.class, name = "superseded")
})
public sealed interface Outcome {

  /// Every primary signal refuted "worse than the limit", and the bake is over.
  record Healthy(String sentence) implements Outcome {}

  /// The combined evidence passed 1 / alpha.
  record Regressed(String sentence) implements Outcome {}

  /// Not yet: what is missing, as a number where it is one.
  ///
  /// @param missing e.g. "needs about 340 more requests, 4 minutes"
  /// @param untilMillis when it will be given up at the latest
  record Undecided(String missing, long untilMillis) implements Outcome {}

  /// No answer can be had: a dead feed, a shared cause, too little traffic, one bad node.
  ///
  /// @param cause `feed-dead`, `incomplete`, `shared-cause`, `too-little-traffic`,
  ///   `one-instance-only`, `one-node-only`, `clock-skew`, `no-baseline`, `began-before`
  record CannotJudge(String cause, String sentence) implements Outcome {}

  /// Another release came before an answer.
  record Superseded(String by) implements Outcome {}

  /// The word people and programs read: `healthy`, `regressed`, `undecided so far`, `cannot judge`,
  /// `superseded`.
  default String word() {
    return switch (this) {
      case Healthy h -> "healthy";
      case Regressed r -> "regressed";
      case Undecided u -> "undecided so far";
      case CannotJudge c -> "cannot judge";
      case Superseded s -> "superseded";
    };
  }
}
