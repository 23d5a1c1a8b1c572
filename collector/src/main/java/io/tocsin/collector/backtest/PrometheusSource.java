package io.tocsin.collector.backtest;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.collector.detect.Row;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Range queries of a Prometheus server, or of what speaks as one, piece by piece: never more than
/// a piece is held. Each series is a metric, named by its labels.
final class PrometheusSource implements Source {
  // The server's own limit is 11,000 points a series.
  private static final int MOST_ROWS = 2_000;
  private static final int MAX_BODY = 64 << 20;
  private static final int MAX_NAME = 1_000;
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PrometheusQuery query;
  private final List<String> notes = new ArrayList<>();
  private long missing;

  PrometheusSource(PrometheusQuery query) {
    this.query = query;
  }

  /// Values by workload, time and metric.
  private static final class Piece {
    final TreeMap<String, SortedMap<Long, Map<String, Double>>> rows = new TreeMap<>();
  }

  @Override
  public void read(History history, Progress progress) {
    long step = query.step().toMillis();
    long from = query.from().toEpochMilli();
    long to = query.to().toEpochMilli();
    try (var client =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build()) {
      boolean any = false;
      for (long begin = from; begin <= to; begin += MOST_ROWS * step) {
        progress.at("asking " + query.server(), (double) (begin - from) / (to - from));
        long end = Math.min(to, begin + (MOST_ROWS - 1) * step);
        Piece piece = new Piece();
        for (String one : query.queries()) {
          take(ask(client, one, begin, end), one, piece);
        }
        any |= !piece.rows.isEmpty();
        piece.rows.forEach((workload, rows) ->
            rows.forEach(
                (millis, values) -> history.row(workload, step, new Row(millis, "", values))));
      }
      if (!any) {
        throw BacktestException.wrong(
            "%s: expected series from %s to %s, found none for %s"
                .formatted(
                    query.server(),
                    query.from(),
                    query.to(),
                    String.join(" and ", query.queries())));
      }
    }
    progress.at("asking " + query.server(), 1);
    if (missing > 0) {
      notes.add("%,d values were NaN or infinite: not measured there.".formatted(missing));
    }
  }

  @Override
  public List<String> notes() {
    return List.copyOf(notes);
  }

