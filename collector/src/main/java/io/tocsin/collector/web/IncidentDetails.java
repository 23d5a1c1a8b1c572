package io.tocsin.collector.web;

import io.tocsin.collector.alert.Delivery;
import io.tocsin.collector.alert.Feedback;
import io.tocsin.collector.alert.Incident;
import io.tocsin.collector.calibrate.Anomaly;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An incident in the page's words.
final class IncidentDetails {
  private IncidentDetails() {}

  static IncidentRow row(Incident incident) {
    String workload = incident.workloads().getFirst();
    Feedback label = incident.feedback();
    return new IncidentRow(
        incident.id(),
        incident.title(),
        sentence(incident),
        workload,
        Names.workload(workload),
        incident.release(),
        incident.releaseName(),
        (int) Math.round(100 * incident.risk()),
        incident.workloads().size(),
        incident.sinceMillis(),
        incident.resolvedMillis(),
        label == null ? null : label.word());
  }

  static IncidentDetail of(Incident incident, Sources sources, long nowMillis) {
    List<IncidentDetail.Point> against = new ArrayList<>();
    List<IncidentDetail.Point> speaksFor = new ArrayList<>();
    String verdict = incident.verdict();
    if (verdict != null && incident.releaseName() != null) {
      String point = "Release " + incident.releaseName() + " was judged: " + verdict + ".";
      (verdict.equals("regressed") ? speaksFor : against)
          .add(new IncidentDetail.Point(point, "verdict"));
    }
    if (incident.shared()) {
      against.add(
          new IncidentDetail.Point(
              incident.workloads().size() + " workloads deviate together.", "shared cause"));
    }
    return new IncidentDetail(
        row(incident),
        incident.severity().word(),
        does(incident, sources),
        speaksFor,
        against,
        grouped(incident),
        List.of(),
        alerts(incident, sources),
        new IncidentDetail.Evidence(
            sources.responses().size(),
            sources.chainBroken().isEmpty(),
            nowMillis,
            sources.chainHead()),
        null);
  }

  private static String sentence(Incident incident) {
    int workloads = incident.workloads().size();
    String who =
        workloads == 1 ? Names.workload(incident.workloads().getFirst()) : workloads + " workloads";
    String release = incident.releaseName();
    return who
        + (release == null
            ? "; no release explains it."
            : "; release " + release + " explains it.");
  }

  private static String does(Incident incident, Sources sources) {
    String release = incident.release();
    if (release == null) {
      return "Tells, and watches.";
    }
    return sources
        .response(incident.workloads().getFirst(), release)
        .map(response -> response.sentence())
        .orElse("Tells, and watches.");
  }

  private static List<IncidentDetail.Grouped> grouped(Incident incident) {
    List<IncidentDetail.Grouped> grouped = new ArrayList<>();
    for (Anomaly anomaly : incident.anomalies()) {
      String what =
          anomaly.carriers().isEmpty() ? "its score" : anomaly.carriers().getFirst().feature();
      grouped.add(
          new IncidentDetail.Grouped(
              anomaly.workload(),
              Names.workload(anomaly.workload()),
              State.ANOMALOUS,
              what,
              anomaly.windowEndMillis(),
              anomaly.windowEndMillis(),
              anomaly.onceInHours(),
              grouped.isEmpty() ? "source" : "same incident"));
    }
    return grouped;
  }

  private static List<IncidentDetail.Alert> alerts(Incident incident, Sources sources) {
    List<IncidentDetail.Alert> alerts = new ArrayList<>();
    Set<String> pending = new HashSet<>();
    for (Delivery delivery : sources.deliveries(incident.id())) {
      pending.add(delivery.webhookId());
      @Nullable String error = delivery.lastError();
      alerts.add(
          new IncidentDetail.Alert(
              delivery.route(),
              delivery.createdMillis(),
              delivery.attempts(),
              delivery.dead() ? "dead letter" : "waiting",
              error == null ? "" : error,
              delivery.webhookId()));
    }
    for (Incident.Notice notice : incident.notices()) {
      if (!pending.contains(notice.webhookId())) {
        alerts.add(
            new IncidentDetail.Alert(
                notice.type(), notice.atMillis(), 1, "delivered", "", notice.webhookId()));
      }
    }
    return alerts;
  }
}
