package io.tocsin.collector.web;

import org.jspecify.annotations.Nullable;

/// One release in a list.
///
/// @param workload key
/// @param workloadName what people call the workload
/// @param release id
/// @param name what people call it
/// @param baselineName what people call the release it is compared with; null when there is none
/// @param word `regressed`, `undecided so far`, `cannot judge`, `healthy`, `superseded`
/// @param evidence combined, now, as an e-value: 1 says nothing, above 1 speaks against the release
/// @param maxEvidence its largest value so far
/// @param state of the response; null when there never was one
/// @param askedUntilMillis deadline of the question that waits; null when none does
/// @param byTocsin whether it is what Tocsin went back to
public record ReleaseRow(
    String workload,
    String workloadName,
    String release,
    String name,
    @Nullable String baselineName,
    long deployedAtMillis,
    String word,
    String sentence,
    double evidence,
    double maxEvidence,
    @Nullable ResponseState state,
    @Nullable Long askedUntilMillis,
    boolean byTocsin) {}
