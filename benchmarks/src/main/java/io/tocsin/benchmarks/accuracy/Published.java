package io.tocsin.benchmarks.accuracy;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What others measured on the same data, and where the protocol says so.
enum Published {
  SMD_VUS("smd", "mean", "vus_pr", "best simple detector .473 (PCA, windows of 10)"),
  SMD_DAY("smd", "mean", "recall@1d", "best simple detector .82 (max |z|)"),
  SMD_WEEK("smd", "mean", "recall@1w", "best simple detector .65 (three largest |z|)"),
  SMD_KEPT("smd", "mean", "kept_recall@1d", "fixed threshold .69 (three largest |z|)"),
  SMD_FALSE("smd", "mean", "kept_fa_per_day@1d", "fixed threshold 1.42"),
  SMD_WORST("smd", "worst", "kept_fa_per_day@1d", ""),
  SMD_KEPT_WEEK("smd", "mean", "kept_recall@1w", "fixed threshold .51"),
  SMD_FALSE_WEEK("smd", "mean", "kept_fa_per_day@1w", "fixed threshold .41; .14 promised"),
  SMD_BLAMED("smd", "mean", "hitrate@100", "ranking by |z| .657"),
  SMD_BLAMED_WIDER("smd", "mean", "hitrate@150", "ranking by |z| .784"),
  ASD_VUS("asd", "mean", "vus_pr", "best simple detector .431 (autoencoder, windows of 10)"),
  ASD_DAY("asd", "mean", "recall@1d", "best simple detector .70"),
  ASD_WEEK("asd", "mean", "recall@1w", "best simple detector .44"),
  ASD_KEPT("asd", "mean", "kept_recall@1d", "fixed threshold .67"),
  ASD_FALSE("asd", "mean", "kept_fa_per_day@1d", "fixed threshold .84"),
  ASD_WORST("asd", "worst", "kept_fa_per_day@1d", ""),
  ASD_BLAMED("asd", "mean", "hitrate@100", "ranking by |z| .746"),
  ASD_BLAMED_WIDER("asd", "mean", "hitrate@150", "ranking by |z| .885"),
  NAB_AWS(
      "nab", "realAWSCloudwatch", "score", "Numenta HTM 73.4, ARTime 69.5, Random Cut Forest 57.6"),
  NAB_AWS_OWN("nab", "realAWSCloudwatch", "own_score", ""),
  NAB_CAUSE("nab", "realKnownCause", "score", "ARTime 64.8, Numenta HTM 60.8"),
  NAB_CAUSE_OWN("nab", "realKnownCause", "own_score", ""),
  NAB_ALL("nab", "all", "score", "Numenta HTM 70.0, KNN CAD 56.4, Random Cut Forest 53.5"),
  NAB_ALL_OWN("nab", "all", "own_score", ""),
  SHUTTLE("tabular", "shuttle", "auc_roc", "scikit-learn .997"),
  SATELLITE("tabular", "satellite", "auc_roc", "scikit-learn .695"),
  PENDIGITS("tabular", "pendigits", "auc_roc", "scikit-learn .947"),
  SMTP("tabular", "smtp", "auc_roc", "scikit-learn .904"),
  GUESSING("authlog", "all", "recall", "reference rule 1"),
  GUESSING_EARLY("authlog", "all", "early", "reference rule 1"),
  GUESSING_FALSE("authlog", "all", "false_alerts", "reference rule 0"),
  GUESSING_ATTEMPTS("authlog", "all", "attempts_at_alert_max", "");

  private final String part;
  private final String entity;
  private final String metric;
  private final String others;

  Published(String part, String entity, String metric, String others) {
    this.part = part;
    this.entity = entity;
    this.metric = metric;
    this.others = others;
  }

  /// A table in Markdown of what was measured beside what was published.
  ///
  /// @param measured by part
  static String beside(Map<String, Results> measured) {
    StringBuilder table = new StringBuilder("\n| part | entity | metric | here | others |\n");
    table.append("|---|---|---|---|---|\n");
    for (Published row : values()) {
      Results results = measured.get(row.part);
      double value = results == null ? Double.NaN : results.get(row.entity, row.metric);
      if (!Double.isNaN(value)) {
        table.append(
            String.format(
                Locale.ROOT,
                "| %s | %s | %s | %.3f | %s |%n",
                row.part,
                row.entity,
                row.metric,
                value,
                row.others));
      }
    }
    Results smd = measured.get("smd");
    if (smd != null) {
      double mean = mean(smd, List.of("1-2", "2-1", "2-3", "2-8", "3-4"));
      if (!Double.isNaN(mean)) {
        table.append(
            String.format(
                Locale.ROOT,
                "| smd | five published machines | vus_pr | %.3f | %s |%n",
                mean,
                "OCSVM .523, EIF .508, TranAD .507 (settings tuned)"));
      }
    }
    return table.toString();
  }

  private static double mean(Results smd, List<String> machines) {
    return machines.stream()
        .mapToDouble(machine -> smd.get("machine-" + machine, "vus_pr"))
        .average()
        .orElse(Double.NaN);
  }
}
