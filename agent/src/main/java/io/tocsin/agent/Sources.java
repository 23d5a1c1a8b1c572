package io.tocsin.agent;

import io.tocsin.agent.instance.Discovery;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What the configuration tells the agent to look at, most specific first: a log found by one is
/// left alone by those after it.
final class Sources {
  private Sources() {}

  static Discovery of(AgentConfig.Watch watch, String host) {
    List<Discovery> sources = new ArrayList<>();
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
