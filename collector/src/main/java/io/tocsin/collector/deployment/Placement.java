package io.tocsin.collector.deployment;

/// The platform says that an instance belongs to a workload and runs a release. An input of the
/// log.
///
/// @param key container id, pod uid, or instance id
/// @param workload key of what is deployed
/// @param release id of the release it runs
public record Placement(String key, String workload, String release) implements Observation {}
