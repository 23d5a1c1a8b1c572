package io.tocsin.collector.detect;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Before the first fit: each feature against its own running mean and deviation, once it has been
/// seen 30 times.
final class Learning implements Stage {
  // Nothing is calibrated yet, so the scale is a guess: three features at three deviations come in
  // a
  // third of the stretches, at ten in one of 400.
  private static final Tail GUESS = new Tail(3, 0.25);
  private static final double HOUR = 3_600_000;

  private final DetectConfig config;
  private final List<String> names;
  private final Map<String, Warmup> series = new TreeMap<>();
  private List<Contribution> parts = List.of();

  Learning(DetectConfig config, List<String> names) {
    this.config = config;
    this.names = new ArrayList<>(names);
  }

  List<String> names() {
    return names;
  }

  void restore(String instance, byte[] numbers) {
    series.put(instance, Warmup.decode(numbers));
  }

  @Override
  public @Nullable Score score(
      String workload, String instance, long endMillis, Map<String, Double> values, boolean learn) {
    for (String name : values.keySet()) {
      if (names.size() < FeatureSchema.MAX && !names.contains(name)) {
        names.add(name);
      }
    }
    if (names.isEmpty()) {
      return null;
    }
    double[] x =
        names.stream().map(values::get).mapToDouble(v -> v == null ? Double.NaN : v).toArray();
    Warmup warmup = series.computeIfAbsent(instance, i -> new Warmup());
    float[] deviations = warmup.deviations(names, x, config.windowSeconds());
    double rarity = GUESS.rarity(Lens.topThree(deviations) + View.DEVIATION.offset());
    double surprise = Gauge.combine(new double[] {rarity}, 1, config.blockMillis() / HOUR);
    parts = parts(deviations, x, warmup);
    Score score =
        new Score(
            workload,
            instance,
            endMillis,
            surprise,
            true,
            0,
            Map.of(View.DEVIATION.label(), rarity),
            Explanation.strongest(parts));
    if (learn) {
      warmup.learn(x);
    }
    return score;
  }

  @Override
  public byte[] encode(String instance) {
    return series.getOrDefault(instance, new Warmup()).encode(names.size());
  }

  @Override
  public void forget(String instance) {
    series.remove(instance);
  }

  @Override
  public List<Contribution> parts() {
    return parts;
  }

  private List<Contribution> parts(float[] deviations, double[] x, Warmup warmup) {
    return IntStream.range(0, x.length)
        .filter(k -> deviations[k] != 0)
        .mapToObj(k ->
            new Contribution(
                names.get(k), Math.abs(deviations[k]), warmup.least(k), warmup.largest(k), x[k]))
        .toList();
  }
}
