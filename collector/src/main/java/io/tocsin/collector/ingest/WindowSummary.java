package io.tocsin.collector.ingest;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one instance did in one window, as its agent counted it.
///
/// @param agent id of the agent that watched
/// @param instance who it was
/// @param startMillis inclusive, epoch milliseconds by the agent's clock
/// @param endMillis exclusive
/// @param completeness may the rest be believed
/// @param templates lines by template id as given to the line
/// @param requests null when the service exposes none
/// @param metrics finite, by name
/// @param liveness how the process fared
/// @param catchUp read after an outage: counted, never scored
/// @param logins attempts from elsewhere that its lines tell of
public record WindowSummary(
    String agent,
    Instance instance,
    long startMillis,
    long endMillis,
    Completeness completeness,
    List<TemplateCount> templates,
    @Nullable Requests requests,
    Map<String, Double> metrics,
    Liveness liveness,
    boolean catchUp,
    Logins logins) {

  public WindowSummary {
    templates = List.copyOf(templates);
    metrics = Map.copyOf(metrics);
    if (endMillis <= startMillis) {
      throw new IllegalArgumentException("window [%d, %d)".formatted(startMillis, endMillis));
    }
  }

  /// Of an instance to which nobody tried to log in.
  public WindowSummary(
      String agent,
      Instance instance,
      long startMillis,
      long endMillis,
      Completeness completeness,
      List<TemplateCount> templates,
      @Nullable Requests requests,
      Map<String, Double> metrics,
      Liveness liveness,
      boolean catchUp) {
    this(
        agent,
        instance,
        startMillis,
        endMillis,
        completeness,
        templates,
        requests,
        metrics,
        liveness,
        catchUp,
        Logins.NONE);
  }

  /// One process incarnation; see `Instance` in `windows.proto`. Empty strings and 0 mean unknown.
  public record Instance(
      String id,
      String platform,
      String host,
      String workload,
      String name,
      String release,
      String image,
      long startedAtMillis,
      String containerId,
      String podUid) {}

  /// Counts of this window; see `Completeness` in `windows.proto`.
  public record Completeness(
      long bytesOnDisk,
      long bytesRead,
      long linesRead,
      long linesParsed,
      long linesDropped,
      long linesLate,
      long gaps,
      long bytesLag,
      long lagMillis) {

    public static final Completeness NONE = new Completeness(0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// Share of the bytes on disk that were read and parsed, 0 to 1; 1 when there was nothing.
    public double share() {
      long due = bytesRead + bytesLag;
      double read = due == 0 ? 1 : (double) bytesRead / due;
      double kept = linesRead == 0 ? 1 : 1 - (double) Math.min(linesDropped, linesRead) / linesRead;
      return gaps > 0 ? 0 : read * kept;
    }
  }

  /// Lines of one template.
  ///
  /// @param id as given to the line; join over the dictionary's mapping when reading
  /// @param count lines, at least 1
  /// @param level ordinal as on the wire: 0 unknown, 4 warn, 5 error, 6 fatal
  public record TemplateCount(long id, long count, int level) {}

  /// Attempts to log in; see `Logins` in `windows.proto`.
  ///
  /// @param leftOut attempts that the agent had no room for
  public record Logins(List<LoginCount> counts, long leftOut) {
    public static final Logins NONE = new Logins(List.of(), 0);

    public Logins {
      counts = List.copyOf(counts);
    }
  }

  /// Attempts that agree in everything.
  ///
  /// @param source as the agent's policy lets it out
  /// @param user likewise; empty when the line names none
  /// @param kind whose words, 0 to 3 as on the wire; one attempt may leave a line of each
  /// @param count at least 1
  public record LoginCount(String source, String user, int kind, boolean accepted, long count) {
    /// How many there are; one that is not known counts as 0, any program's.
    public static final int KINDS = 4;

    public LoginCount {
      kind = kind >= 0 && kind < KINDS ? kind : 0;
    }
  }

  /// Requests that ended in the window; see `Requests` in `windows.proto`.
  public record Requests(
      long total,
      long failed,
      long rejected,
      List<Double> upperMillis,
      List<Long> bucketCounts,
      double sumMillis,
      List<Calls> calls) {
    public Requests {
      upperMillis = List.copyOf(upperMillis);
      bucketCounts = List.copyOf(bucketCounts);
      calls = List.copyOf(calls);
    }
  }

  /// Outgoing calls to one peer.
  public record Calls(String peer, long total, long failed, double sumMillis) {}

  /// How the process fared; `ready` is null when readiness is not known.
  public record Liveness(boolean alive, int restarts, int oomKills, @Nullable Boolean ready) {}
}
