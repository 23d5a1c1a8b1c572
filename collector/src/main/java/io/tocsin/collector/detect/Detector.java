package io.tocsin.collector.detect;

import io.tocsin.collector.ingest.TemplateBook;
import io.tocsin.collector.ingest.WindowSummary;
import io.tocsin.collector.window.SealedWindow;
import io.tocsin.collector.window.SealedWindow.InstanceWindow;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Scores the windows of one workload: one score for each instance and one for the workload as a
/// whole, before it learns from them. Pure: no clock, no I/O, no threads; the same windows and
/// models give the same scores, bit for bit. Confined to one thread.
///
/// From the first windows on each feature is compared with itself; once a model set is adopted, the
/// isolation forest, the autoencoder and template novelty join.
public final class Detector {
  private static final int MAX_INSTANCES = 1000;
  // Instances are process incarnations: one not seen for so long will not come back.
  private static final long FORGET_MILLIS = 3_600_000;
  // The history of a few instances says what instances are like; all of a thousand would fill
  // disks.
  private static final int HISTORY_INSTANCES = 4;
  private static final long WITHDRAWN = -1;

  private final DetectConfig config;
  private Stage stage;
  private KnownTemplates known = new KnownTemplates();
  private final TreeMap<String, Long> seen = new TreeMap<>();
  private long firstMillis;
  private long lastMillis;
  private long windows;
  private long attemptedWindows;
  private long crowdedOut;
  private List<Row> history = List.of();
  private @Nullable Row whole;

  public Detector(DetectConfig config) {
    this.config = config;
    stage = new Learning(config, List.of());
  }

  /// @param models the set whose hash the state names; null when it names none
  /// @throws IllegalArgumentException when it is another
  public static Detector restore(
      DetectConfig config, DetectorState state, @Nullable ModelSet models) {
    String hash = models == null ? "" : models.hash();
    if (!hash.equals(state.modelHash())) {
      throw new IllegalArgumentException(
          "the detector's state was taken with model set '%s', not with '%s'"
              .formatted(state.modelHash(), hash));
    }
    Detector detector = new Detector(config);
    detector.firstMillis = state.firstMillis();
    detector.lastMillis = state.lastMillis();
    detector.windows = state.windows();
    detector.attemptedWindows = state.attemptedWindows();
    detector.crowdedOut = state.crowdedOut();
    detector.known = KnownTemplates.decode(Base64.getDecoder().decode(state.known()));
    Learning learning = new Learning(config, state.names());
    Fitted fitted = models == null ? null : new Fitted(config, models);
    state
        .series()
        .forEach((instance, series) -> {
          byte[] numbers = Base64.getDecoder().decode(series.numbers());
          if (fitted == null) {
            learning.restore(instance, numbers);
          } else {
            fitted.restore(instance, numbers);
          }
          detector.seen.put(instance, series.seenMillis());
        });
    if (fitted != null) {
      fitted.restorePlaces(Base64.getDecoder().decode(state.places()));
    }
    detector.stage = fitted == null ? learning : fitted;
    return detector;
  }

  /// At most 32 kB as JSON, and 4 kB for each instance seen within the hour.
  public DetectorState snapshot() {
    Map<String, DetectorState.Series> series = new TreeMap<>();
    seen.forEach((instance, at) ->
        series.put(instance, new DetectorState.Series(at, base64(stage.encode(instance)))));
    return new DetectorState(
        DetectorState.VERSION,
        firstMillis,
        lastMillis,
        windows,
        attemptedWindows,
        switch (stage) {
          case Learning learning -> "";
          case Fitted fitted -> fitted.modelHash();
        },
        switch (stage) {
          case Learning learning -> learning.names();
          case Fitted fitted -> List.of();
        },
        base64(known.encode()),
        switch (stage) {
          case Learning learning -> "";
          case Fitted fitted -> base64(fitted.encodePlaces());
        },
        crowdedOut,
        series);
  }

  /// Scores a window, then learns from it. Windows that are late, read after an outage, or not
  /// newer than the last one are not scored, nor are series that lack more than 30 % of their
  /// features.
  ///
  /// @param book the workload's templates
  /// @param frozen whether nothing is to be learnt: an incident is open, or a release on watch
  /// @return the workload as a whole first (instance empty), then the instances by id
  public List<Score> score(SealedWindow window, TemplateBook book, boolean frozen) {
    history = List.of();
    whole = null;
    List<WindowSummary> parts =
        window.instances().stream()
            .map(InstanceWindow::summary)
            .filter(summary -> !summary.catchUp())
            .toList();
    if (window.late() || parts.isEmpty() || window.endMillis() <= lastMillis) {
      return List.of();
    }
    firstMillis = firstMillis == 0 ? window.startMillis() : firstMillis;
    lastMillis = window.endMillis();
    forget();
    List<Score> scores = score(window.workload(), rows(window.endMillis(), parts, book), frozen);
    if (!frozen) {
      known.learn(parts, book);
    }
    return scores;
  }

