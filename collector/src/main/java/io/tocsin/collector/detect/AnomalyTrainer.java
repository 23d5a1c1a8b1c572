package io.tocsin.collector.detect;

import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.Feature;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.Trainer;
import org.tribuo.anomaly.Event;
import org.tribuo.provenance.ModelProvenance;
import org.tribuo.provenance.TrainerProvenance;
import org.tribuo.provenance.impl.TrainerProvenanceImpl;

/// What our two trainers have in common: dense rows out of a dataset, a seed split once a call, the
/// threshold as a quantile of the training scores. Safe for use by many threads.
abstract class AnomalyTrainer<M extends AnomalyModel> implements Trainer<Event> {
  private SplittableRandom random = new SplittableRandom(0);
  private int invocations;

  abstract long seed();

  /// Share of the training rows that the model may call anomalous.
  abstract double contamination();

  /// When the model is said to be trained, epoch milliseconds: a fit is a function of its inputs.
  abstract long trainedAtMillis();

  /// Fits the kernel, scores the training rows, makes the model.
  abstract M fit(float[][] rows, SplittableRandom random, AnomalyModel.Base base);

  @Override
  public synchronized void postConfig() {
    random = new SplittableRandom(seed());
    invocations = 0;
  }

  @Override
  public final M train(Dataset<Event> examples, Map<String, Provenance> runProvenance) {
    return train(examples, runProvenance, INCREMENT_INVOCATION_COUNT);
  }

  @Override
  public final M train(
      Dataset<Event> examples, Map<String, Provenance> runProvenance, int invocationCount) {
    if (examples.size() == 0) {
      throw new IllegalArgumentException("no examples to train on");
    }
    SplittableRandom own;
    TrainerProvenance trainer;
    synchronized (this) {
      if (invocationCount != INCREMENT_INVOCATION_COUNT) {
        setInvocationCount(invocationCount);
      }
      trainer = getProvenance();
      own = random.split();
      invocations++;
    }
    ImmutableFeatureMap features = examples.getFeatureIDMap();
    var time = OffsetDateTime.ofInstant(Instant.ofEpochMilli(trainedAtMillis()), ZoneOffset.UTC);
    var provenance =
        new ModelProvenance(
            modelClass().getName(), time, examples.getProvenance(), trainer, runProvenance);
    var base =
        new AnomalyModel.Base(
            modelClass().getSimpleName(), provenance, features, examples.getOutputIDInfo());
    return fit(rows(examples, features), own, base);
  }

  abstract Class<M> modelClass();

  @Override
  public final synchronized int getInvocationCount() {
    return invocations;
  }

  @Override
  public final synchronized void setInvocationCount(int count) {
    if (count < 0) {
      throw new IllegalArgumentException("an invocation count of " + count);
    }
    random = new SplittableRandom(seed());
    for (invocations = 0; invocations < count; invocations++) {
      random.split();
    }
  }

  @Override
  public final TrainerProvenance getProvenance() {
    return new TrainerProvenanceImpl(this);
  }

  final double threshold(double[] trainingScores) {
    Arrays.sort(trainingScores);
    return trainingScores[(int) ((1 - contamination()) * (trainingScores.length - 1))];
  }

  private static float[][] rows(Dataset<Event> examples, ImmutableFeatureMap features) {
    float[][] rows = new float[examples.size()][features.size()];
    int i = 0;
    for (Example<Event> example : examples) {
      for (Feature feature : example) {
        rows[i][features.getID(feature.getName())] = (float) feature.getValue();
      }
      i++;
    }
    return rows;
  }
}
