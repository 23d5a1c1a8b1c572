package io.tocsin.collector.monitor;

import io.tocsin.collector.deployment.Release;
import io.tocsin.collector.deployment.ReleaseEvent;
import io.tocsin.collector.ingest.TemplateBook.Known;
import io.tocsin.collector.judge.Baseline;
import io.tocsin.collector.judge.JudgeConfig;
import io.tocsin.collector.judge.Placebos;
import io.tocsin.collector.judge.Surroundings;
import io.tocsin.collector.window.SealedWindow;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// All that the judge takes in while a release is on watch, as it is kept: with it the same judge
/// comes to the same verdicts. What models found unusual is an input here, and is not scored again.
final class Trial {
  /// Nobody asked how many neighbours run on calmly.
  static final int NOT_ASKED = -1;

  private Trial() {}

  /// The event as the judge sees it: against the release that passed last.
  static ReleaseEvent against(Release from, ReleaseEvent event) {
    return new ReleaseEvent(
        event.workload(),
        from,
        event.to(),
        event.atMillis(),
        event.byTocsin(),
        event.rollbackForbidden(),
        event.alsoChanged());
  }

  /// Everything that the next window is weighed with; enough to go on from.
  ///
  /// @param config of the judge, as it was in force
  /// @param from the release that `event`'s is held against
  /// @param baseline what was learnt of it: the same throughout a watch
  /// @param placebos the same throughout a watch
  /// @param templates all that are known
  record Start(
      JudgeConfig config,
      ReleaseEvent event,
      Release from,
      Baseline.State baseline,
      Placebos.State placebos,
      Watch.State watch,
      List<Known> templates) {
    /// Whether no window was weighed before it.
    boolean fresh() {
      return watch.last() == null;
    }
  }

  /// [Surroundings], in an order.
  record Around(
      @Nullable String sharedCause,
      long sinceMillis,
      long disturbedMillis,
      Set<String> anomalous,
      long skewMillis) {
    static Around of(Surroundings surroundings) {
      return new Around(
          surroundings.sharedCause(),
          surroundings.sinceMillis(),
          surroundings.disturbedMillis(),
          new TreeSet<>(surroundings.anomalous()),
          surroundings.skewMillis());
    }

    Surroundings surroundings() {
      return new Surroundings(sharedCause, sinceMillis, disturbedMillis, anomalous, skewMillis);
    }
  }

  /// One window, when it was judged.
  ///
  /// @param start due before this window; null when none was
  /// @param steady neighbours that ran on calmly, or [#NOT_ASKED]
  record Taken(
      ReleaseEvent event, @Nullable Start start, SealedWindow window, Around around, int steady) {}

  /// One row on the shelf: a start, templates that became known, or a window.
  record Row(
      @Nullable Start start,
      @Nullable List<Known> templates,
      @Nullable SealedWindow window,
      @Nullable Around around,
      int steady) {
    static Row of(Start start) {
      return new Row(start, null, null, null, NOT_ASKED);
    }

    static Row of(List<Known> templates) {
      return new Row(null, templates, null, null, NOT_ASKED);
    }

    static Row of(Taken taken) {
      return new Row(null, null, taken.window(), taken.around(), taken.steady());
    }
  }
}
