package io.tocsin.collector.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Against a real HTTP server that answers range queries as Prometheus documents them.
class PrometheusSourceTest {
  private static final Settings SETTINGS = new Settings(1, 42);
  private static final long BEGIN = Histories.BEGIN.getEpochSecond();

  @TempDir Path folder;
  private final List<Map<String, String>> asked = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private int status = 200;
  private Function<Map<String, String>, String> answer = parameters -> "";
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/prom/api/v1/query_range", this::handle);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    Map<String, String> parameters = new HashMap<>();
    for (String pair : exchange.getRequestURI().getRawQuery().split("&")) {
      String[] parts = pair.split("=", 2);
      parameters.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    asked.add(parameters);
    authorizations.addAll(exchange.getRequestHeaders().getOrDefault("Authorization", List.of()));
    byte[] body = answer.apply(parameters).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Test
  void seriesAreScoredAsTheSameTableIs() throws IOException {
    List<String> lines = Histories.minutes(9, 2_500);
    lines.set(0, "time,load,queue");
    Path file = Files.write(folder.resolve("prometheus.csv"), lines);
    answer = parameters -> matrix(lines, parameters);

    Report report = run(null, "Bearer abc", 2_500);

    Report table =
        Backtest.run(
            List.of(Source.csv(List.of(file), ZoneOffset.UTC, Set.of())),
            SETTINGS,
            null,
            (what, share) -> {});
    assertThat(report).isEqualTo(table);
    assertThat(asked).hasSize(2); // 2,000 rows a piece
    assertThat(asked.getLast())
        .containsEntry("start", Long.toString(BEGIN + 60 * 2_001))
        .containsEntry("end", Long.toString(BEGIN + 60 * 2_500))
        .containsEntry("step", "60")
        .containsEntry("query", "{job=\"shop\"}");
    assertThat(authorizations).hasSize(2).containsOnly("Bearer abc");
  }

  @Test
  void aLabelTellsWorkloadsApart() {
    answer =
        parameters ->
            ok(
                series("{\"__name__\":\"up\",\"job\":\"a\",\"zone\":\"x\"}", "1", "NaN"),
                series("{\"__name__\":\"up\",\"job\":\"b\"}", "2", "3"));

    Report report = run("job", null, 500);

    assertThat(report.workloads()).extracting(Report.Workload::workload).containsExactly("a", "b");
    assertThat(report.notes())
        .containsExactly("1 values were NaN or infinite: not measured there.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401 | no                                        | see --bearer-file",
        "400 | {\"status\":\"error\",\"error\":\"bad_data\"} | found an error: bad_data",
        "200 | <html>                                    | found status 200 and no JSON",
        "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"vector\"}} | and vector",
        "302 | {}                                        | found status 302",
        "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}} | found none",
        "200 | {\"data\":{\"resultType\":\"matrix\",\"result\":[{\"values\":[[60,\"x\"]]}]}} | found x",
        "200 | {\"data\":{\"resultType\":\"matrix\",\"result\":[{\"values\":[[60,1]]}]}} | found [60,1]"
      })
  void whatIsNoAnswerIsSaid(int code, String body, String said) {
    status = code;
    answer = parameters -> body;

    assertThatThrownBy(() -> run(null, null, 500))
        .isInstanceOf(BacktestException.class)
        .hasMessageContaining("http://127.0.0.1:")
        .hasMessageContaining(said);
  }

  @Test
  void seriesThatCannotBeToldApartAreRefused() {
    answer = parameters -> ok(series("{}", "1"), series("{}", "2"));

    assertThatThrownBy(() -> run(null, null, 500))
        .hasMessageContaining("found two that are {job=\"shop\"}");
  }

  @Test
  void moreSeriesThanAreWatchedAreRefused() {
    List<String> many = new ArrayList<>();
    for (int i = 0; i <= Source.MAX_METRICS; i++) {
      many.add(series("{\"__name__\":\"m%d\"}".formatted(i), "1"));
    }
    answer = parameters -> ok(many.toArray(String[]::new));

    assertThatThrownBy(() -> run(null, null, 500))
        .hasMessageContaining("expected at most 128 series of prometheus");
  }

  @Test
  void aServerThatIsNotThereIsSaid() {
    server.stop(0);

    assertThatThrownBy(() -> run(null, null, 500))
        .isInstanceOfSatisfying(BacktestException.class, e -> assertThat(e.wrongInput()).isFalse())
        .hasMessageContaining("expected an answer, found ConnectException");
  }

  private Report run(@Nullable String by, @Nullable String authorization, int rows) {
    var query =
        new PrometheusQuery(
            URI.create("http://127.0.0.1:%d/prom/".formatted(server.getAddress().getPort())),
            List.of("{job=\"shop\"}"),
            Instant.ofEpochSecond(BEGIN + 60),
            Instant.ofEpochSecond(BEGIN + 60L * rows),
            Duration.ofMinutes(1),
            by,
            authorization);
    return Backtest.run(List.of(Source.prometheus(query)), SETTINGS, null, (what, share) -> {});
  }

  private static String matrix(List<String> lines, Map<String, String> parameters) {
    long start = Long.parseLong(parameters.getOrDefault("start", "0"));
    long end = Long.parseLong(parameters.getOrDefault("end", "0"));
    List<String> series = new ArrayList<>();
    String[] header = lines.getFirst().split(",");
    for (int column = 1; column < header.length; column++) {
      List<String> values = new ArrayList<>();
      for (String line : lines.subList(1, lines.size())) {
        String[] cells = line.split(",");
        if (Long.parseLong(cells[0]) >= start && Long.parseLong(cells[0]) <= end) {
          values.add("[%s,\"%s\"]".formatted(cells[0], cells[column]));
        }
      }
      series.add(
          "{\"metric\":{\"__name__\":\"%s\"},\"values\":[%s]}"
              .formatted(header[column], String.join(",", values)));
    }
    return ok(series.toArray(String[]::new));
  }

  private static String series(String labels, String... values) {
    List<String> points = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      points.add("[%d,\"%s\"]".formatted(BEGIN + 60L * (i + 1), values[i]));
    }
    return "{\"metric\":%s,\"values\":[%s]}".formatted(labels, String.join(",", points));
  }

  private static String ok(String... series) {
    return "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[%s]}}"
        .formatted(String.join(",", series));
  }
}
