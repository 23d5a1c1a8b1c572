package io.tocsin.agent.instance;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// Several discoveries, in order of trust: a log found by an earlier one is not followed again for
/// a later one.
final class AllDiscovery implements Discovery {
  private final List<Discovery> discoveries;

  AllDiscovery(List<Discovery> discoveries) {
    this.discoveries = List.copyOf(discoveries);
  }

  @Override
  public Look look() {
    var running = new ArrayList<Running>();
    var unreadable = new ArrayList<String>();
    var ids = new HashSet<String>();
    var taken = new HashSet<Path>();
    for (var discovery : discoveries) {
      var look = discovery.look();
      unreadable.addAll(look.unreadable());
      for (var found : look.running()) {
        var logs = found.logs().stream().filter(log -> taken.add(log.path())).toList();
        boolean nothingLeft = logs.isEmpty() && !found.logs().isEmpty();
        if (!nothingLeft && ids.add(found.instance().id())) {
          running.add(
              new Running(found.instance(), logs, found.pid(), found.cgroup(), found.scrape()));
        }
      }
    }
    return new Look(running, unreadable.stream().limit(50).toList());
  }
}
