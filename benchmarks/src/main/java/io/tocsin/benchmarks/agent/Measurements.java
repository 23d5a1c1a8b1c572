package io.tocsin.benchmarks.agent;

import io.tocsin.benchmarks.agent.Feed.Rotation;
import io.tocsin.benchmarks.agent.Sink.Ledger;
import io.tocsin.benchmarks.lines.Mix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// The parts, for one agent. Each starts it anew, in a folder of its own.
final class Measurements {
  private static final long SEED = 11;
  private static final int BURST_PER_SECOND = 50_000;
  private static final int BURST_TEMPLATES = 10_000;
  private static final int ROTATING_PER_SECOND = 5_000;
  private static final int PER_ROTATION = 2_000;
  private static final int OUTAGE_PER_SECOND = 100;

  /// Seconds of a window, where nothing asks for a short one: the agent's default.
  private static final int WINDOW = 10;

  private final Subject subject;
  private final Plan plan;
  private final Path directory;
  private final Rows rows;
  private final Supplier<byte[]> mix;

  Measurements(Subject subject, Plan plan, Path directory) {
    this.subject = subject;
    this.plan = plan;
    this.directory = directory;
    this.rows = new Rows(subject.name());
    this.mix = over(Mix.lines(SEED, 20_000).stream().map(Feed::ended).toList());
  }

  void run(List<String> parts) throws Exception {
    for (String part : parts) {
      switch (part) {
        case "start" -> start();
        case "rates" -> {
          for (int rate : plan.rates()) {
            rate(rate);
          }
        }
        case "burst" -> burst();
        case "most" -> most();
        case "rotation" -> {
          for (Rotation rotation : Rotation.values()) {
            rotation(rotation);
          }
        }
        case "spool" -> spool();
        default -> throw new IllegalArgumentException(part);
      }
    }
  }

  /// From the start of the process, launcher included, to the first answer and the first delivery.
  private void start() throws Exception {
    List<Double> greeted = new ArrayList<>();
    List<Double> delivered = new ArrayList<>();
    List<Double> cpu = new ArrayList<>();
    for (int i = 0; i < plan.starts(); i++) {
      rows.progress("start %d of %d".formatted(i + 1, plan.starts()));
      Path own = fresh("start-" + i);
      try (Sink sink = subject.sink();
          Feed feed = new Feed(own.resolve("service.log"), mix)) {
        feed.write(1_000);
        long begun = System.nanoTime();
        Process agent = subject.start(file(own), state(own), sink.port(), WINDOW);
        try {
          Waits.await(
              agent, state(own), () -> sink.greetedNanos() > 0 || sink.deliveredNanos() > 0);
          cpu.add(Waits.cost(agent, state(own)).cpuNanos() / 1e9);
          Waits.await(agent, state(own), () -> sink.deliveredNanos() > 0);
          delivered.add((sink.deliveredNanos() - begun) / 1e9);
          if (sink.greetedNanos() > 0) {
            greeted.add((sink.greetedNanos() - begun) / 1e9);
          }
        } finally {
          Subject.stop(agent);
        }
      }
    }
    if (!greeted.isEmpty()) {
      rows.spread("start_to_hello", greeted, "s");
    }
    rows.spread("start_to_first_delivery", delivered, "s");
    rows.spread("cpu_of_start", cpu, "s");
  }

  private void rate(int perSecond) throws Exception {
    rows.progress("%d lines/s for %d s".formatted(perSecond, plan.settle() + plan.seconds()));
    String at = "_at_" + perSecond;
    Path own = fresh("rate" + at);
    try (Sink sink = subject.sink();
        Feed feed = new Feed(file(own), mix)) {
      Process agent = subject.start(file(own), state(own), sink.port(), WINDOW);
      try {
        Waits.connected(agent, state(own), sink);
        feed.write(plan.settle(), perSecond);
        Footprint before = Waits.cost(agent, state(own));
        long bytes = sink.bytes();
        long begun = System.nanoTime();
        feed.write(plan.seconds(), perSecond);
        double nanos = System.nanoTime() - begun;
        Footprint after = Waits.cost(agent, state(own));
        rows.megabytes("rss" + at, after.rss());
        rows.megabytes("pss" + at, after.pss());
        rows.megabytes("anonymous" + at, after.anonymous());
        rows.megabytes("peak" + at, after.peak());
        rows.say("cpu" + at, 100 * (after.cpuNanos() - before.cpuNanos()) / nanos, "% of a core");
        rows.say("wire_bytes_per_second" + at, (sink.bytes() - bytes) * 1e9 / nanos, "B/s");
        if (perSecond > 0) {
          rows.say(
              "wire_bytes_per_line" + at,
              (sink.bytes() - bytes) / ((double) plan.seconds() * perSecond),
              "B");
        }
      } finally {
        Subject.stop(agent);
      }
    }
  }

