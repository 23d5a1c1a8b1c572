package io.tocsin.collector.alert;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// What a route's receiver wants to read.
public enum Shape {
  /// Signed, `{type, timestamp, data}`.
  STANDARD_WEBHOOKS("Standard Webhooks"),
  /// The same data as a CloudEvent 1.0 in JSON, signed alike.
  CLOUDEVENTS("CloudEvents"),
  /// What Alertmanager posts to its receivers, version 4, signed alike.
  ALERTMANAGER_WEBHOOK("Alertmanager's webhook"),
  /// Alerts for an Alertmanager: the url ends in `/api/v2/alerts`.
  ALERTMANAGER("Alertmanager"),
  /// An incoming webhook of Slack.
  SLACK("Slack"),
  /// Events API v2: the url ends in `/v2/enqueue`.
  PAGERDUTY("PagerDuty");

  // As Prometheus: three times it may go unheard.
  private static final int MISSED_BEATS = 4;
  private static final long LEAST_MILLIS = 15 * 60_000;

  private final String spoken;

  Shape(String spoken) {
    this.spoken = spoken;
  }

  /// As people call it.
  public String spoken() {
    return spoken;
  }

  /// Whether bodies are signed, and `secret` is the key of that.
  boolean signs() {
    return switch (this) {
      case STANDARD_WEBHOOKS, CLOUDEVENTS, ALERTMANAGER_WEBHOOK -> true;
      case ALERTMANAGER, SLACK, PAGERDUTY -> false;
    };
  }

  /// Whether a dead man's webhook can go there: in a chat it is noise, and it would page people.
  boolean beats() {
    return switch (this) {
      case STANDARD_WEBHOOKS, CLOUDEVENTS, ALERTMANAGER_WEBHOOK, ALERTMANAGER -> true;
      case SLACK, PAGERDUTY -> false;
    };
  }

  /// Whether the receiver keeps an alert open until it is told of its end; the others only read.
  boolean keepsState() {
    return switch (this) {
      case ALERTMANAGER, PAGERDUTY -> true;
      case STANDARD_WEBHOOKS, CLOUDEVENTS, ALERTMANAGER_WEBHOOK, SLACK -> false;
    };
  }

  String contentType() {
    return this == CLOUDEVENTS ? "application/cloudevents+json" : "application/json";
  }

  /// The body, the same at every attempt; without the route's secret.
  static String body(News news, Route route) {
    Object body =
        switch (route.shape()) {
          case STANDARD_WEBHOOKS -> Message.standardWebhook(news);
          case CLOUDEVENTS -> Message.cloudEvent(news);
          case ALERTMANAGER_WEBHOOK -> PrometheusAlert.group(news, route.name());
          case ALERTMANAGER -> PrometheusAlert.alerts(List.of(news), until(news.atMillis(), route));
          case SLACK -> Chat.slack(news);
          case PAGERDUTY -> Chat.pagerDuty(news);
        };
    return new String(Json.write(body), StandardCharsets.UTF_8);
  }

  /// What keeps alerts firing in an Alertmanager: it ends what it is not told again.
  ///
  /// @param news heartbeat first, then whatever is open
  static String alive(List<News> news, long nowMillis, Route route) {
    return new String(
        Json.write(PrometheusAlert.alerts(news, until(nowMillis, route))), StandardCharsets.UTF_8);
  }

  private static long until(long nowMillis, Route route) {
    return nowMillis + Math.max(LEAST_MILLIS, MISSED_BEATS * route.heartbeat().toMillis());
  }
}
