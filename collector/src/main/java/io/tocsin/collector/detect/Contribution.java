package io.tocsin.collector.detect;

/// One feature's part in a score: a share of it, not a cause.
///
/// @param feature name as people read it
/// @param share of the score, 0 to 1
/// @param usualLow 5 % quantile of normal running
/// @param usualHigh 95 % quantile
/// @param seen value in this window
public record Contribution(
    String feature, double share, double usualLow, double usualHigh, double seen) {}
