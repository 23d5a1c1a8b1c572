package io.tocsin.agent;

import io.tocsin.agent.instance.Discovery;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the configuration tells the agent to look at, most specific first: a log found by one is
/// left alone by those after it.
final class Sources {
  private Sources() {}

  /// @param pipe what is piped into the agent; null when nothing is
  static Discovery of(AgentConfig.Watch watch, String host, @Nullable Pipe pipe) {
    List<Discovery> sources = new ArrayList<>();
    if (pipe != null) {
      sources.add(pipe.discovery());
    }
    for (AgentConfig.Folder folder : watch.directories()) {
      sources.add(Discovery.directory(folder.folder(), host, Set.copyOf(folder.instances())));
    }
    if (watch.docker()) {
      sources.add(Discovery.docker(watch.dockerRoot(), host));
    }
    if (watch.kubernetes()) {
      sources.add(Discovery.kubernetes(watch.podLogs(), host));
    }
    if (watch.systemd()) {
      sources.add(Discovery.systemd(host));
    }
    if (!watch.files().isEmpty()) {
      sources.add(Discovery.files(watch.files(), host));
    }
    if (watch.host()) {
      sources.add(Discovery.host(host));
    }
    return Discovery.all(sources);
  }
}
