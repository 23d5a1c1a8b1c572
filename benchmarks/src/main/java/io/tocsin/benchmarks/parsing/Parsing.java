package io.tocsin.benchmarks.parsing;

import io.tocsin.agent.instance.Instance;
import io.tocsin.agent.redact.RedactConfig;
import io.tocsin.agent.redact.Redactor;
import io.tocsin.agent.tail.RawLine;
import io.tocsin.agent.template.Miner;
import io.tocsin.agent.template.Template;
import io.tocsin.agent.template.TemplateConfig;
import io.tocsin.benchmarks.Arguments;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Accuracy of the templates on the Loghub samples and speed on HDFS, as
/// `part,entity,metric,value`.
public final class Parsing {

  private static final Instance SAMPLE =
      new Instance("sample", "file", "", "", "", "", "", 0, "", "");
  private static final int WARM = 4;

  private Parsing() {}

  public static void main(String[] args) throws IOException {
    Path data = new Arguments(args, "benchmarks/run parsing --data DIR", List.of("--data")).data();
    System.out.println("part,entity,metric,value");
    Map<String, Double> sums = new LinkedHashMap<>();
    List<Loghub> systems = Loghub.all(data.resolve("loghub"));
    for (Loghub system : systems) {
      measure(system)
          .forEach((metric, value) -> {
            say(system.system(), metric, value);
            sums.merge(metric, value / systems.size(), Double::sum);
          });
    }
    sums.forEach((metric, value) -> say("mean", metric, value));
    say("HDFS", "lines_per_second", speed(Loghub.lines(data.resolve("hdfs/hdfs_sample.log.gz"))));
  }

  static Map<String, Double> measure(Loghub system) {
    List<String> truth = system.corrected();
    // As JSON, so that the head of a message is not taken for the head of a line.
    var mined = Mined.of(system.messages().stream().map(Parsing::json).toList());
    Map<String, Double> values = new LinkedHashMap<>();
    ParseScore original =
        ParseScore.of(system.eventIds(), truth, mined.settledIds(), mined.texts());
    ParseScore corrected = ParseScore.of(truth, truth, mined.settledIds(), mined.texts());
    values.put("ga", original.ga());
    values.put("ga_corrected", corrected.ga());
    values.put("fga", corrected.fga());
    values.put("pa", corrected.pa());
    values.put("fta", corrected.fta());
    ParseScore.of(truth, truth, mined.ids(), mined.texts())
        .values()
        .forEach((metric, value) -> values.put("online_" + metric, value));
    if (system.raw().size() == truth.size()) {
      var raw = Mined.of(system.raw());
      ParseScore.of(truth, truth, raw.settledIds(), raw.texts())
          .values()
          .forEach((metric, value) -> values.put("raw_" + metric, value));
    }
    return values;
  }

  /// What became of lines, by line.
  private record Mined(List<String> ids, List<String> settledIds, List<String> texts) {

    static Mined of(List<String> lines) {
      var redactor = redactor();
      var miner = new Miner(TemplateConfig.standard());
      List<Long> ids = new ArrayList<>();
      for (String line : lines) {
        ids.add(miner.add(redactor.redact(raw(line))).template());
      }
      miner.settle();
      Map<Long, Template> known =
          miner.templates().stream().collect(Collectors.toMap(Template::id, Function.identity()));
      List<Template> settled = ids.stream().map(id -> settled(known, id)).toList();
      return new Mined(
          ids.stream().map(String::valueOf).toList(),
          settled.stream().map(t -> String.valueOf(t.id())).toList(),
          settled.stream().map(Template::text).toList());
    }

    private static Template settled(Map<Long, Template> known, long id) {
      Template template = known.get(id);
      if (template == null) {
        throw new IllegalStateException("template " + id + " was given to a line and is gone");
      }
      return template.into() == 0 ? template : settled(known, template.into());
    }
  }

  private static double speed(List<String> lines) {
    double best = 0;
    for (int round = 0; round <= WARM; round++) {
      var redactor = redactor();
      var miner = new Miner(TemplateConfig.standard());
      long start = System.nanoTime();
      for (String line : lines) {
        miner.add(redactor.redact(raw(line)));
      }
      best = Math.max(best, lines.size() * 1e9 / (System.nanoTime() - start));
    }
    return best;
  }

  private static Redactor redactor() {
    return new Redactor(
        RedactConfig.standard(), "benchmark host key".getBytes(StandardCharsets.UTF_8));
  }

  private static String json(String message) {
    return "{\"message\":\"" + message.replace("\\", "\\\\").replace("\"", "\\\"") + "\"}";
  }

  private static RawLine raw(String line) {
    return new RawLine(SAMPLE, line, 0, false, line.chars().allMatch(c -> c < 128));
  }

  private static void say(String entity, String metric, double value) {
    System.out.printf(Locale.ROOT, "loghub,%s,%s,%.6f%n", entity, metric, value);
  }
}
