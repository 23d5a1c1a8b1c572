import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/// How a release of the shop behaves: what stands in its `service.properties`. What does not stand there is good; a name that nobody
/// knows ends the start.
///
/// | name | |
/// |---|---|
/// | `version` | for people |
/// | `error-rate` | share of requests that fail, 0 to 1 |
/// | `error-on` | `checkout`, or `all` pages |
/// | `only-instance` | the one instance that behaves so; the others are good |
/// | `latency-factor` | of the waiting in each request |
/// | `cpu-millis` | of computing in each request, about |
/// | `leak-mb-per-second` | kept for ever |
/// | `exit-after-seconds` | of each start; 0 is never |
/// | `deadlock-after-seconds` | of each start; 0 is never |
/// | `debug-lines` | left on, a request |
/// | `inventory` | address of the inventory, another than the site's |
/// | `start-seconds` | until it listens |
/// | `cold-seconds` | after the start, when requests wait thrice as long |
/// | `start-up-lines` | more that it writes at its start |
/// | `wording` | of its lines, 1 or 2 |
record Conduct(Map<String, String> values) {
  private static final Map<String, String> GOOD =
      Map.ofEntries(
          Map.entry("version", "1.0"),
          Map.entry("error-rate", "0"),
          Map.entry("error-on", "checkout"),
          Map.entry("only-instance", ""),
          Map.entry("latency-factor", "1"),
          Map.entry("cpu-millis", "0"),
          Map.entry("leak-mb-per-second", "0"),
          Map.entry("exit-after-seconds", "0"),
          Map.entry("deadlock-after-seconds", "0"),
          Map.entry("debug-lines", "0"),
          Map.entry("inventory", ""),
          Map.entry("start-seconds", "0"),
          Map.entry("cold-seconds", "0"),
          Map.entry("start-up-lines", "0"),
          Map.entry("wording", "1"));

  /// Of one instance.
  static Conduct read(Path file, int instance) throws IOException {
    var properties = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    Map<String, String> values = new TreeMap<>(GOOD);
    for (String name : properties.stringPropertyNames()) {
      if (!GOOD.containsKey(name)) {
        throw new IllegalArgumentException("%s: %s is not known; known are %s".formatted(file, name, new TreeMap<>(GOOD).keySet()));
      }
      values.put(name, properties.getProperty(name));
    }
    String only = values.get("only-instance");
    if (!only.isEmpty() && !only.equals(String.valueOf(instance))) {
      String version = values.get("version");
      values = new TreeMap<>(GOOD);
      values.put("version", version);
    }
    return new Conduct(values);
  }

  String text(String name) {
    return values.get(name);
  }

  double number(String name) {
    return Double.parseDouble(values.get(name));
  }

  /// Whether requests for a page may fail.
  boolean failsOn(String page) {
    return text("error-on").equals("all") || text("error-on").equals(page);
  }
}
