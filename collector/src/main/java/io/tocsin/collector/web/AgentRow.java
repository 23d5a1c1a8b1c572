package io.tocsin.collector.web;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One agent. What a silent one would have said is unknown, so it is null, never 0.
///
/// @param state `live`, `silent`, `gone`
/// @param sentence what it has to say; empty when there is nothing
/// @param lastHeardMillis null when it never spoke since the collector started
/// @param skewMillis its clock less ours; null when unknown
/// @param cpuCores used; null when unknown
/// @param linesRead by its own account, since its start
/// @param linesReceived counted in windows that arrived
/// @param linesDropped all causes
/// @param windowsSealed by its own account
/// @param windowsReceived durable here
/// @param windowFlow from its spool to here; null when unknown
/// @param lineFlow the same of the lines counted in them
/// @param spoolRecords waiting for an acknowledgement
/// @param bytesLag on disk and not yet read
/// @param files followed
/// @param completeness share of bytes read over the last 5 minutes, 0 to 1
/// @param unreadable what it may not read, with the reason
/// @param masked secrets masked, by kind
/// @param instances ids of those it watches
public record AgentRow(
    String id,
    String host,
    String version,
    String state,
    String sentence,
    @Nullable Long lastHeardMillis,
    @Nullable Long skewMillis,
    @Nullable Long rssBytes,
    @Nullable Double cpuCores,
    @Nullable Long linesRead,
    @Nullable Long linesReceived,
    @Nullable Long linesDropped,
    @Nullable Long windowsSealed,
    @Nullable Long windowsReceived,
    @Nullable Flow windowFlow,
    @Nullable Flow lineFlow,
    @Nullable Long spoolRecords,
    @Nullable Long spoolBytes,
    @Nullable Long bytesLag,
    @Nullable Long files,
    @Nullable Double completeness,
    List<String> unreadable,
    Map<String, Long> masked,
    List<String> instances) {
  /// In = out + dropped + waiting, as both sides said in one moment. What is left is under way just
  /// then; what stays left is lost.
  ///
  /// @param sealed by the agent since its spool was made
  /// @param received durable here
  /// @param givenUp by its spool
  /// @param waiting in its spool
  public record Flow(long sealed, long received, long givenUp, long waiting, long underWay) {
    static Flow of(long sealed, long received, long givenUp, long waiting) {
      return new Flow(sealed, received, givenUp, waiting, sealed - received - givenUp - waiting);
    }
  }

  public AgentRow {
    unreadable = List.copyOf(unreadable);
    masked = new TreeMap<>(masked);
    instances = List.copyOf(instances);
  }
}
