package io.tocsin.collector.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the collector itself fares.
///
/// @param version of the collector
/// @param behindMillis now less the end of the newest sealed window; null before the first
/// @param behindReason why it is late; null when it is not (15 s or less)
/// @param ingest where agents connect, e.g. `127.0.0.1:7601`
/// @param openIncidents now
/// @param releasesOnWatch now
/// @param waiting releases that wait for a person's answer
/// @param log records appended to the durable log, and consumed from it
/// @param storeBytes on disk
/// @param rssBytes resident set; null where the system does not say
/// @param flows what came in and where it went, since start
public record Status(
    String version,
    long startedAtMillis,
    long nowMillis,
    @Nullable Long behindMillis,
    @Nullable String behindReason,
    String ingest,
    KillSwitch killSwitch,
    int openIncidents,
    int releasesOnWatch,
    int waiting,
    Log log,
    long storeBytes,
    @Nullable Long rssBytes,
    List<Flow> flows) {
  public Status {
    flows = List.copyOf(flows);
  }

  /// Whether rollbacks may happen at all.
  ///
  /// @param stopped no rollback, automatic or approved, may start
  /// @param sinceMillis of the last change; null when it was never touched
  /// @param by who changed it last, a token's name; null when it was never touched
  /// @param inFlight rollbacks under way now
  public record KillSwitch(
      boolean stopped, @Nullable Long sinceMillis, @Nullable String by, int inFlight) {}

  /// Records of the durable log since it was made.
  public record Log(long appended, long consumed) {}

  /// `in = out + dropped + waiting`, in units of `what`.
  ///
  /// @param what `lines`, `windows`, `alerts`
  public record Flow(String what, long in, long out, long dropped, long waiting) {
    /// Whether nothing was lost unseen.
    @JsonProperty("addsUp")
    public boolean addsUp() {
      return in == out + dropped + waiting;
    }
  }
}
