package io.tocsin.collector.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.collector.alert.Incident.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Bodies as their receivers' documentation has them.
class ShapeTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long AT = 1_800_000_000_000L;
  static final AlertConfig CONFIG =
      new AlertConfig(
          List.of(),
          List.of(new Owner("kubernetes/payments/*", "payments"), new Owner("*", "platform")),
          Duration.ofMinutes(10),
          Duration.ofHours(2),
          Duration.ofDays(1),
          URI.create("https://tocsin.example.org"));

  static Route route(Shape shape) {
    URI url = URI.create("https://example.org/api/v2/alerts");
    String secret =
        switch (shape) {
          case STANDARD_WEBHOOKS, CLOUDEVENTS, ALERTMANAGER_WEBHOOK -> Routes.SECRET;
          case PAGERDUTY -> "0123456789abcdef0123456789abcdef";
          case ALERTMANAGER, SLACK -> null;
        };
    return Routes.to("ops", url, secret, shape, List.of(), Duration.ofMinutes(5));
  }

  static Incident incident(State state, String title, boolean shared) {
    return new Incident(
        "01a-2b",
        state,
        title,
        shared
            ? List.of("kubernetes/ledger/posting", "kubernetes/payments/checkout")
            : List.of("kubernetes/payments/checkout"),
        "r2",
        "1.42.0",
        AT - 60_000,
        AT,
        AT,
        state == State.RESOLVED ? (Long) AT : null,
        Severity.HIGH,
        1,
        1,
        0.75,
        "regressed",
        shared,
        List.of(),
        List.of(),
        0,
        List.of(),
        1,
        null,
        null);
  }

  private static JsonNode body(Shape shape, Incident incident) {
    String type = incident.state() == State.OPEN ? "incident.opened" : "incident.resolved";
    return parsed(Shape.body(News.of(incident, type, "msg_1", AT, CONFIG, "c0ffee"), route(shape)));
  }

  private static JsonNode parsed(String body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Incident open() {
    return incident(State.OPEN, "checkout fails.", false);
  }

  private static Incident resolved() {
    return incident(State.RESOLVED, "It helped.", false);
  }

  @Test
  void aCloudEventIsOneWhoseIdIsTheWebhooks() {
    JsonNode event = body(Shape.CLOUDEVENTS, open());
    assertThat(event.path("specversion").asText()).isEqualTo("1.0");
    assertThat(event.path("id").asText()).isEqualTo("msg_1");
    assertThat(event.path("source").asText()).isEqualTo("https://tocsin.example.org");
    assertThat(event.path("type").asText()).isEqualTo("io.tocsin.incident.opened");
    assertThat(event.path("subject").asText()).isEqualTo("01a-2b");
    assertThat(event.path("time").asText()).isEqualTo("2027-01-15T08:00:00Z");
    assertThat(event.path("data")).isEqualTo(body(Shape.STANDARD_WEBHOOKS, open()).path("data"));
    assertThat(event.at("/data/owners/0").asText()).isEqualTo("payments");
  }

  @Test
  void anAlertKeepsItsLabelsWhateverBecomesOfIt() {
    JsonNode firing = body(Shape.ALERTMANAGER, open()).path(0);
    JsonNode over = body(Shape.ALERTMANAGER, resolved()).path(0);
    assertThat(firing.path("labels"))
        .isEqualTo(over.path("labels"))
        .isEqualTo(
            parsed(
                """
                {"alertname": "TocsinIncident", "incident": "01a-2b",
                 "workload": "kubernetes/payments/checkout", "owner": "payments"}
                """));
    assertThat(firing.at("/annotations/severity").asText()).isEqualTo("high");
    assertThat(firing.path("startsAt").asText()).isEqualTo("2027-01-15T07:59:00Z");
    assertThat(firing.path("endsAt").asText())
        .as("ends by itself should Tocsin die")
        .isEqualTo("2027-01-15T08:20:00Z");
    assertThat(over.path("endsAt").asText()).isEqualTo("2027-01-15T08:00:00Z");
  }

  @Test
  void aSharedCauseIsNamedByNoSingleWorkload() {
    JsonNode labels =
        body(Shape.ALERTMANAGER, incident(State.OPEN, "Shared.", true)).at("/0/labels");
    assertThat(labels.has("workload")).isFalse();
    assertThat(labels.has("owner")).as("its workloads may become more").isFalse();
    assertThat(labels.path("alertname").asText()).isEqualTo("TocsinSharedCause");
  }

  @Test
  void slackReadsMarkupOfOursAndOfNobodyElse() {
    JsonNode body =
        body(Shape.SLACK, incident(State.OPEN, "<!channel> & <https://evil|click>", false));
    assertThat(body.path("text").asText())
        .isEqualTo("[high] &lt;!channel&gt; &amp; &lt;https://evil|click&gt;");
    assertThat(body.at("/blocks/0/text/text").asText()).isEqualTo(body.path("text").asText());
    assertThat(body.at("/blocks/1/elements").toString())
        .contains("<https://tocsin.example.org/i/01a-2b|Open it>", "owner payments", "c0ffee");
    assertThat(body(Shape.SLACK, resolved()).path("text").asText())
        .isEqualTo("[resolved] It helped.");
  }

  @Test
  void pagerDutyFindsWhatItWasTold() {
    JsonNode trigger = body(Shape.PAGERDUTY, open());
    JsonNode resolve = body(Shape.PAGERDUTY, resolved());
    assertThat(trigger.path("event_action").asText()).isEqualTo("trigger");
    assertThat(resolve.path("event_action").asText()).isEqualTo("resolve");
    assertThat(trigger.path("dedup_key").asText())
        .isEqualTo(resolve.path("dedup_key").asText())
        .isEqualTo("01a-2b");
    JsonNode payload = trigger.path("payload");
    assertThat(payload.path("summary").asText()).isEqualTo("checkout fails.");
    assertThat(payload.path("source").asText()).isEqualTo("kubernetes/payments/checkout");
    assertThat(payload.path("severity").asText()).isEqualTo("error");
    assertThat(trigger.has("routing_key")).as("not kept in the outbox").isFalse();
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void everyShapeTellsATestAndTheSameBytesEachTime(Shape shape) {
    News test = News.of(News.TEST, "msg_t", "A test alert.", AT, CONFIG, "c0ffee");
    String body = Shape.body(test, route(shape));
    assertThat(body).contains("A test alert.").isEqualTo(Shape.body(test, route(shape)));
    assertThat(body).doesNotContain(Routes.SECRET);
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void aSecretOfAnotherShapeIsRefusedAndNotQuoted(Shape shape) {
    @Nullable String wrong = shape == Shape.ALERTMANAGER ? "two words" : "hunter2";
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            Routes.to(
                "ops",
                URI.create("https://example.org/api/v2/alerts"),
                wrong,
                shape,
                List.of(),
                Duration.ZERO))
        .withMessageStartingWith("route ops: expected ")
        .withMessageNotContaining("hunter2")
        .withMessageNotContaining("two words");
  }

  @Test
  void anAlertmanagerIsAskedWhereItTakesAlerts() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            Routes.to(
                "ops",
                URI.create("https://example.org/"),
                null,
                Shape.ALERTMANAGER,
                List.of(),
                Duration.ZERO))
        .withMessageContaining("/api/v2/alerts");
  }

  @Test
  void anAlertmanagerThatWouldNotBeToldAgainWouldEndWhatFires() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            Routes.to(
                "ops",
                URI.create("http://localhost/api/v2/alerts"),
                null,
                Shape.ALERTMANAGER,
                List.of(),
                Duration.ZERO))
        .withMessageContaining("expected a heartbeat above 0");
  }

  @Test
  void aRouteOfAnOwnerThatNobodyIsWouldStaySilent() {
    Route route =
        Routes.to(
            "ops",
            URI.create("https://example.org"),
            Routes.SECRET,
            Shape.STANDARD_WEBHOOKS,
            List.of("paymnets"),
            Duration.ZERO);
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new AlertConfig(
                List.of(route),
                CONFIG.owners(),
                Duration.ofMinutes(1),
                Duration.ofHours(1),
                Duration.ofDays(1),
                null))
        .withMessageContaining("found paymnets");
  }
}
