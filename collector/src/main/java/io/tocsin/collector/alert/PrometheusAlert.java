package io.tocsin.collector.alert;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Alerts as Alertmanager takes and gives them. An alert is known by its labels, so they hold only
/// what cannot change while it fires; a severity can, and is an annotation.
final class PrometheusAlert {
  private static final String NEVER = "0001-01-01T00:00:00Z";

  private PrometheusAlert() {}

  /// The body of `POST /api/v2/alerts`.
  ///
  /// @param untilMillis when what fires ends by itself unless it is told again: Tocsin may die
  static List<Map<String, Object>> alerts(List<News> news, long untilMillis) {
    List<Map<String, Object>> alerts = new ArrayList<>();
    for (News one : news) {
      Map<String, Object> alert = new LinkedHashMap<>();
      alert.put("labels", labels(one));
      alert.put("annotations", annotations(one));
      alert.put("startsAt", startsAt(one));
      alert.put("endsAt", one.resolved() ? endsAt(one) : time(untilMillis));
      if (one.url() != null) {
        alert.put("generatorURL", one.url());
      }
      alerts.add(alert);
    }
    return alerts;
  }

  /// The body that Alertmanager posts to its webhook receivers, version 4.
  ///
  /// @param receiver name of the route
  static Map<String, Object> group(News news, String receiver) {
    Map<String, String> labels = labels(news);
    Map<String, Object> alert = new LinkedHashMap<>();
    String status = news.resolved() ? "resolved" : "firing";
    alert.put("status", status);
    alert.put("labels", labels);
    alert.put("annotations", annotations(news));
    alert.put("startsAt", startsAt(news));
    alert.put("endsAt", news.resolved() ? endsAt(news) : NEVER);
    alert.put("generatorURL", news.url() == null ? "" : news.url());
    alert.put("fingerprint", Ids.hash(labels.toString()));
    Map<String, Object> group = new LinkedHashMap<>();
    group.put("version", "4");
    group.put("groupKey", "{}:{incident=\"" + labels.getOrDefault("incident", "") + "\"}");
    group.put("truncatedAlerts", 0);
    group.put("status", status);
    group.put("receiver", receiver);
    group.put("groupLabels", labels);
    group.put("commonLabels", labels);
    group.put("commonAnnotations", annotations(news));
    group.put("externalURL", news.source() == null ? "" : news.source().toString());
    group.put("alerts", List.of(alert));
    return group;
  }

  private static Map<String, String> labels(News news) {
    Map<String, String> labels = new LinkedHashMap<>();
    Incident incident = news.incident();
    if (incident == null) {
      labels.put("alertname", news.type().equals(News.HEARTBEAT) ? "TocsinWatchdog" : "TocsinTest");
      return labels;
    }
    labels.put("alertname", incident.shared() ? "TocsinSharedCause" : "TocsinIncident");
    labels.put("incident", incident.id());
    if (!incident.shared()) {
      labels.put("workload", incident.workloads().getFirst());
      if (!news.owners().isEmpty()) {
        labels.put("owner", news.owners().getFirst());
      }
    }
    return labels;
  }

  private static Map<String, String> annotations(News news) {
    Map<String, String> annotations = new LinkedHashMap<>();
    annotations.put("summary", news.sentence());
    Incident incident = news.incident();
    if (incident != null) {
      annotations.put("severity", incident.severity().word());
      annotations.put("workloads", String.join(", ", incident.workloads()));
      if (incident.releaseName() != null) {
        annotations.put("release", incident.releaseName());
      }
      if (incident.verdict() != null) {
        annotations.put("verdict", incident.verdict());
      }
    }
    annotations.put("chain_head", news.chainHead());
    return annotations;
  }

  private static String startsAt(News news) {
    Incident incident = news.incident();
    return time(incident == null ? news.atMillis() : incident.sinceMillis());
  }

  private static String endsAt(News news) {
    Incident incident = news.incident();
    Long resolved = incident == null ? null : incident.resolvedMillis();
    return time(resolved == null ? news.atMillis() : resolved);
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }
}
