package io.tocsin.benchmarks.aa;

/// What a release does to its instances, once they have started.
///
/// @param name in the results
/// @param errors factor of the share of requests that fail
/// @param slow factor of the share of requests above the old release's 95 % bound
/// @param latency factor of how long every request takes
/// @param novel chance that an instance writes an error line never seen before, a window
/// @param novelOn how many new instances write it
record Effect(String name, double errors, double slow, double latency, double novel, int novelOn) {

  static final Effect NONE = new Effect("none", 1, 1, 1, 0, 0);
  static final Effect HARMLESS = new Effect("harmless +10 %", 1.1, 1.1, 1, 0, 0);

  /// No harm by the declared margin, but only just; reported, and no null that has to be kept.
  static final Effect MARGIN = new Effect("at the margin +50 %", 1.5, 1.5, 1, 0, 0);

  static Effect errors(String name, double factor) {
    return new Effect(name, factor, 1, 1, 0, 0);
  }

  static Effect slow(String name, double factor) {
    return new Effect(name, 1, factor, 1, 0, 0);
  }

  static Effect latency(String name, double factor) {
    return new Effect(name, 1, 1, factor, 0, 0);
  }

  static Effect novel(String name, int instances) {
    return new Effect(name, 1, 1, 1, 0.5, instances);
  }
}