  private void burst() throws Exception {
    rows.progress("a burst of %d s".formatted(plan.burst()));
    Path own = fresh("burst");
    try (Sink sink = subject.sink();
        Feed feed = new Feed(file(own), over(BurstLines.of(BURST_TEMPLATES)))) {
      Process agent = subject.start(file(own), state(own), sink.port(), WINDOW);
      try {
        Waits.connected(agent, state(own), sink);
        TimeUnit.SECONDS.sleep(plan.settle());
        long calm = Waits.cost(agent, state(own)).cpuNanos();
        feed.write(plan.burst(), BURST_PER_SECOND);
        Footprint after = Waits.cost(agent, state(own));
        rows.say(
            "cpu_in_burst", 100 * (after.cpuNanos() - calm) / (plan.burst() * 1e9), "% of a core");
        rows.say("unread_after_burst", (Files.size(file(own)) - after.read()) / 1e6, "MB");
        Waits.settled(agent, state(own), sink, feed);
        Footprint end = Waits.cost(agent, state(own));
        rows.megabytes("peak_in_burst", end.peak());
        rows.megabytes("rss_after_burst", end.rss());
        rows.lines("lines_missing_after_burst", feed.written() - sink.lines());
      } finally {
        Subject.stop(agent);
      }
    }
  }

  /// A file that is there at the start, read as fast as can be. The first fifth warms up.
  private void most() throws Exception {
    rows.progress("%d lines as fast as can be".formatted(plan.lines()));
    Path own = fresh("most");
    try (Sink sink = subject.sink();
        Feed feed = new Feed(file(own), mix)) {
      feed.write(plan.lines());
      long size = Files.size(file(own));
      Process agent = subject.start(file(own), state(own), sink.port(), WINDOW);
      try {
        Footprint from = Waits.reached(agent, state(own), size / 5);
        long begun = System.nanoTime();
        Footprint to = Waits.reached(agent, state(own), size);
        double nanos = System.nanoTime() - begun;
        double lines = plan.lines() * (double) (to.read() - from.read()) / size;
        rows.say("lines_per_second", lines * 1e9 / nanos, "lines/s");
        rows.say(
            "lines_per_core_second", lines * 1e9 / (to.cpuNanos() - from.cpuNanos()), "lines/s");
        rows.say("bytes_per_line", (double) size / plan.lines(), "B");
        rows.megabytes("peak_at_most", to.peak());
      } finally {
        Subject.stop(agent);
      }
    }
    Files.delete(file(own));
  }

  private void rotation(Rotation how) throws Exception {
    String name = how.name().toLowerCase(Locale.ROOT);
    rows.progress("%d rotations, %s".formatted(plan.rotations(), name));
    Path own = fresh("rotation-" + name);
    Blocks blocks = new Blocks();
    try (Sink sink = subject.sink();
        Feed feed = new Feed(file(own), () -> Feed.ended(blocks.next()))) {
      Process agent = subject.start(file(own), state(own), sink.port(), 1);
      try {
        feed.write(PER_ROTATION);
        Waits.await(agent, state(own), () -> sink.deliveredNanos() > 0);
        for (int i = 0; i < plan.rotations(); i++) {
          feed.write((double) PER_ROTATION / ROTATING_PER_SECOND, ROTATING_PER_SECOND);
          feed.rotate(how);
        }
        feed.write(1, ROTATING_PER_SECOND);
        Waits.settled(agent, state(own), sink, feed);
        Ledger ledger = sink.compare(blocks);
        rows.lines("lines_written_over_" + name, feed.written());
        rows.lines("lines_lost_over_" + name, ledger.lost());
        rows.lines("lines_doubled_over_" + name, ledger.doubled());
      } finally {
        Subject.stop(agent);
      }
    }
  }

  /// Nobody listens; then somebody does. A seal is a second, of the file's instance and the host's.
  private void spool() throws Exception {
    if (!(subject instanceof Subject.Tocsin tocsin)) {
      return; // where another agent keeps what it cannot send is its own affair
    }
    rows.progress("%d s with nobody to send to".formatted(plan.outage()));
    Path own = fresh("spool");
    int port;
    try (Sink taken = subject.sink()) {
      port = taken.port();
    }
    try (Feed feed = new Feed(file(own), mix)) {
      Process agent = subject.start(file(own), state(own), port, 1);
      try {
        feed.write(plan.outage(), OUTAGE_PER_SECOND);
        long begun = System.nanoTime();
        try (WindowsSink sink = new WindowsSink(port, tocsin.papers())) {
          long spooled = spooled(own);
          Waits.await(agent, state(own), () -> sink.windows() >= plan.outage());
          double nanos = System.nanoTime() - Math.max(begun, sink.greetedNanos());
          rows.say("spool_bytes_per_line", spooled / (double) feed.written(), "B");
          rows.say("spool_bytes_per_seal", spooled / (double) plan.outage(), "B");
          rows.say("windows_drained_per_second", sink.windows() * 1e9 / nanos, "windows/s");
        }
      } finally {
        Subject.stop(agent);
      }
    }
  }

  private static long spooled(Path own) throws IOException {
    long sum = 0;
    try (var files = Files.list(state(own).resolve("data"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".spool")).toList()) {
        sum += Files.size(file);
      }
    }
    return sum;
  }

  private Path fresh(String name) throws IOException {
    return Files.createDirectory(directory.resolve(name));
  }

  private static Path file(Path own) {
    return own.resolve("service.log");
  }

  private static Path state(Path own) {
    return own.resolve("state");
  }

  private static <T> Supplier<T> over(List<T> all) {
    return new Supplier<>() {
      private int next;

      @Override
      public T get() {
        T one = all.get(next);
        next = (next + 1) % all.size();
        return one;
      }
    };
  }

  static void delete(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }
}
