package io.tocsin.collector.detect;

import java.nio.ByteBuffer;

/// All views on the rows of one workload. Allocates nothing a row; confined to one thread.
final class Views {
  private final Models models;
  private final Lens lens;
  private final Memory slowMemory;
  private final Memory fastMemory;
  private final Autoencoder network;
  private final Autoencoder.Workspace work;
  // Where each statistic stands in the models' own order.
  private final int[] position;
  private final float[] input;
  private final long episodeMillis;

  Views(FeatureSchema schema, Models models, DetectConfig config) {
    this.models = models;
    lens = new Lens(schema.size(), config);
    slowMemory = new Memory(models.slowPlaces());
    fastMemory = new Memory(models.fastPlaces());
    network = models.autoencoder().network();
    work = network.workspace();
    episodeMillis = config.followMillis();
    String[] names = Lens.names(schema);
    position = new int[names.length];
    input = new float[names.length];
    for (int i = 0; i < names.length; i++) {
      position[i] = models.forest().getFeatureIDMap().getID(names[i]);
      if (position[i] < 0
          || position[i] != models.autoencoder().getFeatureIDMap().getID(names[i])) {
        throw new IllegalArgumentException("the models do not know the feature " + names[i]);
      }
    }
  }

  /// Looks at a row of a series without measuring it, and moves the series on.
  void pass(Series series, Scaling scaling, double[] x) {
    lens.look(series, scaling, x, models.forecast(), true);
    lens.done(series);
  }

  /// Fills `measured`, in the order of the views, and moves the series on. NaN where a view has
  /// nothing to go by.
  ///
  /// @param x in the order of the schema, NaN where missing
  /// @param novelty NaN when unknown
  /// @param learn whether baselines and memories may move
  void measure(
      Series series,
      Scaling scaling,
      double[] x,
      double novelty,
      long nowMillis,
      boolean learn,
      double[] measured) {
    lens.look(series, scaling, x, models.forecast(), learn);
    float[] statistics = lens.statistics();
    for (int i = 0; i < position.length; i++) {
      input[position[i]] = statistics[i];
    }
    measured[View.DEVIATION.index()] = Lens.topThree(lens.agreed());
    measured[View.SURPRISE.index()] = lens.meanSquareResidual();
    measured[View.STEADY_SURPRISE.index()] = series.surprise;
    measured[View.SLOW_MEMORY.index()] =
        series.slow == null
            ? Double.NaN
            : slowMemory.distance(lens.slowPlace(), nowMillis, episodeMillis, learn);
    measured[View.FAST_MEMORY.index()] =
        fastMemory.distance(lens.fastPlace(), nowMillis, episodeMillis, learn);
    measured[View.AUTOENCODER.index()] = network.score(input, work);
    measured[View.FOREST.index()] = models.forest().score(input);
    measured[View.NOVELTY.index()] = novelty;
    lens.done(series);
  }

  /// Of the forecast, 0 to 1.
  double skill() {
    return models.forecast().skill();
  }

  Lens lens() {
    return lens;
  }

  /// The squared error of each feature's statistics in the row measured last.
  double[] reconstructionErrors(int d) {
    double[] errors = new double[d];
    float[] y = work.reconstruction();
    for (int i = 0; i < position.length; i++) {
      double e = (double) input[position[i]] - y[position[i]];
      errors[i % d] += e * e;
    }
    return errors;
  }

  /// The places seen since the fit.
  byte[] encode() {
    byte[] slow = slowMemory.encode();
    byte[] fast = fastMemory.encode();
    return ByteBuffer.allocate(Integer.BYTES + slow.length + fast.length)
        .putInt(slow.length)
        .put(slow)
        .put(fast)
        .array();
  }

  void decode(byte[] places) {
    ByteBuffer in = ByteBuffer.wrap(places);
    byte[] slow = new byte[in.getInt()];
    in.get(slow);
    slowMemory.decode(slow);
    byte[] fast = new byte[in.remaining()];
    in.get(fast);
    fastMemory.decode(fast);
  }
}
