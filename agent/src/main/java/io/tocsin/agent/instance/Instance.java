package io.tocsin.agent.instance;

/// One process incarnation, and what disk says of it. The agent has no rights at any API: what is
/// empty here is joined by the collector.
///
/// @param id unique for ever: a container id, or host, folder or unit, and start time; at most 256
///   characters
/// @param platform `directory`, `docker`, `swarm`, `kubernetes`, `nomad`, `systemd`, `file`,
///   `stdin` or `host`
/// @param host where it runs
/// @param workload key of what is deployed, `platform/host-or-namespace/name`; empty when only an
///   API knows
/// @param name what people call this instance, e.g. `2`
/// @param release as far as disk says; empty when not known
/// @param image reference with digest where the runtime keeps it; else empty
/// @param startedAtMillis start of the process, epoch milliseconds; 0 when unknown
/// @param containerId 64 hex digits, or empty
/// @param podUid of Kubernetes, or the allocation of Nomad, or empty
public record Instance(
    String id,
    String platform,
    String host,
    String workload,
    String name,
    String release,
    String image,
    long startedAtMillis,
    String containerId,
    String podUid) {

  public Instance {
    if (id.isEmpty() || id.length() > 256) {
      throw new IllegalArgumentException("instance id of " + id.length() + " characters: " + id);
    }
  }
}
