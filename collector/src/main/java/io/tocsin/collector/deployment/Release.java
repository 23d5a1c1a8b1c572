package io.tocsin.collector.deployment;

/// One release of one workload. Two restarts of the same release are one release.
///
/// @param workload key of what is deployed
/// @param id what distinguishes it for ever, e.g. `1.1` with a content hash, or an image digest and
///   specification hash
/// @param name what people call it, e.g. `1.1`
public record Release(String workload, String id, String name) {}
