package io.tocsin.agent;

import io.tocsin.v1.AgentStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

  void fault(Throwable fault) {
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
