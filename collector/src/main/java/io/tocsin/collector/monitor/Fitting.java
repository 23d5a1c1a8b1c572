package io.tocsin.collector.monitor;

import io.tocsin.collector.detect.DetectConfig;
import io.tocsin.collector.detect.Fitter;
import io.tocsin.collector.detect.ModelSet;
import io.tocsin.collector.detect.Row;
import io.tocsin.collector.ingest.InputLog;
import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StateStore.Change;
import io.tocsin.collector.store.StateStore.Table;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Fits models beside the loop, one at a time. The result comes back as an input of the log, whose
/// offset is the point from which it is in force; blob and input are one write.
final class Fitting implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Fitting.class);

  private final DetectConfig config;
  private final StateStore store;
  private final InputLog inputs;
  private final long seed;
  private final LongSupplier clock;
  private final Set<String> underWay = new HashSet<>();
  private final ExecutorService executor =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("fitting").factory());

  /// @param clock epoch milliseconds
  Fitting(DetectConfig config, StateStore store, InputLog inputs, long seed, LongSupplier clock) {
    this.config = config;
    this.store = store;
    this.inputs = inputs;
    this.seed = seed;
    this.clock = clock;
  }

  /// Fits, when the monitor wants it and nothing is under way for it. Called by the loop.
  ///
  /// @param untilMillis end of the newest window of the history
  void offer(String workload, WorkloadMonitor monitor, long untilMillis) {
    synchronized (underWay) {
      if (!monitor.wantsFit() || !underWay.add(workload)) {
        return;
      }
    }
    int version = monitor.modelVersion();
    try {
      executor.execute(() -> fit(workload, version, untilMillis));
    } catch (RejectedExecutionException e) {
      done(workload); // closing
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
    try {
      // The store closes soon after, and must not be read then.
      if (!executor.awaitTermination(10, TimeUnit.SECONDS)) {
        log.warn("a fit did not end in 10 s; its result is not kept");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void fit(String workload, int version, long untilMillis) {
    List<Change> blob = List.of();
    String hash = "";
    try {
      List<Row> rows = new ArrayList<>();
      store.scan(
          Table.HISTORY,
          Keys.of(workload, untilMillis - config.historyMillis(), ""),
          Keys.of(workload, untilMillis + 1, ""),
          (key, value) ->
              !Thread.currentThread().isInterrupted() && rows.add(Json.read(value, Row.class)));
      if (Thread.currentThread().isInterrupted()) {
        return; // closing
      }
      ModelSet models = Fitter.fit(rows, config, seed ^ workload.hashCode(), version).models();
      hash = models.hash();
      blob =
          List.of(
              new Change(Table.BLOBS, Keys.of(hash), models.encode()),
              new Change(
                  Table.STATE,
                  Keys.model(hash),
                  Json.write(new FittedModel(hash, workload, clock.getAsLong()))));
      log.info("fitted models of {} over {} rows", workload, rows.size());
    } catch (IllegalArgumentException e) {
      log.info("no models of {} yet: {}", workload, e.getMessage());
    } catch (RuntimeException e) {
      log.warn("cannot fit models of {}; tried again with more history", workload, e);
    }
    var _ =
        inputs
            .append(InputLog.Kind.MODEL, Json.write(new Input.Fitted(workload, hash)), blob)
            .whenComplete((offset, failure) -> {
              if (failure != null) {
                done(workload);
              }
            });
  }

  /// The fit's result was consumed, or never came to be.
  void done(String workload) {
    synchronized (underWay) {
      underWay.remove(workload);
    }
  }
}
