package io.tocsin.collector.alert;

/// The newest release of a workload.
///
/// @param byTocsin whether it is our own rollback, which explains no incident
record Deployed(String workload, String release, String name, long atMillis, boolean byTocsin) {}
