package io.tocsin.benchmarks.accuracy;

import io.tocsin.collector.detect.IsolationForestTrainer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.tribuo.MutableDataset;
import org.tribuo.anomaly.AnomalyFactory;
import org.tribuo.anomaly.Event;
import org.tribuo.anomaly.Event.EventType;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/// The isolation forest alone, through Tribuo, on tables: fitted and scored on the whole table.
final class Tabular {
  private static final int SEEDS = 3;
  private static final int TREES = 100;
  private static final int SAMPLES = 256;
  private static final String ENDING = ".csv.gz";

  private Tabular() {}

  static Results of(Path folder) {
    Results results = new Results("tabular");
    for (String name : Table.names(folder, ENDING)) {
      Table table = Table.read(folder.resolve(name + ENDING));
      boolean[] label = table.flags("label");
      MutableDataset<Event> rows = dataset(name, table.without("label"));
      double roc = 0;
      double pr = 0;
      for (long seed = 1; seed <= SEEDS; seed++) {
        var model = new IsolationForestTrainer(TREES, SAMPLES, 0.01, seed, 0).train(rows);
        double[] scores =
            rows.getData().stream()
                .mapToDouble(row -> model.predict(row).getOutput().getScore())
                .toArray();
        roc += Ranking.aucRoc(label, scores) / SEEDS;
        pr += Ranking.aucPr(label, scores) / SEEDS;
      }
      results.add(name, "auc_roc", roc);
      results.add(name, "auc_pr", pr);
    }
    results.summarise(List.of());
    return results;
  }

  private static MutableDataset<Event> dataset(String name, double[][] rows) {
    var source = new SimpleDataSourceProvenance(name, new AnomalyFactory());
    MutableDataset<Event> dataset = new MutableDataset<>(source, new AnomalyFactory());
    String[] names =
        IntStream.range(0, rows[0].length).mapToObj("x%02d"::formatted).toArray(String[]::new);
    for (double[] row : rows) {
      dataset.add(new ArrayExample<>(new Event(EventType.EXPECTED), names.clone(), row));
    }
    return dataset;
  }
}
