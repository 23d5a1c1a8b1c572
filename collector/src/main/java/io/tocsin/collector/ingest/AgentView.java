package io.tocsin.collector.ingest;

import io.tocsin.v1.AgentStatus;
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
/// @param status its own account
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
    AgentStatus status) {}
