package io.tocsin.collector.backtest;

import io.tocsin.agent.redact.CleanLine;
import io.tocsin.agent.redact.RedactConfig;
import io.tocsin.agent.redact.Redactor;
import io.tocsin.agent.tail.PastLog;
import io.tocsin.agent.tail.Progress;
import io.tocsin.agent.tail.RawLine;
import io.tocsin.agent.template.Level;
import io.tocsin.agent.template.LogEvent;
import io.tocsin.agent.template.Login;
import io.tocsin.agent.template.Miner;
import io.tocsin.agent.template.Request;
import io.tocsin.agent.template.Template;
import io.tocsin.agent.template.TemplateConfig;
import io.tocsin.agent.window.WindowConfig;
import io.tocsin.agent.window.WindowCounter;
import io.tocsin.collector.ingest.TemplateBook;
import io.tocsin.collector.ingest.WindowSummary;
import io.tocsin.collector.window.SealedWindow;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The agent's way of a log: redact > template > window, by the time of the lines instead of the
/// clock. Windows without a line are windows, too, as with a service that is silent; but for pauses
/// of over a day. The window that the last line lies in was not over, and is left out.
final class LogWindows {
  private static final long PAUSE_MILLIS = 24 * 3_600_000L;
  // Marks of secrets stay within this process.
  private static final byte[] KEY = new byte[32];

  private final String workload;
  private final PastLog log;
  private final WindowConfig config;
  private final History history;
  private final Redactor redactor = new Redactor(RedactConfig.standard(), KEY);
  private final Miner miner = new Miner(TemplateConfig.standard());
  private final TemplateBook book = new TemplateBook();
  private @Nullable WindowCounter counter;
  private long sealed;
  private long late;
  private long pauses;

  LogWindows(String workload, PastLog log, Duration window, History history) {
    this.workload = workload;
    this.log = log;
    this.history = history;
    config = new WindowConfig(window, WindowConfig.DEFAULT.maxTemplates());
    redactor.selfTest();
  }

  /// @param line with the time that it counts at
  void add(RawLine line) {
    long length = config.length().toMillis();
    long start = Math.floorDiv(line.timeMillis(), length) * length;
    WindowCounter windows = counter;
    if (windows != null && start > windows.sealedUntilMillis() + PAUSE_MILLIS) {
      seal(windows);
      pauses++;
      windows = null;
    }
    if (windows == null) {
      windows = new WindowCounter(config, start);
      counter = windows;
    }
    while (start > windows.sealedUntilMillis()) {
      seal(windows);
    }
    CleanLine clean = redactor.redact(line);
    LogEvent event = miner.add(clean);
    windows.add(event, Request.of(clean), Login.of(clean, event, false));
  }

  /// Windows handed on.
  long sealed() {
    return sealed;
  }

  /// Lines that counted in a later window than their own.
  long late() {
    return late;
  }

  long pauses() {
    return pauses;
  }

  private void seal(WindowCounter windows) {
    long end = windows.sealedUntilMillis() + config.length().toMillis();
    miner.settle();
    for (Template each : miner.drainNews()) {
      book.put(
          new TemplateBook.Known(
              each.id(), each.text(), onWire(each.level()), each.into(), each.skeleton()));
    }
    for (var summary : windows.seal(end, List.of(log.running()), id -> Progress.NONE, Map.of())) {
      late += summary.completeness().linesLate();
      history.window(window(received(summary)), book);
      sealed++;
    }
  }

  private SealedWindow window(WindowSummary summary) {
    return new SealedWindow(
        workload,
        summary.startMillis(),
        summary.endMillis(),
        List.of(new SealedWindow.InstanceWindow("", -1, summary)),
        List.of(),
        0,
        false);
  }

  private static int onWire(Level level) {
    return io.tocsin.v1.Level.valueOf("LEVEL_" + level.name()).getNumber();
  }

  /// As the collector's edge makes it of what the agent sends.
  private static WindowSummary received(io.tocsin.agent.window.WindowSummary sent) {
    var instance = sent.instance();
    var requests = sent.requests();
    return new WindowSummary(
        "",
        new WindowSummary.Instance(
            instance.id(),
            instance.platform(),
            instance.host(),
            instance.workload(),
            instance.name(),
            instance.release(),
            instance.image(),
            instance.startedAtMillis(),
            instance.containerId(),
            instance.podUid()),
        sent.startMillis(),
        sent.endMillis(),
        WindowSummary.Completeness.NONE,
        sent.counts().stream()
            .map(c -> new WindowSummary.TemplateCount(c.template(), c.count(), onWire(c.level())))
            .toList(),
        requests == null
            ? null
            : new WindowSummary.Requests(
                requests.total(),
                requests.failed(),
                requests.rejected(),
                requests.upperMillis(),
                requests.bucketCounts(),
                requests.sumMillis(),
                List.of()),
        sent.metrics(),
        new WindowSummary.Liveness(sent.alive(), 0, sent.oomKills(), sent.ready()),
        sent.catchUp());
  }
}
