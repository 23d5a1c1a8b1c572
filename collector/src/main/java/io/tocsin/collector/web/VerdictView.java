package io.tocsin.collector.web;

import io.tocsin.collector.judge.Contrast;
import io.tocsin.collector.judge.Evidence;
import io.tocsin.collector.judge.Outcome;
import io.tocsin.collector.judge.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A verdict as people and programs read it.
///
/// @param word `regressed`, `undecided so far`, `cannot judge`, `healthy`, `superseded`
/// @param sentence the judge's own
/// @param cause why it cannot be judged; null otherwise
/// @param contrast `concurrent` or `before/after`; null when nothing could be compared
/// @param atMillis end of the newest window it rests on
/// @param untilMillis when an undecided one is given up at the latest; null otherwise
/// @param evidence combined, now, as an e-value
/// @param maxEvidence its largest value so far
/// @param completeness smallest share of bytes read, 0 to 1
/// @param placebo what a before/after contrast is worth; null for others, and where not known
/// @param signals strongest first
/// @param needed what each primary signal still lacks
public record VerdictView(
    String word,
    String sentence,
    @Nullable String cause,
    @Nullable String contrast,
    long atMillis,
    @Nullable Long untilMillis,
    double evidence,
    double maxEvidence,
    double completeness,
    int newInstances,
    int oldInstances,
    @Nullable String placebo,
    List<Signal> signals,
    List<Needed> needed) {
  // exp of more is not a number JSON can carry.
  private static final double MAX_LOG = 690;

  public VerdictView {
    signals = List.copyOf(signals);
    needed = List.copyOf(needed);
  }

  /// What one signal says; see `judge.Evidence`.
  ///
  /// @param evidence as an e-value
  public record Signal(
      String signal,
      String group,
      String kind,
      double evidence,
      double weight,
      String exposure,
      double newEvents,
      double newExposure,
      double oldEvents,
      double oldExposure,
      List<Evidence.Part> perInstance,
      String sentence) {
    public Signal {
      perInstance = List.copyOf(perInstance);
    }

    static Signal of(Evidence e) {
      return new Signal(
          e.signal(),
          e.group(),
          e.kind(),
          eValue(e.logE()),
          e.weight(),
          e.exposure(),
          e.newEvents(),
          e.newExposure(),
          e.oldEvents(),
          e.oldExposure(),
          e.perInstance(),
          e.sentence());
    }
  }

  /// How far one primary signal is from either answer; see `judge.Needed`.
  ///
  /// @param harm e-value of the test for harm
  /// @param weight in the combination: alone it is called at the threshold divided by this
  /// @param healthy e-value of the test for health
  /// @param reached whether that ever sufficed
  public record Needed(
      String signal,
      double harm,
      double weight,
      double healthy,
      boolean reached,
      @Nullable Double toHealthy,
      @Nullable Double toRegressed,
      String exposure,
      String forHealthy,
      String forRegressed) {
    static Needed of(io.tocsin.collector.judge.Needed needed, List<Evidence> evidence) {
      Evidence harm =
          evidence.stream()
              .filter(each -> each.signal().equals(needed.signal()))
              .findFirst()
              .orElse(null);
      return new Needed(
          needed.signal(),
          harm == null ? 1 : eValue(harm.logE()),
          harm == null ? 0 : harm.weight(),
          eValue(needed.healthLogE()),
          needed.refuted(),
          needed.toHealthy(),
          needed.toRegressed(),
          needed.exposure(),
          needed.forHealthy(),
          needed.forRegressed());
    }
  }

  /// The judge's verdict in the page's words.
  public static VerdictView of(Verdict v) {
    Outcome outcome = v.outcome();
    return new VerdictView(
        outcome.word(),
        sentence(outcome),
        outcome instanceof Outcome.CannotJudge c ? c.cause() : null,
        contrast(v.contrast()),
        v.atMillis(),
        outcome instanceof Outcome.Undecided u ? u.untilMillis() : null,
        eValue(v.logE()),
        eValue(v.maxLogE()),
        v.completeness(),
        v.newInstances(),
        v.oldInstances(),
        v.placebo() == null ? null : v.placebo().sentence(),
        v.evidence().stream().map(Signal::of).toList(),
        v.needed().stream().map(needed -> Needed.of(needed, v.evidence())).toList());
  }

  /// The e-value of a natural logarithm, bounded so that JSON can carry it.
  public static double eValue(double logE) {
    return Math.exp(Math.clamp(logE, -MAX_LOG, MAX_LOG));
  }

  private static String sentence(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Healthy h -> h.sentence();
      case Outcome.Regressed r -> r.sentence();
      case Outcome.Undecided u -> u.missing();
      case Outcome.CannotJudge c -> c.sentence();
      case Outcome.Superseded s -> "Release " + s.by() + " came before an answer.";
    };
  }

  private static @Nullable String contrast(@Nullable Contrast contrast) {
    return switch (contrast) {
      case CONCURRENT -> "concurrent";
      case BEFORE_AFTER -> "before/after";
      case null -> null;
    };
  }
}
