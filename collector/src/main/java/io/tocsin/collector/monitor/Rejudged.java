package io.tocsin.collector.monitor;

import io.tocsin.collector.judge.JudgeConfig;
import io.tocsin.collector.judge.Outcome;
import io.tocsin.collector.judge.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What came out when a release was judged once more.
///
/// @param verdicts that were kept, oldest first, each against the one that came out
/// @param whole whether it was judged from the release on
/// @param drifted where the state between two starts differs from the one kept; null when nowhere
/// @param then each change of the word, by the settings that were in force
/// @param otherwise the same by other settings; empty when none were asked for
public record Rejudged(
    List<Again> verdicts,
    boolean whole,
    @Nullable String drifted,
    List<Said> then,
    List<Said> otherwise) {
  public Rejudged {
    verdicts = List.copyOf(verdicts);
    then = List.copyOf(then);
    otherwise = List.copyOf(otherwise);
  }

  /// What became of one verdict.
  public enum Came {
    SAME,
    OTHER,
    NOT_KEPT
  }

  /// @param difference the first place at which both differ; empty when they do not
  public record Again(long atMillis, String word, Came outcome, String difference) {}

  /// An outcome of another kind than the one before.
  public record Said(long atMillis, String word) {}

  /// Judges again.
  ///
  /// @param kept verdicts in JSON, in no order
  /// @param rows as they lay on the shelf, in order; read once or twice
  /// @param other settings to judge by as well; null for none
  /// @throws IllegalStateException when something is not of this build
  /// @throws IllegalArgumentException when the other settings cannot be those of these windows
  public static Rejudged of(List<String> kept, Iterable<String> rows, @Nullable JudgeConfig other) {
    List<Verdict> verdicts = new ArrayList<>(kept.stream().map(Retrial::verdict).toList());
    verdicts.sort(Comparator.comparingLong(Verdict::atMillis));
    Map<Verdict, Again> results = new HashMap<>();
    Retrial retrial = new Retrial(null);
    List<Said> then = new ArrayList<>();
    for (String row : rows) {
      Optional<Verdict> again = retrial.accept(row);
      if (again.isPresent()) {
        said(then, again.get());
        for (Verdict each : verdicts) {
          if (each.atMillis() == again.get().atMillis()) {
            compare(results, each, retrial, again.get());
          }
        }
      }
    }
    List<Said> otherwise = new ArrayList<>();
    if (other != null) {
      Retrial second = new Retrial(other);
      for (String row : rows) {
        second.accept(row).ifPresent(verdict -> said(otherwise, verdict));
      }
    }
    List<Again> all =
        verdicts.stream().map(v -> results.getOrDefault(v, again(v, Came.NOT_KEPT, ""))).toList();
    return new Rejudged(all, retrial.whole(), retrial.broken(), then, otherwise);
  }

  /// Whether other settings led to other words.
  public boolean changes() {
    return !then.stream()
        .map(Said::word)
        .toList()
        .equals(otherwise.stream().map(Said::word).toList());
  }

  private static void compare(
      Map<Verdict, Again> results, Verdict kept, Retrial retrial, Verdict again) {
    Verdict came =
        kept.outcome() instanceof Outcome.Superseded(String by)
            ? retrial.superseded(by).orElse(again)
            : again;
    Optional<String> difference = Retrial.difference(kept, came);
    results.put(
        kept, again(kept, difference.isEmpty() ? Came.SAME : Came.OTHER, difference.orElse("")));
  }

  private static Again again(Verdict kept, Came came, String difference) {
    return new Again(kept.atMillis(), kept.outcome().word(), came, difference);
  }

  private static void said(List<Said> said, Verdict verdict) {
    String word = verdict.outcome().word();
    if (said.isEmpty() || !said.getLast().word().equals(word)) {
      said.add(new Said(verdict.atMillis(), word));
    }
  }
}
