package io.tocsin.collector.web;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What Tocsin may do, how often it may be wrong, and who is told. Read only: it is changed in the
/// configuration.
public record Policy(
    List<Setting> budgets,
    List<Autonomy> autonomy,
    List<Setting> caps,
    List<Route> routes,
    List<TokenName> tokens) {
  public Policy {
    budgets = List.copyOf(budgets);
    autonomy = List.copyOf(autonomy);
    caps = List.copyOf(caps);
    routes = List.copyOf(routes);
    tokens = List.copyOf(tokens);
  }

  /// One value.
  ///
  /// @param value as people read it, with its unit
  /// @param now how it is kept or used, in words; null when nothing was measured
  /// @param source e.g. `collector.yaml line 41`, `default`
  public record Setting(String name, String value, @Nullable String now, String source) {}

  /// What one workload has earned.
  ///
  /// @param workload key, or a pattern
  /// @param level `observe`, `recommend`, `ask`, `act`
  public record Autonomy(String workload, String level, String record, String source) {}

  /// Who is told.
  ///
  /// @param lastDeliveryMillis null when there was none
  /// @param deadLetters waiting for "Send again"
  public record Route(
      String name,
      String match,
      String shape,
      @Nullable Long lastDeliveryMillis,
      int deadLetters) {}

  /// A token, never its secret.
  public record TokenName(String name, Role role) {}
}
