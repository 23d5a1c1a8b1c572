package io.tocsin.collector.respond;

import io.tocsin.collector.judge.Contrast;
import io.tocsin.collector.judge.Evidence;
import io.tocsin.collector.judge.Outcome;
import io.tocsin.collector.judge.Placebo;
import io.tocsin.collector.judge.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a verdict says to the preflight.
///
/// @param sentence of the verdict
/// @param atMillis end of the newest window it rests on
/// @param contrast what was compared; null when nothing could be
/// @param placebo what a before/after contrast is worth; null for others, and where not known
/// @param maxLogE largest combined evidence, natural logarithm
/// @param completeness 0 to 1
/// @param agentsByKind for each kind of evidence that counts, the agents that carry it
public record Grounds(
    String sentence,
    long atMillis,
    @Nullable Contrast contrast,
    @Nullable Placebo placebo,
    double maxLogE,
    double completeness,
    Map<String, List<String>> agentsByKind) {

  public Grounds {
    agentsByKind = Collections.unmodifiableSortedMap(new TreeMap<>(agentsByKind));
  }

  // A kind counts when one of its signals alone has an e-value of 10: "substantial to strong" on
  // Jeffreys' scale. Less is what noise gives once in ten looks.
  private static final double COUNTS_FROM_LOG_E = Math.log(10);

  static Grounds of(Verdict verdict) {
    Map<String, TreeSet<String>> agents = new TreeMap<>();
    for (Evidence evidence : verdict.evidence()) {
      if (evidence.weight() > 0 && evidence.logE() >= COUNTS_FROM_LOG_E) {
        agents.computeIfAbsent(evidence.kind(), k -> new TreeSet<>()).addAll(evidence.agents());
      }
    }
    Map<String, List<String>> lists = new TreeMap<>();
    agents.forEach((kind, ids) -> lists.put(kind, new ArrayList<>(ids)));
    String sentence =
        verdict.outcome() instanceof Outcome.Regressed(String s) ? s : verdict.outcome().word();
    return new Grounds(
        sentence,
        verdict.atMillis(),
        verdict.contrast(),
        verdict.placebo(),
        verdict.maxLogE(),
        verdict.completeness(),
        lists);
  }

  /// Whether the contrast may act by itself: nothing else can explain it, or chance was measured.
  boolean actable() {
    return contrast == Contrast.CONCURRENT || (placebo != null && placebo.suffices());
  }

  /// The contrast, and what it is worth.
  String contrasted() {
    if (contrast == Contrast.CONCURRENT) {
      return "new instances beside old ones";
    }
    return "before and after only: other changes of that time count too. "
        + (placebo == null ? "It took longer than any placebo release." : placebo.sentence());
  }

  boolean independent() {
    return agentsByKind.size() >= 2
        || agentsByKind.values().stream().anyMatch(agents -> agents.size() >= 2);
  }

  String independence() {
    List<String> parts = new ArrayList<>();
    agentsByKind.forEach((kind, agents) ->
        parts.add(
            "%s from %d agent%s".formatted(kind, agents.size(), agents.size() == 1 ? "" : "s")));
    return parts.isEmpty() ? "no kind of evidence is strong by itself" : String.join(", ", parts);
  }
}
