package io.tocsin.collector.alert;

import com.fasterxml.jackson.annotation.JsonValue;
import io.tocsin.collector.calibrate.Anomaly;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What fails, since when, and what explains it: the anomalies and verdicts of one workload, or of
/// all workloads that share a cause. Ids sort by the time of the first fact.
///
/// @param id `<first fact, epoch ms, 12 hex digits>-<16 hex digits of a hash>`; the same facts give
///   the same id
/// @param title one sentence: the worst that was said of it
/// @param workloads keys; one, or all that share the cause
/// @param release id of the release that explains it: deployed before it, within the watch; null
///   when none does
/// @param releaseName what people call that release; null with `release`
/// @param sinceMillis of the first fact
/// @param updatedMillis of the newest fact that changed it
/// @param lastAdverseMillis of the newest fact that speaks for it; the quiet time runs from here
/// @param resolvedMillis null while open
/// @param impact share of the workload that suffers, 0 to 1; a coarse estimate to rank by
/// @param confidence that it is real, 0 to 1; a coarse estimate to rank by
/// @param risk severity's weight times impact times confidence, 0 to 1
/// @param verdict newest word on the release, e.g. `regressed`; null when nothing was judged
/// @param shared whether it stands for several workloads that share a cause
/// @param ongoing conditions that hold it open, in the order of their enum
/// @param anomalies the newest, at most [#MAX_ANOMALIES], oldest first
/// @param anomaliesSeen how many there were
/// @param notices webhooks made of it, at most [#MAX_NOTICES], oldest first
/// @param noticesMade how many there were; 0 when every one was silenced
/// @param feedback null until somebody says
/// @param partOf id of the incident with the shared cause that took this one in; else null
public record Incident(
    String id,
    State state,
    String title,
    List<String> workloads,
    @Nullable String release,
    @Nullable String releaseName,
    long sinceMillis,
    long updatedMillis,
    long lastAdverseMillis,
    @Nullable Long resolvedMillis,
    Severity severity,
    double impact,
    double confidence,
    double risk,
    @Nullable String verdict,
    boolean shared,
    List<Condition> ongoing,
    List<Anomaly> anomalies,
    int anomaliesSeen,
    List<Notice> notices,
    int noticesMade,
    @Nullable Feedback feedback,
    @Nullable String partOf) {
  static final int MAX_ANOMALIES = 50;
  static final int MAX_NOTICES = 20;

  public Incident {
    workloads = List.copyOf(workloads);
    ongoing = List.copyOf(ongoing);
    anomalies = List.copyOf(anomalies);
    notices = List.copyOf(notices);
  }

  /// Whether it goes on.
  public enum State {
    OPEN,
    RESOLVED;

    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// What began and was not yet said to have ended.
  public enum Condition {
    FEED_DEAD,
    DISTURBED,
    REGRESSED,
    SHARED_CAUSE,
    GUESSING
  }

  /// One webhook made of it.
  ///
  /// @param type `incident.opened`, `incident.updated` or `incident.resolved`
  /// @param webhookId the same for all routes and attempts
  public record Notice(String type, long atMillis, String webhookId) {}
}
