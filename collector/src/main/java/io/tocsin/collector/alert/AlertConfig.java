package io.tocsin.collector.alert;

import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// @param routes where webhooks go; empty: incidents are kept and shown only
/// @param quiet an incident without news for so long is over
/// @param watch a release deployed no longer before an incident explains it
/// @param giveUpAfter a webhook not delivered within this becomes a dead letter
/// @param pageUrl where people reach the page, for the links in webhooks; null: no links
public record AlertConfig(
    List<Route> routes,
    Duration quiet,
    Duration watch,
    Duration giveUpAfter,
    @Nullable URI pageUrl) {

  public AlertConfig {
    routes = List.copyOf(routes);
    if (!quiet.isPositive() || !watch.isPositive() || !giveUpAfter.isPositive()) {
      throw new IllegalArgumentException("expected quiet, watch and give-up-after above 0");
    }
    var names = new HashSet<String>();
    for (Route route : routes) {
      if (!names.add(route.name())) {
        throw new IllegalArgumentException("expected one route `" + route.name() + "`, found two");
      }
    }
  }

  public static AlertConfig defaults() {
    return new AlertConfig(
        List.of(), Duration.ofMinutes(10), Duration.ofHours(2), Duration.ofDays(1), null);
  }
}
