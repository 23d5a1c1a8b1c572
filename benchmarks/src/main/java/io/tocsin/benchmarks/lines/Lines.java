package io.tocsin.benchmarks.lines;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.tocsin.agent.instance.Instance;
import io.tocsin.agent.instance.LogFile;
import io.tocsin.agent.instance.LogFile.Framing;
import io.tocsin.agent.instance.Running;
import io.tocsin.agent.redact.CleanLine;
import io.tocsin.agent.redact.RedactConfig;
import io.tocsin.agent.redact.Redactor;
import io.tocsin.agent.tail.RawLine;
import io.tocsin.agent.tail.TailConfig;
import io.tocsin.agent.tail.Tailer;
import io.tocsin.agent.template.LogEvent;
import io.tocsin.agent.template.Login;
import io.tocsin.agent.template.Miner;
import io.tocsin.agent.template.Request;
import io.tocsin.agent.template.TemplateConfig;
import io.tocsin.agent.template.Wordings;
import io.tocsin.agent.window.WindowConfig;
import io.tocsin.agent.window.WindowCounter;
import io.tocsin.benchmarks.Arguments;
import io.tocsin.benchmarks.lines.Kind.Values;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/// Lines a second of one thread, from bytes in a file to counted templates, through the agent's own
/// stages: `tail` > `redact` > `template` > `window`. Meant for a process with the launcher's flags
/// of the agent. What a stage costs is the difference of the paths that end with it and before it.
public final class Lines {

  private static final long SEED = 11;
  private static final List<Kind> MIX = List.of(Kind.values());
  private static final TailConfig FROM_START = new TailConfig(true, 4 << 20, 64 << 10, 256, 500);
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /// Where a path ends; in the order of the path.
  private enum Stage {
    TAIL,
    REDACT,
    TEMPLATE,
    WINDOW
  }

  private Lines() {}

  public static void main(String[] args) throws IOException {
    Arguments arguments =
        new Arguments(
            args,
            "benchmarks/run lines [--lines N] [--repeats N] [--warm N]",
            List.of("--lines", "--repeats", "--warm"));
    int lines = arguments.count("--lines", 200_000);
    int repeats = arguments.count("--repeats", 7);
    int warm = arguments.count("--warm", 3);
    System.out.println("part,entity,metric,value");
    Path directory = Files.createTempDirectory("tocsin-lines");
    try {
      for (Kind kind : MIX) {
        String entity = kind.name().toLowerCase(Locale.ROOT);
        measure(entity, directory, lines, List.of(kind), warm, repeats);
      }
      measure("mix", directory, lines, MIX, warm, repeats);
    } finally {
      Files.delete(directory);
    }
  }

  private static void measure(
      String entity, Path directory, int lines, List<Kind> kinds, int warm, int repeats)
      throws IOException {
    Path file = directory.resolve(entity + ".log");
    write(file, lines, kinds);
    try {
      long bytes = Files.size(file);
      say(entity, "bytes_per_line", (double) bytes / lines);
      Map<Stage, List<Cost>> costs = new HashMap<>();
      for (Stage stage : kinds.size() > 1 ? Stage.values() : new Stage[] {Stage.WINDOW}) {
        costs.put(stage, costs(new Pipeline(file), stage, lines, warm, repeats));
      }
      List<Cost> whole = costs.getOrDefault(Stage.WINDOW, List.of());
      spread(entity, "lines_per_cpu_second", whole, c -> lines * 1e9 / c.cpuNanos);
      spread(entity, "lines_per_process_cpu_second", whole, c -> lines * 1e9 / c.processNanos);
      spread(entity, "lines_per_second", whole, c -> lines * 1e9 / c.wallNanos);
      say(entity, "bytes_per_cpu_second", median(whole, c -> bytes * 1e9 / c.cpuNanos));
      say(entity, "allocated_bytes_per_line", median(whole, c -> (double) c.allocated / lines));
      double before = 0;
      for (Stage stage : Stage.values()) {
        List<Cost> until = costs.getOrDefault(stage, List.of());
        if (costs.size() > 1) {
          double nanos = median(until, c -> (double) c.cpuNanos / lines);
          say(entity, stage.name().toLowerCase(Locale.ROOT) + "_ns_per_line", nanos - before);
          before = nanos;
        }
      }
    } finally {
      Files.delete(file);
    }
  }

