package io.tocsin.collector.ingest;

import io.tocsin.v1.Batch;
import io.tocsin.v1.Logins;
import io.tocsin.v1.WindowSummary;
import org.jspecify.annotations.Nullable;

/// What a batch may hold at the most, as written in `windows.proto`: what an agent sends never
/// grows memory or disk beyond it.
final class Limits {
  private static final int MAX_WINDOWS = 2_000;
  private static final int MAX_TEMPLATES = 2_000;
  private static final int MAX_NEW_TEMPLATES = 1_000;
  private static final int MAX_METRICS = 256;
  private static final int MAX_NAME = 512;
  private static final int MAX_LOGINS = 100;
  private static final int MAX_SOURCE = 255;
  private static final int MAX_USER = 64;
  private static final long MAX_LINES = 1_000_000_000;
  private static final int MIN_WINDOW_MILLIS = 1_000;
  private static final int MAX_WINDOW_MILLIS = 60_000;

  private Limits() {}

  /// What is wrong with a batch, or null.
  static @Nullable String fault(Batch batch) {
    if (batch.getWindowsCount() > MAX_WINDOWS) {
      return "expected at most 2,000 windows, found " + batch.getWindowsCount();
    }
    for (var workload : batch.getTemplatesList()) {
      if (!name(workload.getWorkload())) {
        return "expected workloads of at most 512 characters, none of them a control character";
      }
      if (workload.getTemplatesCount() > MAX_NEW_TEMPLATES) {
        return "expected at most 1,000 new templates of a workload, found "
            + workload.getTemplatesCount();
      }
      for (var template : workload.getTemplatesList()) {
        if (template.getText().length() > 1_000 || template.getSkeleton().length() > 2_000) {
          return "template %016x: expected at most 1,000 characters of text"
              .formatted(template.getId());
        }
      }
    }
    for (WindowSummary window : batch.getWindowsList()) {
      String fault = fault(window);
      if (fault != null) {
        return "instance " + abbreviate(window.getInstance().getId()) + ": " + fault;
      }
    }
    return null;
  }

  private static @Nullable String fault(WindowSummary window) {
    long length = window.getEndEpochMs() - window.getStartEpochMs();
    if (length < MIN_WINDOW_MILLIS || length > MAX_WINDOW_MILLIS) {
      return "expected a window of 1 s to 60 s, found " + length + " ms";
    }
    var instance = window.getInstance();
    if (instance.getId().isEmpty() || instance.getId().length() > 256) {
      return "expected an id of 1 to 256 characters, found " + instance.getId().length();
    }
    if (!name(instance.getWorkload())
        || !name(instance.getHost())
        || !name(instance.getPlatform())
        || instance.getName().length() > MAX_NAME
        || instance.getRelease().length() > MAX_NAME
        || instance.getImage().length() > MAX_NAME) {
      return "expected names of at most 512 characters, none of them a control character";
    }
    if (window.getTemplatesCount() > MAX_TEMPLATES || window.getMetricsCount() > MAX_METRICS) {
      return "expected at most 2,000 templates and 256 metrics, found %d and %d"
          .formatted(window.getTemplatesCount(), window.getMetricsCount());
    }
    for (var metric : window.getMetricsList()) {
      if (!Double.isFinite(metric.getValue()) || metric.getName().length() > MAX_NAME) {
        return "metric %s: expected a finite value".formatted(abbreviate(metric.getName()));
      }
    }
    if (window.getRequests().getUpperMsCount() != window.getRequests().getBucketCountsCount()
        || window.getRequests().getUpperMsCount() > 256
        || window.getRequests().getCallsCount() > 32) {
      return "expected as many latency bounds as buckets, at most 256, and at most 32 peers";
    }
    return fault(window.getLogins());
  }

  private static @Nullable String fault(Logins logins) {
    boolean right =
        logins.getCountsCount() <= MAX_LOGINS
            && logins.getCountsList().stream()
                .allMatch(each ->
                    !each.getSource().isEmpty()
                        && each.getSource().length() <= MAX_SOURCE
                        && name(each.getSource())
                        && each.getUser().length() <= MAX_USER
                        && name(each.getUser())
                        && each.getCount() >= 1
                        && each.getCount() <= MAX_LINES);
    return right
        ? null
        : "expected at most 100 counts of logins, 1 to 1,000,000,000 each, with a source of 1 to 255"
            + " and a user of at most 64 characters, none of them a control character";
  }

  /// Whether it may be part of a key: keys in the store are parted by a zero byte.
  private static boolean name(String text) {
    return text.length() <= MAX_NAME && text.chars().noneMatch(Character::isISOControl);
  }

  private static String abbreviate(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }
}
