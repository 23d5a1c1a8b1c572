package io.tocsin.collector.alert;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The body of a Standard Webhook, `{type, timestamp, data: {incident, verdict, workload, release,
/// sentence, url, chainHead}}`, null where unknown; and of a CloudEvent, with the same data.
final class Message {
  private Message() {}

  static Map<String, Object> standardWebhook(News news) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", news.type());
    body.put("timestamp", Instant.ofEpochMilli(news.atMillis()).toString());
    body.put("data", data(news));
    return body;
  }

  /// [CloudEvents 1.0](https://github.com/cloudevents/spec), structured JSON. Id and source name it
  /// over all attempts.
  static Map<String, Object> cloudEvent(News news) {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("specversion", "1.0");
    event.put("id", news.webhookId());
    event.put("source", news.source() == null ? "urn:tocsin" : news.source().toString());
    event.put("type", "io.tocsin." + news.type());
    if (news.incident() != null) {
      event.put("subject", news.incident().id());
    }
    event.put("time", Instant.ofEpochMilli(news.atMillis()).toString());
    event.put("datacontenttype", "application/json");
    event.put("data", data(news));
    return event;
  }

  private static Map<String, @Nullable Object> data(News news) {
    Map<String, @Nullable Object> data = new LinkedHashMap<>();
    Incident incident = news.incident();
    if (incident != null) {
      data.put("incident", incident.id());
      data.put("state", incident.state());
      data.put("severity", incident.severity());
      data.put("verdict", incident.verdict());
      data.put("workload", incident.workloads().getFirst());
      data.put("workloads", incident.workloads());
      data.put("owners", news.owners());
      data.put("release", incident.release());
    }
    data.put("sentence", news.sentence());
    if (incident != null) {
      data.put("url", news.url());
    }
    data.put("chainHead", news.chainHead());
    return data;
  }
}