  private static void write(Path file, int lines, List<Kind> kinds) throws IOException {
    Values values = new Values(SEED);
    try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      for (int i = 0; i < lines; i++) {
        out.write(kinds.get(values.below(kinds.size())).line(values));
        out.write('\n');
      }
    }
  }

  /// @param cpuNanos of the thread; `processNanos` adds the collections and the compiler
  private record Cost(long cpuNanos, long processNanos, long wallNanos, long allocated) {}

  private static List<Cost> costs(Pipeline pipeline, Stage last, int lines, int warm, int repeats) {
    List<Cost> costs = new ArrayList<>();
    for (int i = 0; i < warm + repeats; i++) {
      long allocated = THREADS.getCurrentThreadAllocatedBytes();
      long cpu = THREADS.getCurrentThreadCpuTime();
      long process = PROCESS.getProcessCpuTime();
      long wall = System.nanoTime();
      long seen = pipeline.read(last);
      wall = System.nanoTime() - wall;
      cpu = THREADS.getCurrentThreadCpuTime() - cpu;
      process = PROCESS.getProcessCpuTime() - process;
      allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
      if (seen != lines) {
        throw new IllegalStateException("expected %d lines, found %d".formatted(lines, seen));
      }
      if (i >= warm) {
        costs.add(new Cost(cpu, process, wall, allocated));
      }
    }
    return costs;
  }

  /// The stages as the agent wires them. What they have learnt stays, as in an agent that runs; the
  /// file is read from its start each time.
  private static final class Pipeline {
    private final Running running;
    private final Redactor redactor =
        new Redactor(
            RedactConfig.standard(), "benchmark host key".getBytes(StandardCharsets.UTF_8));
    private final Wordings wordings = new Wordings();
    private final Map<String, Miner> miners = new HashMap<>();
    private WindowCounter windows = new WindowCounter(WindowConfig.DEFAULT, 0);
    private long seen;

    Pipeline(Path file) {
      Instance instance = new Instance("lines", "file", "", "file//lines", "", "", "", 0, "", "");
      running =
          new Running(
              instance,
              List.of(new LogFile(file, Framing.PLAIN)),
              OptionalLong.empty(),
              null,
              null);
    }

    /// @return lines handed on; the last waits for more until it is let go, and counts too
    long read(Stage last) {
      seen = 0;
      long now = System.currentTimeMillis();
      windows = new WindowCounter(WindowConfig.DEFAULT, now - now % 10_000);
      Consumer<RawLine> sink = sink(last);
      try (var tailer = new Tailer(FROM_START, System::currentTimeMillis)) {
        tailer.follow(List.of(running));
        while (tailer.poll(sink)) {}
        tailer.follow(List.of());
        while (tailer.poll(sink)) {}
      }
      return seen;
    }

    private Consumer<RawLine> sink(Stage last) {
      return switch (last) {
        case TAIL -> _ -> seen++;
        case REDACT ->
            line -> {
              seen++;
              redactor.redact(line);
            };
        case TEMPLATE ->
            line -> {
              seen++;
              miner(line).add(redactor.redact(line));
            };
        case WINDOW ->
            line -> {
              seen++;
              CleanLine clean = redactor.redact(line);
              LogEvent event = miner(line).add(clean);
              windows.add(event, Request.of(clean), Login.of(clean, event, false));
            };
      };
    }

    private Miner miner(RawLine line) {
      return miners.computeIfAbsent(
          line.instance().workload(), _ -> new Miner(TemplateConfig.standard(), wordings));
    }
  }

  private static void spread(
      String entity, String metric, List<Cost> costs, ToDoubleFunction<Cost> value) {
    double[] sorted = costs.stream().mapToDouble(value).sorted().toArray();
    say(entity, metric + "_min", sorted[0]);
    say(entity, metric, median(costs, value));
    say(entity, metric + "_max", sorted[sorted.length - 1]);
  }

  private static double median(List<Cost> costs, ToDoubleFunction<Cost> value) {
    double[] sorted = costs.stream().mapToDouble(value).sorted().toArray();
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  private static void say(String entity, String metric, double value) {
    System.out.printf(Locale.ROOT, "lines,%s,%s,%.6g%n", entity, metric, value);
  }
}
