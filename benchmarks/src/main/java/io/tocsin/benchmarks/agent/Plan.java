package io.tocsin.benchmarks.agent;

import java.util.List;

/// How long and how much.
///
/// @param rates lines a second
/// @param settle seconds at a rate before it is measured
/// @param seconds at a rate that are measured
/// @param burst seconds of it
/// @param lines of the file that is read as fast as it can be
/// @param rotations of each sort
/// @param outage seconds
record Plan(
    List<Integer> rates,
    int settle,
    int seconds,
    int starts,
    int burst,
    int lines,
    int rotations,
    int outage) {}
