import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/// Counts and times in the names and the text that Micrometer's Prometheus registry gives. Safe for many threads.
final class Meters {
  private static final double[] UPPER_SECONDS = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5};

  private final Map<String, Timer> timers = new TreeMap<>();

  /// One more of `name{labels}` that took so long.
  void record(String name, String labels, long nanos) {
    Timer timer;
    synchronized (timers) {
      timer = timers.computeIfAbsent(name + "{" + labels, key -> new Timer());
    }
    timer.record(nanos);
  }

  String text() throws IOException {
    var out = new StringBuilder();
    String type = "";
    synchronized (timers) {
      for (var entry : timers.entrySet()) {
        String name = entry.getKey().substring(0, entry.getKey().indexOf('{'));
        if (!name.equals(type)) {
          out.append("# TYPE ").append(name).append(" histogram\n");
          type = name;
        }
        entry.getValue().write(out, name, entry.getKey().substring(name.length() + 1));
      }
    }
    out.append("# TYPE jvm_memory_used_bytes gauge\n");
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      String area = pool.getType() == MemoryType.HEAP ? "heap" : "nonheap";
      out.append("jvm_memory_used_bytes{area=\"%s\",id=\"%s\"} %d\n".formatted(area, pool.getName(), pool.getUsage().getUsed()));
    }
    gauge(out, "jvm_threads_live_threads", ManagementFactory.getThreadMXBean().getThreadCount());
    gauge(out, "process_uptime_seconds", ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0);
    gauge(out, "process_start_time_seconds", ManagementFactory.getRuntimeMXBean().getStartTime() / 1000.0);
    gauge(out, "process_resident_memory_bytes", residentBytes());
    if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean os) {
      gauge(out, "process_cpu_usage", Math.max(0, os.getProcessCpuLoad()));
    }
    return out.toString();
  }

  private static long residentBytes() throws IOException {
    String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ");
    return Long.parseLong(pages[1]) * 4096;
  }

  private static void gauge(StringBuilder out, String name, double value) {
    out.append("# TYPE ").append(name).append(" gauge\n").append(name).append(' ').append(value).append('\n');
  }

  private static final class Timer {
    private final LongAdder[] buckets = new LongAdder[UPPER_SECONDS.length + 1];
    private final LongAdder nanos = new LongAdder();

    Timer() {
      for (int i = 0; i < buckets.length; i++) {
        buckets[i] = new LongAdder();
      }
    }

    void record(long taken) {
      int i = 0;
      while (i < UPPER_SECONDS.length && taken / 1e9 > UPPER_SECONDS[i]) {
        i++;
      }
      buckets[i].increment();
      nanos.add(taken);
    }

    void write(StringBuilder out, String name, String labels) {
      long upTo = 0;
      for (int i = 0; i < buckets.length; i++) {
        upTo += buckets[i].sum();
        String le = i < UPPER_SECONDS.length ? String.valueOf(UPPER_SECONDS[i]) : "+Inf";
        out.append("%s_bucket{%s,le=\"%s\"} %d\n".formatted(name, labels, le, upTo));
      }
      out.append("%s_count{%s} %d\n".formatted(name, labels, upTo));
      out.append(String.format(Locale.ROOT, "%s_sum{%s} %.6f\n", name, labels, nanos.sum() / 1e9));
    }
  }
}
