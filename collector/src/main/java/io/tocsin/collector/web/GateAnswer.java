package io.tocsin.collector.web;

import com.fasterxml.jackson.annotation.JsonValue;
import io.tocsin.collector.deployment.Announcement;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a pipeline may conclude about a release that it waits for.
///
/// @param workload key
/// @param asked what it calls the release; null: the newest
/// @param answer only `pass` lets anything go on; `wait` is what to say of a release that nobody
///   has seen yet, too
/// @param ok whether it passes: one boolean for those who read no words
/// @param release id; null while none fits
/// @param word of the verdict, e.g. `regressed`; `not deployed yet` while no release fits
/// @param evidence combined, as an e-value; 1 says nothing
/// @param deployedAtMillis null while no release fits
/// @param announced what was announced under that name; null when nothing was
public record GateAnswer(
    String workload,
    @Nullable String asked,
    Answer answer,
    boolean ok,
    @Nullable String release,
    String word,
    String sentence,
    double evidence,
    @Nullable Long deployedAtMillis,
    @Nullable Announcement announced) {
  // Platforms and pipelines have clocks of their own.
  private static final long SLACK_MILLIS = 10_000;
  private static final long LATEST_MILLIS = 3_600_000;

  /// As a gate reads it.
  public enum Answer {
    /// Healthy.
    PASS("pass"),
    /// Regressed.
    FAIL("fail"),
    /// Undecided so far, cannot be judged now, or not deployed yet.
    WAIT("wait"),
    /// A newer release came before there was an answer: there will be none.
    SUPERSEDED("superseded");

    private final String word;

    Answer(String word) {
      this.word = word;
    }

    /// As programs read it.
    @JsonValue
    public String word() {
      return word;
    }
  }

  /// @param asked id or name of the release, or the name it was announced under; null: the newest
  /// @param rows of all workloads, in any order
  /// @param said announcements of the workload, oldest first
  static GateAnswer of(
      String workload, @Nullable String asked, List<ReleaseRow> rows, List<Announcement> said) {
    Announcement announced =
        said.stream().filter(a -> a.name().equals(asked)).reduce((a, b) -> b).orElse(null);
    // A release of that name that ran before is not the one that was announced now: its verdict
    // must open no gate.
    long from = announced == null ? Long.MIN_VALUE : announced.atMillis() - SLACK_MILLIS;
    List<ReleaseRow> since =
        rows.stream()
            .filter(row -> row.workload().equals(workload) && row.deployedAtMillis() >= from)
            .sorted(Comparator.comparingLong(ReleaseRow::deployedAtMillis))
            .toList();
    Optional<ReleaseRow> called =
        since.stream().filter(row -> asked == null || isCalled(row, asked)).reduce((a, b) -> b);
    Optional<ReleaseRow> found =
        announced == null
            ? called
            : called.or(() ->
                since.stream()
                    .filter(row -> row.deployedAtMillis() <= announced.atMillis() + LATEST_MILLIS)
                    .findFirst());
    return found
        .map(row -> of(asked, row, announced))
        .orElseGet(() ->
            new GateAnswer(
                workload,
                asked,
                Answer.WAIT,
                false,
                null,
                "not deployed yet",
                "No such release has been seen%s; the first release of a workload is not judged."
                    .formatted(announced == null ? "" : " since it was announced"),
                1,
                null,
                announced));
  }

  private static GateAnswer of(
      @Nullable String asked, ReleaseRow row, @Nullable Announcement announced) {
    Answer answer =
        switch (row.word()) {
          case "healthy" -> Answer.PASS;
          case "regressed" -> Answer.FAIL;
          case "superseded" -> Answer.SUPERSEDED;
          default -> Answer.WAIT;
        };
    return new GateAnswer(
        row.workload(),
        asked,
        answer,
        answer == Answer.PASS,
        row.release(),
        row.word(),
        row.sentence(),
        row.evidence(),
        row.deployedAtMillis(),
        announced);
  }

  /// Platforms add a digest to a name: `1.42.0 (5fb6a01)`.
  private static boolean isCalled(ReleaseRow row, String asked) {
    return row.release().equals(asked)
        || row.name().equals(asked)
        || row.name().startsWith(asked + " (");
  }
}
