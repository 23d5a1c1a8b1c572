package io.tocsin.agent.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.tocsin.agent.metrics.Reading.Calls;
import io.tocsin.agent.metrics.Reading.Requests;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ScrapeTest {

  private static Scrape scrape(String text) {
    var scrape = new Scrape();
    scrape.feed(Unpooled.wrappedBuffer(text.getBytes(UTF_8)));
    scrape.finish();
    return scrape;
  }

  private static @Nullable Requests between(String before, String after) {
    Scrape first = scrape(before);
    Scrape second = scrape(after);
    assertThat(second.skipped()).isZero();
    return second.continues(first) ? second.requests().since(first.requests()) : null;
  }

  @Test
  void micrometerWithoutBucketsGivesCountsAndTime() {
    String before =
        """
        http_server_requests_seconds_count{outcome="SUCCESS",status="200",uri="/a"} 10
        http_server_requests_seconds_sum{outcome="SUCCESS",status="200",uri="/a"} 1.0
        http_server_requests_seconds_max{outcome="SUCCESS",status="200",uri="/a"} 0.3
        """;
    String after =
        """
        http_server_requests_seconds_count{outcome="SUCCESS",status="200",uri="/a"} 16
        http_server_requests_seconds_count{outcome="SERVER_ERROR",status="500",uri="/a"} 3
        http_server_requests_seconds_count{outcome="CLIENT_ERROR",status="404",uri="/b"} 2
        http_server_requests_seconds_sum{outcome="SUCCESS",status="200",uri="/a"} 1.5
        """;

    assertThat(between(before, after))
        .isEqualTo(new Requests(11, 3, 2, List.of(), List.of(), 500, List.of()));
  }

  @Test
  void openTelemetryBucketsAreSummedOverLabelsAndTakenApart() {
    String template =
        """
        # TYPE http_server_request_duration_seconds histogram
        http_server_request_duration_seconds_bucket{http_response_status_code="200",le="0.1"} %d
        http_server_request_duration_seconds_bucket{http_response_status_code="200",le="1"} %d
        http_server_request_duration_seconds_bucket{http_response_status_code="200",le="+Inf"} %d
        http_server_request_duration_seconds_count{http_response_status_code="200"} %3$d
        http_server_request_duration_seconds_sum{http_response_status_code="200"} 1
        http_server_request_duration_seconds_bucket{http_response_status_code="503",le="0.1"} 1
        http_server_request_duration_seconds_bucket{http_response_status_code="503",le="1"} %d
        http_server_request_duration_seconds_bucket{http_response_status_code="503",le="+Inf"} %4$d
        http_server_request_duration_seconds_count{http_response_status_code="503"} %4$d
        """;

    assertThat(between(template.formatted(5, 6, 7, 1), template.formatted(8, 11, 12, 5)))
        .isEqualTo(
            new Requests(
                9,
                4,
                0,
                List.of(100d, 1000d, Double.POSITIVE_INFINITY),
                List.of(3L, 6L, 0L),
                0,
                List.of()));
  }

  @Test
  void aHistogramWithoutStatusBorrowsItFromTheCounterBesideItAndNothingCountsTwice() {
    String template =
        """
        http_request_duration_seconds_bucket{le="0.5"} %1$d
        http_request_duration_seconds_bucket{le="+Inf"} %1$d
        http_request_duration_seconds_count %1$d
        http_request_duration_seconds_sum 2
        http_requests_total{code="200"} %2$d
        http_requests_total{code="5xx"} %3$d
        http_requests_total{code="429"} %3$d
        """;

    assertThat(between(template.formatted(10, 10, 0), template.formatted(20, 12, 4)))
        .isEqualTo(
            new Requests(
                10, 4, 4, List.of(500d, Double.POSITIVE_INFINITY), List.of(10L, 0L), 0, List.of()));
  }

  @Test
  void grpcCodesAreTheServersOrTheClientsFault() {
    String template =
        """
        # TYPE grpc_server_handled_total counter
        grpc_server_handled_total{grpc_code="OK"} %1$d
        grpc_server_handled_total{grpc_code="Internal"} %1$d
        grpc_server_handled_total{grpc_code="DEADLINE_EXCEEDED"} %1$d
        grpc_server_handled_total{grpc_code="NotFound"} %1$d
        grpc_server_handling_seconds_count{grpc_method="Get"} %2$d
        grpc_server_handling_seconds_sum{grpc_method="Get"} %1$d
        """;

    assertThat(between(template.formatted(0, 0), template.formatted(2, 8)))
        .isEqualTo(new Requests(8, 4, 2, List.of(), List.of(), 2000, List.of()));
  }

  @Test
  void outgoingCallsAreToldByPeer() {
    String template =
        """
        http_client_requests_seconds_count{client_name="stock",status="200"} %1$d
        http_client_requests_seconds_count{client_name="stock",status="IO_ERROR"} %2$d
        http_client_requests_seconds_count{client_name="stock",status="404"} %2$d
        http_client_requests_seconds_sum{client_name="stock",status="200"} %2$d
        http_client_requests_seconds_count{client_name="idle",status="200"} 5
        """;

    assertThat(between(template.formatted(1, 0), template.formatted(5, 2)))
        .isEqualTo(
            new Requests(
                0, 0, 0, List.of(), List.of(), 0, List.of(new Calls("stock", 8, 2, 2000))));
  }

  @Test
  void countersThatFellGiveNoRequestsNotNegativeOnes() {
    assertThat(between("http_requests_total 10\n", "http_requests_total 3\n")).isNull();
    assertThat(
            between(
                "process_start_time_seconds 1\nhttp_requests_total 10\n",
                "process_start_time_seconds 2\nhttp_requests_total 30\n"))
        .as("a restart hidden by more traffic")
        .isNull();
    assertThat(between("up 1\n", "up 1\n")).as("a service that tells nothing").isNull();
  }

  @Test
  void bucketsOutOfOrderAreSkippedAndCounted() {
    Scrape scrape =
        scrape(
            """
            http_request_duration_seconds_bucket{le="1"} 5
            http_request_duration_seconds_bucket{le="0.5"} 5
            http_request_duration_seconds_bucket{le="2"} 4
            http_request_duration_seconds_bucket 4
            """);

    assertThat(scrape.skipped()).isEqualTo(3);
  }

  @Test
  void countersBecomeRatesGaugesStayAndAResetHasNoValue() {
    var stretch = new Stretch();
    String template =
        """
        # TYPE jobs gauge
        jobs{queue="mail"} %d
        # TYPE sent counter
        sent_total %d
        # TYPE fell counter
        fell_total %d
        # TYPE gc summary
        gc_sum %1$d
        gc{quantile="0.5"} 9
        build_info{version="1"} 1
        """;
    scrape(template.formatted(1, 100, 9)).into(stretch, 0);
    stretch.seal();
    scrape(template.formatted(3, 150, 2)).into(stretch, 10_000);

    assertThat(stretch.seal())
        .isEqualTo(Map.of("jobs{queue=\"mail\"}", 3d, "sent_total", 5d, "gc_sum", 0.2));
  }

  @Test
  void ofManySeriesTheSameFewAreChosen() {
    var text = new StringBuilder();
    for (int i = 0; i < 1_000; i++) {
      text.append("busy{path=\"").append(i).append("\"} 1\n");
    }
    for (int i = 0; i < 150; i++) {
      text.append("single_").append(i).append(" 1\n");
    }
    var stretch = new Stretch();
    scrape(text.toString()).into(stretch, 0);

    assertThat(stretch.seal().keySet())
        .hasSize(200)
        .contains("single_0", "single_149", "busy{path=\"0\"}");
  }
}
