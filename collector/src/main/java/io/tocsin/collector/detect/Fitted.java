package io.tocsin.collector.detect;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// After a fit: every view on one scale, combined. A new instance starts where the fit says that
/// instances are.
final class Fitted implements Stage {
  private final ModelSet models;
  private final Views views;
  private final Map<String, Series> series = new TreeMap<>();
  private final double[] rarities = new double[View.COUNT];
  private List<Contribution> parts = List.of();

  Fitted(DetectConfig config, ModelSet models) {
    this.models = models;
    views = new Views(models.schema(), models.models(), config);
  }

  /// Starts where the series stood at the end of the history.
  ///
  /// @param instances that are of interest
  void begin(Set<String> instances) {
    views.decode(models.places());
    models
        .series()
        .forEach((instance, numbers) -> {
          if (instances.contains(instance)) {
            restore(instance, numbers);
          }
        });
  }

  String modelHash() {
    return models.hash();
  }

  void restore(String instance, byte[] numbers) {
    series.put(instance, Series.decode(numbers, models.schema().size(), instance.isEmpty()));
  }

  void restorePlaces(byte[] places) {
    views.decode(places);
  }

  /// Goes on from what `before` knew of the series that the history did not hold.
  void inherit(Fitted before) {
    before.series.forEach((instance, old) -> {
      if (!series.containsKey(instance)) {
        Series next = fresh(instance);
        next.inherit(
            old,
            before.models.schema(),
            before.models.gauge(instance).scaling(),
            models.schema(),
            models.gauge(instance).scaling());
        series.put(instance, next);
      }
    });
  }

  @Override
  public @Nullable Score score(
      String workload, String instance, long endMillis, Map<String, Double> values, boolean learn) {
    double[] x = models.schema().extract(values);
    if (x == null) {
      return null;
    }
    Gauge gauge = models.gauge(instance);
    double surprise =
        surprise(
            instance, gauge, x, values.getOrDefault(Features.NOVEL, Double.NaN), endMillis, learn);
    Map<String, Double> seen = new LinkedHashMap<>();
    for (View view : View.values()) {
      double rarity = rarities[view.index()];
      if (!Double.isNaN(rarity)) {
        seen.put(view.label(), rarity);
      }
    }
    int imputed = 0;
    for (double v : x) {
      imputed += Double.isNaN(v) ? 1 : 0;
    }
    parts = Explanation.of(models.schema(), gauge.scaling(), x, values, views, rarities);
    return new Score(
        workload,
        instance,
        endMillis,
        surprise,
        false,
        imputed,
        seen,
        Explanation.strongest(parts));
  }

  @Override
  public List<Contribution> parts() {
    return parts;
  }

  /// The numbers alone; allocates nothing for a series that is known.
  private double surprise(
      String instance, Gauge gauge, double[] x, double novelty, long endMillis, boolean learn) {
    Series one = series.get(instance);
    if (one == null) {
      one = fresh(instance);
      series.put(instance, one);
    }
    views.measure(one, gauge.scaling(), x, novelty, endMillis, learn, rarities);
    gauge.rarities(rarities);
    return gauge.surprise(rarities, views.skill());
  }

  @Override
  public byte[] encode(String instance) {
    Series one = series.get(instance);
    return (one == null ? fresh(instance) : one).encode();
  }

  byte[] encodePlaces() {
    return views.encode();
  }

  @Override
  public void forget(String instance) {
    series.remove(instance);
  }

  private Series fresh(String instance) {
    return new Series(models.schema().size(), instance.isEmpty());
  }
}
