package io.tocsin.collector.web;

import org.jspecify.annotations.Nullable;

/// Something that changed. The page reads again what it shows of the subject named here; the event
/// itself carries no state, so none can be lost between two versions of it.
///
/// @param id of the fact, rises by at least 1; survives a restart
/// @param kind `verdict`, `response`, `release`, `incident`, `kill-switch`, `agent`, `learning`,
///   `silence`, or `window` (one a seal, for all workloads together)
/// @param workload key; null when it concerns none in particular
/// @param release id; null when it concerns none in particular
/// @param subject id of the incident, agent or silence; null when there is none
/// @param sentence what people read, e.g. "checkout-api 1.42.0 is regressed"; empty for `window`
public record Event(
    long id,
    String kind,
    long atMillis,
    @Nullable String workload,
    @Nullable String release,
    @Nullable String subject,
    String sentence) {}
