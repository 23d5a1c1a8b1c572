package io.tocsin.collector.detect;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// After a fit: every view on one scale, combined. A new instance starts where the instances before
/// it were.
final class Fitted implements Stage {
  private final DetectConfig config;
  private final ModelSet models;
  private final Lens lens;
  private final Map<String, Deviation> series = new TreeMap<>();

  Fitted(DetectConfig config, ModelSet models) {
    this.config = config;
    this.models = models;
    lens = new Lens(models.schema(), models.forest(), models.autoencoder());
  }

  String modelHash() {
    return models.hash();
  }

  void restore(String instance, byte[] numbers) {
    series.put(instance, Deviation.decode(numbers, models.gauge(instance).scaling()));
  }

  /// Goes on from what `before` knew of each series.
  void inherit(Fitted before) {
    before.series.forEach((instance, old) -> {
      Scaling scaling = models.gauge(instance).scaling();
      Deviation deviation = new Deviation(scaling);
      for (int j = 0; j < models.schema().size(); j++) {
        int k = before.models.schema().names().indexOf(models.schema().names().get(j));
        if (k >= 0) {
          deviation.inherit(j, old, k, scaling.floor()[j]);
        }
      }
      series.put(instance, deviation);
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
    Deviation deviation = series.computeIfAbsent(instance, i -> new Deviation(gauge.scaling()));
    deviation.advance(x, gauge.scaling(), config, learn);
    double[] measured = new double[View.COUNT];
    lens.measure(deviation, values.getOrDefault(Features.NOVEL, Double.NaN), measured);
    double[] rarities = gauge.rarities(measured);
    Map<String, Double> views = new LinkedHashMap<>();
    for (View view : View.values()) {
      views.put(view.label(), rarities[view.index()]);
    }
    int imputed = 0;
    for (double v : x) {
      imputed += Double.isNaN(v) ? 1 : 0;
    }
    return new Score(
        workload,
        instance,
        endMillis,
        gauge.surprise(rarities),
        false,
        imputed,
        views,
        Explanation.of(models.schema(), gauge.scaling(), x, values, deviation, lens, rarities));
  }

  @Override
  public byte[] encode(String instance) {
    Deviation deviation = series.get(instance);
    return (deviation == null ? new Deviation(models.gauge(instance).scaling()) : deviation)
        .encode();
  }

  @Override
  public void forget(String instance) {
    series.remove(instance);
  }
}
