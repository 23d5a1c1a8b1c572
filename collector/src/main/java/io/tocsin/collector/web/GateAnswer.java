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
  private static final String UNNAMED =
      " It may be the release before: say release, or since, to be let through.";

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

  /// @param rows of any workloads, in any order
  /// @param said announcements of the workload, oldest first
  static GateAnswer of(GateQuestion question, List<ReleaseRow> rows, List<Announcement> said) {
    String asked = question.release();
    Announcement announced =
        said.stream().filter(a -> a.name().equals(asked)).reduce((a, b) -> b).orElse(null);
    // A release of that name that ran before is not the one that was announced now: its verdict
    // must open no gate.
    long from = Math.max(begin(question), announced == null ? Long.MIN_VALUE : slack(announced));
    List<ReleaseRow> since =
        rows.stream()
            .filter(row -> row.workload().equals(question.workload()))
            .filter(row -> row.deployedAtMillis() >= from)
            // What we went back to is not what a pipeline announced, whatever it is called.
            .filter(row -> announced == null || !row.byTocsin())
            .sorted(Comparator.comparingLong(ReleaseRow::deployedAtMillis))
            .toList();
    Optional<ReleaseRow> called =
        since.stream().filter(row -> asked == null || isCalled(row, asked)).reduce((a, b) -> b);
    Optional<ReleaseRow> found =
        announced == null || !announced.anyName()
            ? called
            : called.or(() -> next(announced, since, said));
    return found
        .map(row -> of(question, row, announced))
        .orElseGet(() ->
            new GateAnswer(
                question.workload(),
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

  private static long slack(Announcement announced) {
    return announced.atMillis() - SLACK_MILLIS;
  }

  /// A name says which release is meant, a time alone does not: it is taken as it is.
  private static long begin(GateQuestion question) {
    Long since = question.sinceMillis();
    return since == null
        ? Long.MIN_VALUE
        : question.release() == null ? since : since - SLACK_MILLIS;
  }

  /// The first release since an announcement that was nobody else's, and before anything newer was
  /// announced.
  ///
  /// @param rows those since the announcement, oldest first
  private static Optional<ReleaseRow> next(
      Announcement announced, List<ReleaseRow> rows, List<Announcement> said) {
    long end = announced.atMillis() + LATEST_MILLIS;
    for (Announcement newer : said.subList(said.indexOf(announced) + 1, said.size())) {
      end = Math.min(end, newer.atMillis() - 1);
    }
    for (ReleaseRow row : rows) {
      boolean others =
          said.stream()
              .anyMatch(a -> !a.name().equals(announced.name()) && isCalled(row, a.name()));
      if (row.deployedAtMillis() >= announced.atMillis()
          && row.deployedAtMillis() <= end
          && !others) {
        return Optional.of(row);
      }
    }
    return Optional.empty();
  }

  private static GateAnswer of(
      GateQuestion question, ReleaseRow row, @Nullable Announcement announced) {
    // Until a platform has seen the new release the newest is the one before, and healthy.
    boolean unnamed = question.release() == null && question.sinceMillis() == null;
    Answer answer =
        switch (row.word()) {
          case "healthy" -> unnamed ? Answer.WAIT : Answer.PASS;
          case "regressed" -> Answer.FAIL;
          case "superseded" -> Answer.SUPERSEDED;
          default -> Answer.WAIT;
        };
    return new GateAnswer(
        row.workload(),
        question.release(),
        answer,
        answer == Answer.PASS,
        row.release(),
        row.word(),
        unnamed && row.word().equals("healthy") ? row.sentence() + UNNAMED : row.sentence(),
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
