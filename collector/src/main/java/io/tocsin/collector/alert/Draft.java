package io.tocsin.collector.alert;

import io.tocsin.collector.alert.Incident.Condition;
import io.tocsin.collector.alert.Incident.Notice;
import io.tocsin.collector.alert.Incident.State;
import io.tocsin.collector.calibrate.Anomaly;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// An incident while one input is worked into it.
final class Draft {
  final String id;
  final boolean shared;
  final long sinceMillis;
  final Set<Condition> ongoing = EnumSet.noneOf(Condition.class);
  final Set<String> workloads = new TreeSet<>();
  private final List<Anomaly> anomalies = new ArrayList<>();
  private final List<Notice> notices = new ArrayList<>();
  private State state = State.OPEN;
  private String title = "";
  private @Nullable String release;
  private @Nullable String releaseName;
  private long updatedMillis;
  private long lastAdverseMillis;
  private @Nullable Long resolvedMillis;
  private Severity severity = Severity.LOW;
  private double impact;
  private double confidence;
  private @Nullable String verdict;
  private int anomaliesSeen;
  private int noticesMade;
  private @Nullable Feedback feedback;
  private @Nullable String partOf;

  /// A new one; nothing was said of it yet.
  Draft(String subject, boolean shared, Collection<String> workloads, long sinceMillis) {
    this.id = Ids.incident(subject, shared ? "shared" : "workload", sinceMillis);
    this.shared = shared;
    this.workloads.addAll(workloads);
    this.sinceMillis = sinceMillis;
    this.updatedMillis = sinceMillis;
    this.lastAdverseMillis = sinceMillis;
  }

  Draft(Incident from) {
    id = from.id();
    shared = from.shared();
    sinceMillis = from.sinceMillis();
    ongoing.addAll(from.ongoing());
    workloads.addAll(from.workloads());
    anomalies.addAll(from.anomalies());
    notices.addAll(from.notices());
    state = from.state();
    title = from.title();
    release = from.release();
    releaseName = from.releaseName();
    updatedMillis = from.updatedMillis();
    lastAdverseMillis = from.lastAdverseMillis();
    resolvedMillis = from.resolvedMillis();
    severity = from.severity();
    impact = from.impact();
    confidence = from.confidence();
    verdict = from.verdict();
    anomaliesSeen = from.anomaliesSeen();
    noticesMade = from.noticesMade();
    feedback = from.feedback();
    partOf = from.partOf();
  }

  /// Something that speaks for it. The title is the worst that was said, the newest of equals.
  void worse(Severity how, double howWide, double howSure, String sentence, long atMillis) {
    if (how.compareTo(severity) >= 0) {
      severity = how;
      title = sentence;
    }
    impact = Math.max(impact, howWide);
    confidence = Math.max(confidence, howSure);
    lastAdverseMillis = Math.max(lastAdverseMillis, atMillis);
    touched(atMillis);
  }

  /// Something that does not speak for it.
  void said(String sentence, long atMillis) {
    title = sentence;
    touched(atMillis);
  }

  void anomaly(Anomaly anomaly) {
    anomaliesSeen++;
    keep(anomaly);
  }

  void takeIn(Incident other) {
    anomaliesSeen += other.anomaliesSeen();
    other.anomalies().forEach(this::keep);
    worse(severity, other.impact(), other.confidence(), title, other.lastAdverseMillis());
  }

  private void keep(Anomaly anomaly) {
    anomalies.add(anomaly);
    if (anomalies.size() > Incident.MAX_ANOMALIES) {
      anomalies.removeFirst();
    }
  }

  void explainedBy(String id, String name) {
    release = id;
    releaseName = name;
  }

  void judged(String word, long atMillis) {
    verdict = word;
    touched(atMillis);
  }

  void labelled(Feedback label, long atMillis) {
    feedback = label;
    touched(atMillis);
  }

  void resolve(long atMillis) {
    state = State.RESOLVED;
    resolvedMillis = atMillis;
    ongoing.clear();
    touched(atMillis);
  }

  void mergeInto(String other, long atMillis) {
    partOf = other;
    resolve(atMillis);
  }

  void noticed(String type, long atMillis, String webhookId) {
    noticesMade++;
    notices.add(new Notice(type, atMillis, webhookId));
    if (notices.size() > Incident.MAX_NOTICES) {
      notices.removeFirst();
    }
  }

  private void touched(long atMillis) {
    updatedMillis = Math.max(updatedMillis, atMillis);
  }

  boolean is(State other) {
    return state == other;
  }

  boolean hasAnomalies() {
    return anomaliesSeen > 0;
  }

  @Nullable String release() {
    return release;
  }

  Incident incident() {
    double risk = severity.weight() * impact * confidence;
    return new Incident(
        id,
        state,
        title,
        List.copyOf(workloads),
        release,
        releaseName,
        sinceMillis,
        updatedMillis,
        lastAdverseMillis,
        resolvedMillis,
        severity,
        impact,
        confidence,
        risk,
        verdict,
        shared,
        List.copyOf(ongoing),
        anomalies,
        anomaliesSeen,
        notices,
        noticesMade,
        feedback,
        partOf);
  }
}
