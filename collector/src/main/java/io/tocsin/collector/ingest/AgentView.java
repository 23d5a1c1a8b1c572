package io.tocsin.collector.ingest;

import io.tocsin.v1.AgentStatus;
import io.tocsin.v1.Flow;
import java.util.List;

/// An agent as the collector last heard it.
///
/// @param id as in its Hello
/// @param live whether its stream is open
/// @param lastHeardMillis by the collector's clock
/// @param skewMillis its clock less the collector's
/// @param linesReceived counted in windows that are durable here, since its epoch began
/// @param windowsReceived durable here, since its epoch began
/// @param batchesMissed sequence numbers that never came, because its spool gave them up
/// @param status as it fares
/// @param account what went through its spool
public record AgentView(
    String id,
    String host,
    String version,
    boolean live,
    long lastHeardMillis,
    long skewMillis,
    long linesReceived,
    long windowsReceived,
    long batchesMissed,
    List<String> instances,
    AgentStatus status,
    Account account) {

  /// What the agent said of its spool in its newest heartbeat, and what was durable here when it
  /// said so, both since its epoch began. They agree but for what is under way in that moment.
  public record Account(Flow flow, long windowsReceived, long linesReceived) {}
}
