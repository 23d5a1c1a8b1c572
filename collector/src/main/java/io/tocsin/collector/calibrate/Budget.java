package io.tocsin.collector.calibrate;

/// The declared false-alarm budget of a workload beside what was kept.
///
/// @param declaredPerMonth false alarms allowed in 30 days
/// @param unmarked alarms of the last 30 days that nobody marked real: they count as false
/// @param markedReal alarms of the last 30 days that were marked real
/// @param observedMillis time that models have scored, at most 30 days: below that, `unmarked` is
///   of this time and no more is claimed
public record Budget(double declaredPerMonth, int unmarked, int markedReal, long observedMillis) {}
