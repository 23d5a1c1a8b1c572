package io.tocsin.collector.alert;

import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// @param routes where webhooks go; empty: incidents are kept and shown only
/// @param owners who answers for which workloads, the first that fits
/// @param quiet an incident without news for so long is over
/// @param watch a release deployed no longer before an incident explains it
/// @param giveUpAfter a webhook not delivered within this becomes a dead letter
/// @param pageUrl where people reach the page, for the links in webhooks; null: no links
public record AlertConfig(
    List<Route> routes,
    List<Owner> owners,
    Duration quiet,
    Duration watch,
    Duration giveUpAfter,
    @Nullable URI pageUrl) {

  public AlertConfig {
    routes = List.copyOf(routes);
    owners = List.copyOf(owners);
    if (!quiet.isPositive() || !watch.isPositive() || !giveUpAfter.isPositive()) {
      throw new IllegalArgumentException("expected quiet, watch and give-up-after above 0");
    }
    var names = new HashSet<String>();
    for (Route route : routes) {
      if (!names.add(route.name())) {
        throw new IllegalArgumentException("expected one route `" + route.name() + "`, found two");
      }
      for (String owner : route.owners()) {
        if (owners.stream().noneMatch(o -> o.owner().equals(owner))) {
          throw new IllegalArgumentException(
              "route %s: expected owners that `owners` names, found %s: nothing would ever go there"
                  .formatted(route.name(), owner));
        }
      }
    }
  }

  public static AlertConfig defaults() {
    return new AlertConfig(
        List.of(),
        List.of(),
        Duration.ofMinutes(10),
        Duration.ofHours(2),
        Duration.ofDays(1),
        null);
  }

  /// Who answers for these workloads, sorted; empty when nobody is named.
  List<String> ownersOf(Collection<String> workloads) {
    return workloads.stream()
        .flatMap(workload ->
            owners.stream()
                .filter(owner -> Glob.matches(owner.workloads(), workload))
                .limit(1)
                .map(Owner::owner))
        .distinct()
        .sorted()
        .toList();
  }

  /// Where an incident of these workloads is told.
  List<Route> routesFor(Collection<String> workloads) {
    List<String> owned = ownersOf(workloads);
    return routes.stream().filter(route -> route.takes(owned)).toList();
  }
}
