package io.tocsin.collector.judge;

/// What a verdict compares.
public enum Contrast {
  /// New instances beside old ones in the same windows.
  CONCURRENT,
  /// New instances now against old ones before.
  BEFORE_AFTER
}
