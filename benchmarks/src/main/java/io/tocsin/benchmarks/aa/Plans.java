package io.tocsin.benchmarks.aa;

import java.util.ArrayList;
import java.util.List;

/// What is run: every null beside every number of instances, then the effects.
final class Plans {
  private static final int[][] ARMS = {{5, 5}, {2, 2}, {4, 12}, {1, 9}};
  private static final double REQUESTS = 100;
  private static final double FAILING = 0.005;
  private static final int RESTARTS = 20;

  private static final Effect FOUR = Effect.errors("errors x4", 4);
  private static final Effect SLOW = Effect.slow("slow requests x2.6", 2.6);
  private static final Effect LONGER = Effect.latency("latency +30 %", 1.3);

  /// @param nulls whether its releases without harm are nulls that have to be kept
  record Entry(Plan plan, boolean nulls) {
    boolean isNull(Effect effect) {
      return nulls && (effect.equals(Effect.NONE) || effect.equals(Effect.HARMLESS));
    }
  }

  private Plans() {}

  /// Those of a part (`nulls`, `power`, or `all`) with a release whose description contains `only`.
  static List<Entry> all(String part, String only) {
    List<Entry> all = new ArrayList<>();
    for (int[] arms : ARMS) {
      for (World world : World.TABLE) {
        add(all, part, only, true, plan(world, arms, REQUESTS, FAILING, RESTARTS, effects(world)));
      }
      for (World world : World.OTHERS) {
        add(all, part, only, true, plan(world, arms, REQUESTS, FAILING, RESTARTS, Effect.NONE));
      }
      World calm = World.CALM;
      add(
          all,
          part,
          only,
          true,
          plan(calm, arms, 10, FAILING, RESTARTS, Effect.NONE, FOUR, LONGER));
      add(all, part, only, false, plan(calm, arms, REQUESTS, FAILING, 0, Effect.NONE, FOUR));
      Effect appear = Effect.errors("errors none > 0.5 %", 500);
      add(all, part, only, false, plan(calm, arms, REQUESTS, 1e-5, RESTARTS, Effect.NONE, appear));
      add(all, part, only, false, plan(calm, arms, REQUESTS, 0, RESTARTS, Effect.NONE));
    }
    return all;
  }

  private static Effect[] effects(World world) {
    List<Effect> effects = new ArrayList<>(List.of(Effect.NONE, Effect.HARMLESS, Effect.MARGIN));
    if (!world.equals(World.MIXED)) {
      effects.addAll(List.of(FOUR, SLOW, LONGER));
    }
    if (world.equals(World.CALM)) {
      effects.add(Effect.errors("errors x2", 2));
      effects.add(Effect.errors("errors x2.5", 2.5));
      effects.add(Effect.errors("errors x5", 5));
      effects.add(Effect.novel("new template on all", 64));
      effects.add(Effect.novel("new template on one", 1));
    }
    return effects.toArray(Effect[]::new);
  }

  private static Plan plan(
      World world, int[] arms, double requests, double failing, int restarts, Effect... effects) {
    return new Plan(world, arms[0], arms[1], requests, failing, restarts, List.of(effects));
  }

  private static void add(List<Entry> all, String part, String only, boolean nulls, Plan plan) {
    Entry entry = new Entry(plan, nulls);
    List<Effect> wanted =
        plan.effects().stream()
            .filter(e -> part.equals("all") || part.equals("nulls") == entry.isNull(e))
            .filter(e -> new Aa.Cell(plan, e, false, List.of()).entity().contains(only))
            .toList();
    if (!wanted.isEmpty()) {
      all.add(
          new Entry(
              new Plan(
                  plan.world(),
                  plan.fresh(),
                  plan.old(),
                  plan.requests(),
                  plan.failing(),
                  plan.restarts(),
                  wanted),
              nulls));
    }
  }
}
