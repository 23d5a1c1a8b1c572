package io.tocsin.collector.web;

import io.tocsin.collector.ingest.TemplateBook;
import io.tocsin.collector.ingest.WindowSummary.TemplateCount;
import io.tocsin.collector.judge.Evidence;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.window.SealedWindow;
import io.tocsin.collector.window.SealedWindow.InstanceWindow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Lines of one workload by template and release, over its last windows. For the page alone.
/// Guarded by the board.
final class RecentLines {
  private static final int WINDOWS = 30;
  private static final int MAX_TEMPLATES = 200;
  private static final int SHOWN = 40;
  private static final String[] LEVELS = {"", "trace", "debug", "info", "warn", "error", "fatal"};

  private final Deque<Map<Key, Long>> windows = new ArrayDeque<>();

  private record Key(String release, long template) {}

  /// One template in both arms.
  private static final class Sum {
    long fresh;
    long old;
  }

  void add(SealedWindow window) {
    Map<Key, Long> counts = new HashMap<>();
    for (InstanceWindow instance : window.instances()) {
      for (TemplateCount count : instance.summary().templates()) {
        Key key = new Key(instance.release(), count.id());
        if (counts.containsKey(key) || counts.size() < MAX_TEMPLATES) {
          counts.merge(key, count.count(), Long::sum);
        }
      }
    }
    windows.addLast(counts);
    if (windows.size() > WINDOWS) {
      windows.removeFirst();
    }
  }

  /// What differs most first, then what there is most of.
  ///
  /// @param watched id of the release on watch; null when there is nothing to compare
  List<WorkloadDetail.TemplateCount> templates(
      TemplateBook book, @Nullable String watched, @Nullable Verdict verdict) {
    Map<Long, Sum> sums = new HashMap<>();
    for (Map<Key, Long> window : windows) {
      window.forEach((key, count) -> {
        Sum sum = sums.computeIfAbsent(book.canonical(key.template), t -> new Sum());
        if (watched == null || key.release.equals(watched)) {
          sum.fresh += count;
        } else {
          sum.old += count;
        }
      });
    }
    Set<String> evidence = new HashSet<>();
    if (verdict != null) {
      verdict.evidence().stream()
          .filter(each -> each.logE() > 0)
          .map(Evidence::signal)
          .forEach(evidence::add);
    }
    List<WorkloadDetail.TemplateCount> templates = new ArrayList<>();
    sums.forEach((id, sum) -> templates.add(shown(id, sum, book, watched != null, evidence)));
    templates.sort(
        Comparator.comparing(WorkloadDetail.TemplateCount::differs)
            .reversed()
            .thenComparingLong(t -> -t.newCount())
            .thenComparing(WorkloadDetail.TemplateCount::id));
    return templates.subList(0, Math.min(SHOWN, templates.size()));
  }

  private static WorkloadDetail.TemplateCount shown(
      long id, Sum sum, TemplateBook book, boolean compared, Set<String> evidence) {
    String hex = HexFormat.of().toHexDigits(id);
    TemplateBook.Known known = book.get(id);
    boolean differs = evidence.contains("template:" + hex);
    String text =
        known == null ? (id == TemplateBook.OTHER ? "other lines" : "not named yet") : known.text();
    String sentence =
        !compared
            ? ""
            : sum.old == 0
                ? "only in the new release"
                : sum.fresh == 0 ? "only in the old" : "in both";
    return new WorkloadDetail.TemplateCount(
        hex.toLowerCase(Locale.ROOT),
        known == null || known.level() <= 0 || known.level() >= LEVELS.length
            ? null
            : LEVELS[known.level()],
        text,
        compared ? (Long) sum.old : null,
        sum.fresh,
        null,
        differs,
        sentence);
  }
}
