package io.tocsin.collector.monitor;

/// Beside a stored model set: when it came, so that it is known when nobody needs it any more.
///
/// @param hash of the set
/// @param workload whose it is
/// @param atMillis when it was fitted, by the collector's clock
record FittedModel(String hash, String workload, long atMillis) {}
