package io.tocsin.collector.web;

import java.util.List;
import java.util.Optional;

/// What the page, the REST interface and the command line may read. Each answer is an immutable
/// record whose components are the JSON of the REST interface: names as they are, times in epoch
/// milliseconds, null where unknown, never 0 in its stead.
///
/// Called by many threads at once, on threads that may block; an answer should take no more than 50
/// ms. Workload keys are canonical: three segments, `/` and `%` inside a segment encoded.
public interface View {
  Status status();

  Overview overview();

  /// Every workload, those that need a look first; at most 10,000.
  List<WorkloadRow> workloads();

  /// Empty when no such workload is known.
  Optional<WorkloadDetail> workload(String workload);

  /// What the charts draw.
  ///
  /// @param fromMillis inclusive
  /// @param toMillis exclusive, later than `fromMillis`, at most 8 days after it
  Optional<Series> series(String workload, long fromMillis, long toMillis);

  /// Releases of the last 90 days, those that need a look first; at most 1,000.
  List<ReleaseRow> releases();

  /// Empty when no such release is known.
  Optional<ReleaseDetail> release(String workload, String release);

  /// What a pipeline may conclude about a release.
  GateAnswer gate(GateQuestion question);

  /// Whether there is such a workload.
  boolean knows(String workload);

  /// Incidents of the last 90 days, open ones first; at most 1,000.
  List<IncidentRow> incidents();

  Optional<IncidentDetail> incident(String id);

  /// Every agent heard of in the last 7 days, those with something to say first.
  List<AgentRow> agents();

  Policy policy();

  /// What was tried of all that the collector needs; may take seconds.
  List<DoctorRow> doctor();

  /// What was decided and on what, for those who check it.
  Evidence evidence();

  /// What feedback and people hold back now.
  List<Silence> silences();

  /// Webhooks that were given up, at most 1,000.
  List<DeadLetter> deadLetters();

  /// Id of the newest event, 0 when there is none yet. Asked several times a second: keep it at
  /// hand.
  long newestEvent();

  /// Events after an id, in order of id.
  ///
  /// @param limit 1 to 1,000
  Events eventsAfter(long id, int limit);

  /// A stretch of events.
  ///
  /// @param complete false when some after the id asked for have already been let go
  record Events(boolean complete, List<Event> list) {
    public Events {
      list = List.copyOf(list);
    }
  }
}
