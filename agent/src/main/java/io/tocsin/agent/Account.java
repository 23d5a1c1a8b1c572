package io.tocsin.agent;

import io.tocsin.v1.AgentStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The agent's own account: what it counted, what it costs, and its changes of state in words.
/// Confined to the agent's loop.
final class Account {
  private static final Logger log = LoggerFactory.getLogger(Account.class);
  private static final Path STATM = Path.of("/proc/self/statm");
  private static final long PAGE_BYTES = 4_096;

  private long linesCounted;
  private long windowsSealed;
  private long windowsLost;
  private boolean spoolFails;
  private long faults;
  private String faultKind = "";
  private @Nullable String lastFault;
  private long cpuNanos = cpuNanos();
  private long cpuAsOf = System.nanoTime();
  private double cores;

  void lineCounted() {
    linesCounted++;
  }

  void sealed(int windows) {
    windowsSealed += windows;
  }

  void windowLost() {
    windowsLost++;
  }

  void spooled() {
    if (spoolFails) {
      spoolFails = false;
      log.info("the spool can be written again; {} windows were lost meanwhile", windowsLost);
    }
  }

  void unspooled(RuntimeException e) {
    if (!spoolFails) {
      spoolFails = true;
      log.error("{}", e.getMessage());
    }
  }

  /// What was piped in is over.
  void ended(long waiting) {
    if (waiting > 0) {
      log.warn(
          "standard input ended, and the collector cannot be reached: {} records stay in the spool"
              + " and are sent after the next start",
          waiting);
    } else {
      log.info("standard input ended, and the collector has all of it");
    }
  }

  void fault(Throwable fault) {
    faults++;
    faultKind = fault.getClass().getSimpleName();
    String text = fault.toString();
    if (!text.equals(lastFault)) {
      lastFault = text;
      log.error("a pass of the loop, or a line in it, failed; it goes on", fault);
    }
  }

  AgentStatus.Builder status() {
    long now = System.nanoTime();
    if (now - cpuAsOf > 500_000_000L) {
      long cpu = cpuNanos();
      cores = (double) (cpu - cpuNanos) / (now - cpuAsOf);
      cpuNanos = cpu;
      cpuAsOf = now;
    }
    return AgentStatus.newBuilder()
        .setRssBytes(rssBytes())
        .setCpuCores(cores)
        .setLinesRead(linesCounted)
        .setWindowsSealed(windowsSealed);
  }

  /// How often something failed that nobody foresaw, in words; nothing when nothing did. Its kind
  /// alone: a message may quote a line.
  List<String> trouble() {
    return faults == 0
        ? List.of()
        : List.of(
            "%d times a line, or a pass over all that is watched, failed (%s); see the agent's log"
                .formatted(faults, faultKind));
  }

  private static long cpuNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }

  private static long rssBytes() {
    try {
      return Long.parseLong(Files.readString(STATM).split(" ")[1]) * PAGE_BYTES;
    } catch (IOException e) {
      return 0; // not Linux
    }
  }
}
