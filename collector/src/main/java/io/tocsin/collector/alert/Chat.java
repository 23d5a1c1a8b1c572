package io.tocsin.collector.alert;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What reaches people by other services: Slack's incoming webhooks and PagerDuty's Events API v2.
final class Chat {
  private static final int MAX_SUMMARY = 1_024;

  private Chat() {}

  /// `text` is what a notification shows, `blocks` what the channel does.
  static Map<String, Object> slack(News news) {
    Incident incident = news.incident();
    String word =
        incident == null ? news.type() : news.resolved() ? "resolved" : incident.severity().word();
    String text = "[%s] %s".formatted(word, escaped(news.sentence()));
    List<Map<String, Object>> blocks = new ArrayList<>();
    blocks.add(Map.of("type", "section", "text", mrkdwn(text)));
    List<Map<String, Object>> context = new ArrayList<>();
    if (incident != null) {
      context.add(mrkdwn(escaped(String.join(", ", incident.workloads()))));
      if (!news.owners().isEmpty()) {
        context.add(mrkdwn("owner " + escaped(String.join(", ", news.owners()))));
      }
    }
    if (news.url() != null) {
      context.add(mrkdwn("<" + escaped(news.url()) + "|Open it>"));
    }
    context.add(mrkdwn("evidence " + escaped(news.chainHead())));
    blocks.add(Map.of("type", "context", "elements", context));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("text", text);
    body.put("blocks", blocks);
    return body;
  }

  private static Map<String, Object> mrkdwn(String text) {
    // Slack takes 3,000 characters in a section, 2,000 in an element of a context.
    return Map.of(
        "type", "mrkdwn", "text", text.length() <= 2_000 ? text : text.substring(0, 2_000));
  }

  /// So that nothing in a sentence is a link or calls everybody: `<!channel>` is markup.
  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /// One alert of PagerDuty an incident: what is told again finds it by `dedup_key`. The routing
  /// key is put in when it is sent, so that it lies in the configuration alone.
  static Map<String, Object> pagerDuty(News news) {
    Incident incident = news.incident();
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("event_action", news.resolved() ? "resolve" : "trigger");
    event.put("dedup_key", incident == null ? news.webhookId() : incident.id());
    Map<String, Object> payload = new LinkedHashMap<>();
    String sentence = news.sentence();
    payload.put(
        "summary",
        sentence.length() <= MAX_SUMMARY ? sentence : sentence.substring(0, MAX_SUMMARY));
    payload.put("source", incident == null ? "tocsin" : incident.workloads().getFirst());
    payload.put("severity", incident == null ? "info" : severity(incident.severity()));
    payload.put("timestamp", Instant.ofEpochMilli(news.atMillis()).toString());
    payload.put("custom_details", Message.standardWebhook(news).get("data"));
    event.put("payload", payload);
    event.put("client", "Tocsin");
    if (news.url() != null) {
      event.put("client_url", news.url());
      event.put("links", List.of(Map.of("href", news.url(), "text", "The incident")));
    }
    return event;
  }

  private static String severity(Severity severity) {
    return switch (severity) {
      case LOW -> "info";
      case MEDIUM -> "warning";
      case HIGH -> "error";
      case CRITICAL -> "critical";
    };
  }
}
