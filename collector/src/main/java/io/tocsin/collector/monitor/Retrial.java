package io.tocsin.collector.monitor;

import io.tocsin.collector.ingest.TemplateBook;
import io.tocsin.collector.judge.Baseline;
import io.tocsin.collector.judge.JudgeConfig;
import io.tocsin.collector.judge.Judgement;
import io.tocsin.collector.judge.Placebos;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.monitor.Trial.Around;
import io.tocsin.collector.monitor.Trial.Start;
import io.tocsin.collector.window.SealedWindow;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Judges a release once more, by the product's own judge, from the rows that are kept of it. Feed
/// it every row in order. Confined to one thread.
public final class Retrial {
  private final @Nullable JudgeConfig other;
  private JudgeConfig config = JudgeConfig.defaults();
  private TemplateBook book = new TemplateBook();
  private @Nullable Watch watch;
  private @Nullable Placebos placebos;
  private boolean whole;
  private @Nullable String broken;

  /// @param other judges by these settings, not by those in force then; null judges as it did then
  public Retrial(@Nullable JudgeConfig other) {
    this.other = other;
  }

  /// Takes in a row as it lay on the shelf.
  ///
  /// @return the verdict after a window; empty after another row
  /// @throws IllegalStateException when it is no row of this build
  public Optional<Verdict> accept(String row) {
    Trial.Row read = Json.read(row.getBytes(StandardCharsets.UTF_8), Trial.Row.class);
    if (read.start() != null) {
      begin(read.start());
    }
    if (read.templates() != null) {
      read.templates().forEach(book::put);
    }
    SealedWindow window = read.window();
    Around around = read.around();
    Watch judged = watch;
    Placebos chance = placebos;
    if (window == null || around == null || judged == null || chance == null) {
      return Optional.empty();
    }
    int steady = Math.max(0, read.steady());
    Verdict verdict =
        judged.weigh(config, window, book, around.surroundings(), chance, since -> steady);
    judged.last = verdict;
    return Optional.of(verdict);
  }

  /// The verdict that the newest window would have, had this release come then.
  public Optional<Verdict> superseded(String by) {
    Watch judged = watch;
    return judged == null
        ? Optional.empty()
        : Optional.of(judged.judgement.supersede(by).verdict());
  }

  /// Whether it judged from the release on, not from somewhere in its watch.
  public boolean whole() {
    return whole;
  }

  /// Where what was judged here came to another state than the collector had, as it was kept; null
  /// while they agree.
  public @Nullable String broken() {
    return broken;
  }

  /// A verdict as it was kept.
  public static Verdict verdict(String json) {
    return Json.read(json.getBytes(StandardCharsets.UTF_8), Verdict.class);
  }

  /// The first place at which two verdicts differ, bit for bit; empty when they are the same.
  public static Optional<String> difference(Verdict kept, Verdict again) {
    return kept.equals(again)
        ? Optional.empty()
        : Differences.first(Json.write(kept), Json.write(again));
  }

  private void begin(Start start) {
    book = new TemplateBook();
    start.templates().forEach(book::put);
    Watch running = watch;
    JudgeConfig settings = other;
    if (settings != null && settings.windowMillis() != start.config().windowMillis()) {
      throw new IllegalArgumentException(
          "window.length: expected %d ms, as the windows were counted, found %d ms"
              .formatted(start.config().windowMillis(), settings.windowMillis()));
    }
    if (running == null) {
      whole = start.fresh();
    }
    if (running != null && settings != null) {
      return; // goes on under the other settings; the kept state is that of those in force
    }
    if (running != null && broken == null) {
      byte[] here = Json.write(running.judgement.snapshot());
      byte[] there = Json.write(start.watch().judgement());
      broken =
          Arrays.equals(here, there)
              ? null
              : Differences.first(there, here).orElse("its state differs");
    }
    config = settings == null ? start.config() : settings;
    placebos = Placebos.restore(config, start.placebos());
    watch =
        settings != null && start.fresh()
            ? new Watch(
                start.event(),
                Judgement.begin(
                    config,
                    Baseline.restore(config, start.baseline()),
                    Trial.against(start.from(), start.event())))
            : start.watch().restore(config);
  }
}
