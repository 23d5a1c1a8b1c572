package io.tocsin.collector.web;

import org.jspecify.annotations.Nullable;

/// One incident in a list.
///
/// @param title what fails, e.g. "Payments fail since checkout-api 1.42.0"
/// @param sentence one more, most important first
/// @param workload key of the source
/// @param release id of the release that explains it; null when none does
/// @param releaseName what people call it; null when none does
/// @param risk 0 to 100
/// @param workloads that deviate together
/// @param resolvedAtMillis null while it is open
/// @param label `real`, `false-alarm`, `expected`; null while unmarked
public record IncidentRow(
    String id,
    String title,
    String sentence,
    String workload,
    String workloadName,
    @Nullable String release,
    @Nullable String releaseName,
    int risk,
    int workloads,
    long openedAtMillis,
    @Nullable Long resolvedAtMillis,
    @Nullable String label) {}
