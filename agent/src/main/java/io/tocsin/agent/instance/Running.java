package io.tocsin.agent.instance;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// An instance that runs now, and where to look at it.
///
/// @param instance who it is
/// @param logs its logs; may be empty
/// @param pid its main process, when known
/// @param cgroup its cgroup relative to the mount point of the hierarchy, e.g. `/docker/3fa…`; null
///   when it has none of its own
/// @param scrape its Prometheus endpoint; null when none is known
public record Running(
    Instance instance,
    List<LogFile> logs,
    OptionalLong pid,
    @Nullable Path cgroup,
    @Nullable URI scrape) {

  public Running {
    logs = List.copyOf(logs);
  }
}
