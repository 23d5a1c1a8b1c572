package io.tocsin.benchmarks.aa;

import java.util.List;
import java.util.Locale;

/// Declared against kept: the share of good releases that would have been called at each alpha.
final class CalibrationPage {
  private static final long BOOTSTRAP_SEED = 11;
  private static final double LEAST = 1e-4;

  private CalibrationPage() {}

  /// Upper 95 % bound over all nulls: effects of one plan share its history and are one cluster a
  /// seed.
  static double upper(List<Aa.Cell> good, double alpha) {
    double bar = -Math.log(alpha);
    List<List<Aa.Cell>> plans =
        good.stream()
            .map(Aa.Cell::plan)
            .distinct()
            .map(plan -> good.stream().filter(c -> c.plan().equals(plan)).toList())
            .toList();
    int clusters = plans.stream().mapToInt(cells -> cells.getFirst().releases().size()).sum();
    long[] hits = new long[clusters];
    long[] sizes = new long[clusters];
    int at = 0;
    for (List<Aa.Cell> cells : plans) {
      for (int seed = 0; seed < cells.getFirst().releases().size(); seed++) {
        for (Aa.Cell cell : cells) {
          hits[at] += cell.releases().get(seed).maxLogE() >= bar ? 1 : 0;
          sizes[at]++;
        }
        at++;
      }
    }
    long called = good.stream().mapToLong(c -> c.called(alpha)).sum();
    long n = good.stream().mapToLong(c -> c.releases().size()).sum();
    return Math.max(
        Bounds.upper(called, n), Bounds.upperOfClusters(hits, sizes, new Draws(BOOTSTRAP_SEED)));
  }

  /// Both axes logarithmic, from 0.01 % to 10 %; what is kept lies below the line.
  static String of(List<Aa.Cell> good, double[] alphas) {
    long n = good.stream().mapToLong(c -> c.releases().size()).sum();
    StringBuilder marks = new StringBuilder();
    for (double alpha : alphas) {
      long called = good.stream().mapToLong(c -> c.called(alpha)).sum();
      double rate = Math.max((double) called / n, LEAST);
      double upper = Math.max(upper(good, alpha), LEAST);
      marks.append(
          String.format(
              Locale.ROOT,
              """
              <line x1="%1$.1f" x2="%1$.1f" y1="%2$.1f" y2="%3$.1f" stroke="#456"/>
              <circle cx="%1$.1f" cy="%2$.1f" r="4" fill="#456"><title>declared %4$.1f %%: %5$d of %6$d called, \
              upper 95 %% bound %7$.3f %%</title></circle>
              <text x="%1$.1f" y="455" text-anchor="middle">%4$.1f</text>
              """,
              across(alpha),
              up(rate),
              up(upper),
              100 * alpha,
              called,
              n,
              100 * upper));
    }
    StringBuilder scale = new StringBuilder();
    for (double at = LEAST; at <= 0.1001; at *= 10) {
      scale.append(
          String.format(
              Locale.ROOT,
              "<text x=\"52\" y=\"%.1f\" text-anchor=\"end\">%.2f</text>%n",
              up(at) + 4,
              100 * at));
    }
    return String.format(
        Locale.ROOT,
        """
        <!doctype html><html lang="en"><meta charset="utf-8"><title>Declared against kept</title>
        <body style="font:14px sans-serif;max-width:40em;margin:2em auto">
        <h1>Declared against kept</h1>
        <p>%d good releases of %d nulls. Each point: the share that would have been called regressed at a declared
        alpha; the bar ends at its upper 95 %% bound. What lies below the line is kept. Shares below 0.01 %% stand at the
        bottom.</p>
        <svg viewBox="0 0 520 480" role="img" aria-label="declared against kept">
        <line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="#999" stroke-dasharray="4"/>
        %s%s
        <text x="280" y="476" text-anchor="middle">declared alpha, %%</text>
        <text x="14" y="230" text-anchor="middle" transform="rotate(-90 14 230)">called, %%</text>
        </svg></body></html>
        """,
        n,
        good.stream().map(Aa::nullName).distinct().count(),
        across(0.001),
        up(0.001),
        across(0.1),
        up(0.1),
        scale,
        marks);
  }

  private static double across(double alpha) {
    return 70 + 210 * (Math.log10(alpha) + 3);
  }

  private static double up(double rate) {
    return 20 + 140 * (-1 - Math.log10(rate));
  }
}
