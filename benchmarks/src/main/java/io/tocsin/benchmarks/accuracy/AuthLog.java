package io.tocsin.benchmarks.accuracy;

import io.tocsin.agent.instance.Instance;
import io.tocsin.agent.redact.CleanLine;
import io.tocsin.agent.redact.RedactConfig;
import io.tocsin.agent.redact.Redactor;
import io.tocsin.agent.spool.Wire;
import io.tocsin.agent.tail.Progress;
import io.tocsin.agent.tail.RawLine;
import io.tocsin.agent.template.LogEvent;
import io.tocsin.agent.template.Login;
import io.tocsin.agent.template.Miner;
import io.tocsin.agent.template.Request;
import io.tocsin.agent.template.TemplateConfig;
import io.tocsin.agent.template.Wordings;
import io.tocsin.agent.window.WindowConfig;
import io.tocsin.agent.window.WindowCounter;
import io.tocsin.collector.ingest.Arrival;
import io.tocsin.collector.profile.Guess;
import io.tocsin.collector.profile.GuessWatch;
import io.tocsin.collector.window.SealedWindow;
import io.tocsin.collector.window.SealedWindow.InstanceWindow;
import io.tocsin.v1.Batch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/// Password guessing: raw lines through the agent's masking, mining and windows, over the wire,
/// into the collector's profile of logins. Line time is read from the text, which the product does
/// not.
final class AuthLog {
  private static final Instance HOST =
      new Instance("i", "file", "host1", "file/host1/auth", "i", "", "", 0, "", "");

  /// No year in these stamps; one with 29 February.
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyy MMM d HH:mm:ss", Locale.ROOT);

  /// Lines that an alert may come behind the tenth failure to count as early.
  private static final int EARLY = 10;

  private final Redactor redactor =
      new Redactor(RedactConfig.standard(), "0123456789abcdef".getBytes(StandardCharsets.UTF_8));
  private final Miner miner = new Miner(TemplateConfig.standard(), new Wordings());
  private final GuessWatch watch = new GuessWatch(GuessWatch.State.NONE);
  private final Map<String, Alert> alerts = new HashMap<>();
  private final Map<String, Map<Login.Kind, Integer>> failures = new HashMap<>();

  /// @param line that was read last when it came, from 1
  /// @param attempts of the source that had been read by then
  private record Alert(int line, int attempts) {}

  private AuthLog() {}

  static Results of(Path data) {
    Results results = new Results("authlog");
    Map<String, List<String[]>> truth = new TreeMap<>();
    try {
      List<String> rows = Files.readAllLines(data.resolve("authlog/bruteforce_truth.csv"));
      for (String row : rows.subList(1, rows.size())) {
        String[] cells = row.split(",", -1);
        truth.computeIfAbsent(cells[0], _ -> new ArrayList<>()).add(cells);
      }
      double[] all = new double[6];
      for (var labelled : truth.entrySet()) {
        String log = labelled.getKey();
        double[] counts = new AuthLog().run(data.resolve(log)).against(labelled.getValue());
        say(results, log.substring(log.lastIndexOf('/') + 1).replaceAll("[_.].*", ""), counts);
        for (int i = 0; i < all.length; i++) {
          all[i] = i == 5 ? Math.max(all[i], counts[i]) : all[i] + counts[i];
        }
      }
      say(results, "all", all);
    } catch (IOException e) {
      throw new UncheckedIOException("expected the labelled logs in " + data, e);
    }
    return results;
  }

  private static void say(Results results, String entity, double[] counts) {
    results.add(entity, "sources", counts[0]);
    results.add(entity, "recall", counts[1] / counts[0]);
    results.add(entity, "early", counts[2] / counts[0]);
    results.add(entity, "harmless", counts[3]);
    results.add(entity, "false_alerts", counts[4]);
    results.add(entity, "attempts_at_alert_max", counts[5]);
  }

  /// Guessing, of these found, of these early, harmless, of these alerted, most attempts at an
  /// alert.
  private double[] against(List<String[]> truth) {
    double[] counts = new double[6];
    for (String[] row : truth) {
      Alert alert = alerts.get(row[1]);
      if (row[6].equals("1")) {
        counts[0]++;
        counts[1] += alert != null ? 1 : 0;
        counts[2] += alert != null && alert.line <= Integer.parseInt(row[5]) + EARLY ? 1 : 0;
        counts[5] = Math.max(counts[5], alert == null ? 0 : alert.attempts);
      } else if (row[6].equals("0")) {
        counts[3]++;
        counts[4] += alert != null ? 1 : 0;
      }
    }
    return counts;
  }

  private AuthLog run(Path log) throws IOException {
    List<String> lines;
    try (var in = new GZIPInputStream(Files.newInputStream(log))) {
      lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
    long length = WindowConfig.DEFAULT.length().toMillis();
    long sealed = Math.floorDiv(millis(lines.getFirst()), length) * length;
    WindowCounter windows = new WindowCounter(WindowConfig.DEFAULT, sealed);
    for (int i = 0; i < lines.size(); i++) {
      long now = Math.max(millis(lines.get(i)), sealed);
      if (now >= sealed + length) {
        seal(windows, sealed + length, i);
        sealed = Math.floorDiv(now, length) * length;
        seal(windows, sealed, i);
      }
      var raw = new RawLine(HOST, lines.get(i), now, true);
      CleanLine clean = redactor.redact(raw);
      LogEvent event = miner.add(clean);
      Login login = Login.of(clean, event, false);
      windows.add(event, Request.of(clean), login);
      if (login != null && !login.accepted()) {
        failures
            .computeIfAbsent(login.source(), _ -> new HashMap<>())
            .merge(login.kind(), 1, Integer::sum);
      }
    }
    seal(windows, sealed + length, lines.size());
    return this;
  }

  private void seal(WindowCounter windows, long endMillis, int line) {
    Batch.Builder batch = Batch.newBuilder();
    windows
        .seal(endMillis, List.of(), _ -> Progress.NONE, Map.of())
        .forEach(each -> batch.addWindows(Wire.toWire(each)));
    Arrival arrival = Arrival.decode(Arrival.encode("agent", 0, batch.build()));
    for (var summary : arrival.windows()) {
      var window =
          new SealedWindow(
              HOST.workload(),
              summary.startMillis(),
              summary.endMillis(),
              List.of(new InstanceWindow("", 0, summary)),
              List.of(),
              0,
              false);
      for (Guess guess : watch.accept(window)) {
        if (guess.news() == Guess.News.BEGAN) {
          int attempts =
              failures.getOrDefault(guess.source(), Map.of()).values().stream()
                  .mapToInt(Integer::intValue)
                  .max()
                  .orElse(0);
          alerts.putIfAbsent(guess.source(), new Alert(line, attempts));
        }
      }
    }
  }

  private static long millis(String line) {
    String stamp = line.substring(0, "Nov 25 02:22:11".length()).replace("  ", " ");
    Instant time = LocalDateTime.parse("2024 " + stamp, STAMP).toInstant(ZoneOffset.UTC);
    return time.toEpochMilli();
  }
}
