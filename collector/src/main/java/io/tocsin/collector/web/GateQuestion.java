package io.tocsin.collector.web;

import org.jspecify.annotations.Nullable;

/// What a pipeline asks about.
///
/// @param workload key
/// @param release id, name, or the name it was announced under; null: the newest
/// @param sinceMillis only what was deployed at or after it counts, epoch milliseconds; null: all
public record GateQuestion(String workload, @Nullable String release, @Nullable Long sinceMillis) {}