  private JsonNode ask(HttpClient client, String promQl, long from, long to) {
    String address =
        "%s/api/v1/query_range?query=%s&start=%s&end=%s&step=%s"
            .formatted(
                query.server().toString().replaceAll("/+$", ""),
                URLEncoder.encode(promQl, StandardCharsets.UTF_8),
                seconds(from),
                seconds(to),
                seconds(query.step().toMillis()));
    var request = HttpRequest.newBuilder(URI.create(address)).timeout(ANSWER);
    if (query.authorization() != null) {
      request.header("Authorization", query.authorization());
    }
    int status;
    byte[] body;
    try {
      var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      status = answer.statusCode();
      try (InputStream in = answer.body()) {
        body = in.readNBytes(MAX_BODY + 1);
      }
    } catch (IOException e) {
      throw BacktestException.failed(
          "%s: expected an answer, found %s: %s"
              .formatted(query.server(), e.getClass().getSimpleName(), e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw BacktestException.failed(query.server() + ": interrupted while it was asked");
    }
    if (body.length > MAX_BODY) {
      throw BacktestException.wrong(
          "%s: expected an answer of at most %d MB, found more; ask for fewer series"
              .formatted(query.server(), MAX_BODY >> 20));
    }
    return data(status, body, promQl);
  }

  private JsonNode data(int status, byte[] body, String promQl) {
    JsonNode answer = null;
    try {
      answer = JSON.readTree(body);
    } catch (JacksonException e) {
      // Said below, with the status.
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory can be read", e);
    }
    if (status == 401 || status == 403) {
      throw BacktestException.failed(
          "%s: expected to be let in, found status %d; see --bearer-file and --basic-file"
              .formatted(query.server(), status));
    }
    if (answer != null && answer.path("status").asText().equals("error")) {
      throw BacktestException.wrong(
          "%s: expected series for %s, found an error: %s"
              .formatted(
                  query.server(),
                  promQl,
                  CsvFile.oneLine(answer.path("error").asText("without words"), 500)));
    }
    JsonNode data = answer == null ? null : answer.path("data");
    if (status != 200 || data == null || !data.path("resultType").asText().equals("matrix")) {
      throw BacktestException.failed(
          "%s: expected status 200 and a matrix from a Prometheus server, found status %d and %s"
              .formatted(query.server(), status, found(data)));
    }
    return data.path("result");
  }

  private static String found(@Nullable JsonNode data) {
    return data == null
        ? "no JSON"
        : data.isMissingNode()
            ? "JSON of another kind"
            : CsvFile.oneLine(data.path("resultType").asText("no type"), 60);
  }

  private void take(JsonNode result, String promQl, Piece piece) {
    for (JsonNode series : result) {
      JsonNode labels = series.path("metric");
      String workload = query.by() == null ? "prometheus" : labels.path(query.by()).asText();
      if (workload.isEmpty()) {
        throw BacktestException.wrong(
            "--by: expected a label that every series has, found %s, which is missing in %s"
                .formatted(query.by(), name(labels, promQl)));
      }
      if (!piece.rows.containsKey(workload) && piece.rows.size() == MAX_WORKLOADS) {
        throw BacktestException.wrong(
            "%s: expected at most %d workloads, found more"
                .formatted(query.server(), MAX_WORKLOADS));
      }
      var rows = piece.rows.computeIfAbsent(workload, w -> new TreeMap<>());
      String metric = name(labels, promQl);
      for (JsonNode point : series.path("values")) {
        put(rows, workload, metric, point);
      }
    }
  }

  private void put(
      SortedMap<Long, Map<String, Double>> rows, String workload, String metric, JsonNode point) {
    double value = value(point.path(1).asText());
    long millis = Math.round(point.path(0).asDouble() * 1000);
    if (millis < 1 || !point.path(1).isTextual()) {
      throw BacktestException.failed(
          "%s: expected values as [seconds, \"number\"], found %s"
              .formatted(query.server(), CsvFile.oneLine(point.toString(), 60)));
    }
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      missing++;
      return;
    }
    Map<String, Double> row = rows.computeIfAbsent(millis, m -> new TreeMap<>());
    if (row.put(metric, value) != null) {
      throw BacktestException.wrong(
          "%s: expected series of different names in %s, found two that are %s; keep a label in the"
                  .formatted(query.server(), workload, metric)
              + " query that tells them apart");
    }
    if (row.size() > MAX_METRICS) {
      throw BacktestException.wrong(
          "%s: expected at most %d series of %s, found more; sum them up in the query, or tell workloads"
                  .formatted(query.server(), MAX_METRICS, workload)
              + " apart with --by");
    }
  }

  private double value(String text) {
    return switch (text) {
      case "NaN" -> Double.NaN;
      case "+Inf", "-Inf" -> Double.POSITIVE_INFINITY;
      default -> {
        try {
          yield Double.parseDouble(text);
        } catch (NumberFormatException e) {
          throw BacktestException.failed(
              "%s: expected a number, found %s"
                  .formatted(query.server(), CsvFile.oneLine(text, 60)));
        }
      }
    };
  }

  /// `up{job="shop"}`, without the label that says whose it is; the query where nothing is left.
  private String name(JsonNode labels, String promQl) {
    TreeMap<String, String> others = new TreeMap<>();
    labels.properties().forEach(label -> others.put(label.getKey(), label.getValue().asText()));
    String name = others.remove("__name__");
    if (query.by() != null) {
      others.remove(query.by());
    }
    var text = new StringBuilder(name == null ? promQl : name);
    if (!others.isEmpty()) {
      List<String> pairs = new ArrayList<>();
      others.forEach((key, value) -> pairs.add(key + "=\"" + value + "\""));
      text.append('{').append(String.join(",", pairs)).append('}');
    }
    if (text.length() > MAX_NAME) {
      throw BacktestException.wrong(
          "%s: expected a series with labels of at most %,d characters, found %s…"
              .formatted(query.server(), MAX_NAME, CsvFile.oneLine(text.toString(), 60)));
    }
    return text.toString();
  }

  private static String seconds(long millis) {
    return millis % 1000 == 0
        ? Long.toString(millis / 1000)
        : "%d.%03d".formatted(millis / 1000, millis % 1000);
  }
}