  /// Scores one row of the workload as a whole that was not made from a window: history brought
  /// from elsewhere. Rows not newer than the last one are not scored.
  ///
  /// @return null when it is not scored
  public @Nullable Score score(String workload, Row row, boolean frozen) {
    history = List.of();
    if (row.windowEndMillis() <= lastMillis) {
      return null;
    }
    firstMillis = firstMillis == 0 ? row.windowEndMillis() - config.windowMillis() : firstMillis;
    lastMillis = row.windowEndMillis();
    seen.put(row.instance(), lastMillis);
    List<Score> scores = score(workload, List.of(row), frozen);
    return scores.isEmpty() ? null : scores.getFirst();
  }

  private List<Score> score(String workload, List<Row> rows, boolean frozen) {
    whole = rows.getFirst();
    List<Score> scores = new ArrayList<>();
    for (Row row : rows) {
      Score score =
          stage.score(workload, row.instance(), row.windowEndMillis(), row.values(), !frozen);
      if (score != null) {
        scores.add(score);
      }
    }
    if (!frozen) {
      windows++;
      history = rows.subList(0, Math.min(rows.size(), 1 + HISTORY_INSTANCES));
    }
    return scores;
  }

  /// Rows of the window scored last, to be kept for fitting: the workload as a whole and at most
  /// four instances; empty when nothing was learnt.
  public List<Row> history() {
    return history;
  }

  /// What was measured of the workload as a whole in the window scored last, learnt or not; null
  /// when it was not scored.
  public @Nullable Row whole() {
    return whole;
  }

  /// Everything that carried the row scored last, strongest first, where [Score#contributions]
  /// names the few that matter; of a window with instances that is the last one's. Empty before.
  public List<Contribution> explanation() {
    return Explanation.ranked(stage.parts());
  }

  /// Whether a fit is due: first after the time of learning, then whenever the history has grown by
  /// a quarter. Stays true until [#adopt] or [#fitFailed].
  public boolean wantsFit() {
    if (attemptedWindows <= 0) {
      return windows >= Fitter.MIN_WINDOWS && lastMillis - firstMillis >= config.learnMillis();
    }
    long looked = Math.min(attemptedWindows, config.historyMillis() / config.windowMillis());
    return windows - attemptedWindows >= Math.max(1, looked / 4);
  }

  /// Goes on with a new model set, from the end of the history that it was fitted on; what series
  /// outside that history know of where features drifted is carried over.
  public void adopt(ModelSet models) {
    Fitted fitted = new Fitted(config, models);
    fitted.begin(seen.keySet());
    switch (stage) {
      case Learning learning -> {}
      case Fitted before -> fitted.inherit(before);
    }
    stage = fitted;
    attempted();
  }

  /// Some of what was learnt turned out to be no normal, and is gone from the history: a fit
  /// without it is due.
  public void withdraw() {
    attemptedWindows = WITHDRAWN;
  }

  /// A fit found the history wanting: asks again when it has grown by a quarter.
  public void fitFailed() {
    attempted();
  }

  /// A fit that was under way at a withdrawal may have read what is gone: one more is due.
  private void attempted() {
    attemptedWindows = attemptedWindows == WITHDRAWN ? 0 : windows;
  }

  /// Share of the time of learning that is over, 0 to 1; 1 once models score.
  public double progress() {
    return switch (stage) {
      case Fitted fitted -> 1;
      case Learning learning ->
          Math.min(1, (double) (lastMillis - firstMillis) / config.learnMillis());
    };
  }

  /// When the first fit is due, epoch milliseconds; 0 before the first window.
  public long readyAtMillis() {
    return firstMillis == 0 ? 0 : firstMillis + config.learnMillis();
  }

  /// Instance windows not scored by themselves, since the workload had over 1,000 instances within
  /// the hour; they count in the workload as a whole.
  public long crowdedOut() {
    return crowdedOut;
  }

  /// The peers that a feature of failed calls names; null for other features.
  public static @Nullable String peer(String feature) {
    return Features.isCall(feature) ? Features.peer(feature) : null;
  }

  private List<Row> rows(long endMillis, List<WindowSummary> parts, TemplateBook book) {
    Set<Long> novel = known.novel(parts, book);
    boolean noveltyKnown = windows >= Fitter.MIN_WINDOWS;
    List<Row> rows = new ArrayList<>();
    rows.add(row(endMillis, "", parts, novel, noveltyKnown));
    for (WindowSummary part : parts) {
      String instance = part.instance().id();
      if (!seen.containsKey(instance) && seen.size() > MAX_INSTANCES) {
        crowdedOut++;
        continue;
      }
      rows.add(row(endMillis, instance, List.of(part), novel, noveltyKnown));
    }
    return rows;
  }

  private Row row(
      long endMillis,
      String instance,
      List<WindowSummary> parts,
      Set<Long> novel,
      boolean noveltyKnown) {
    seen.put(instance, endMillis);
    return new Row(
        endMillis, instance, Features.of(parts, novel, noveltyKnown, config.windowSeconds()));
  }

  private void forget() {
    seen.entrySet()
        .removeIf(entry -> {
          boolean gone = !entry.getKey().isEmpty() && entry.getValue() < lastMillis - FORGET_MILLIS;
          if (gone) {
            stage.forget(entry.getKey());
          }
          return gone;
        });
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
