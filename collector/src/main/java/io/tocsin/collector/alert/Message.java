package io.tocsin.collector.alert;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The body of a webhook: `{type, timestamp, data: {incident, verdict, workload, release, sentence,
/// url, chainHead}}`, null where unknown.
final class Message {
  static final String HEARTBEAT = "heartbeat";
  static final String TEST = "test";
  private static final int MAX_SENTENCE = 1_000;

  private Message() {}

  static String of(Incident incident, String type, long atMillis, AlertConfig config, String head) {
    Map<String, @Nullable Object> data = new LinkedHashMap<>();
    data.put("incident", incident.id());
    data.put("state", incident.state());
    data.put("severity", incident.severity());
    data.put("verdict", incident.verdict());
    data.put("workload", incident.workloads().getFirst());
    data.put("workloads", incident.workloads());
    data.put("release", incident.release());
    data.put("sentence", cut(incident.title()));
    data.put("url", link(config.pageUrl(), incident.id()));
    data.put("chainHead", head);
    return body(type, atMillis, data);
  }

  /// One that is about Tocsin itself.
  static String of(String type, String sentence, long atMillis, String head) {
    Map<String, @Nullable Object> data = new LinkedHashMap<>();
    data.put("sentence", sentence);
    data.put("chainHead", head);
    return body(type, atMillis, data);
  }

  private static String body(String type, long atMillis, Map<String, @Nullable Object> data) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", type);
    body.put("timestamp", Instant.ofEpochMilli(atMillis).toString());
    body.put("data", data);
    return new String(Json.write(body), StandardCharsets.UTF_8);
  }

  private static @Nullable String link(@Nullable URI page, String incident) {
    if (page == null) {
      return null;
    }
    return page + (page.toString().endsWith("/") ? "i/" : "/i/") + incident;
  }

  private static String cut(String text) {
    return text.length() <= MAX_SENTENCE ? text : text.substring(0, MAX_SENTENCE) + "…";
  }
}
