package io.tocsin.collector.judge;

/// How the judge decides; STATISTICS.md names the items.
///
/// @param alphaVerdict share of harmless releases that may be called regressed, 0 to 1
/// @param alphaAct the same for what acts by itself; the verdict's `maxLogE` is held against it
/// @param rho0 rate ratio that is still no harm, at least 1
/// @param rho1 rate ratio that a healthy release must refute, above 1
/// @param excess events per request that are still no harm
/// @param windowMillis length of a sealed window
/// @param blockMillis length of a block of metrics, at least one window
/// @param startUpMillis after its start an instance's lines, latency and CPU count nothing this
///   long
/// @param fastBakeMillis no release is called healthy earlier
/// @param giveUpMillis without an answer by then it cannot be judged
/// @param restartsPerBake restarts an instance and bake, beyond the old rate, that a healthy
///   release must refute
/// @param verifyMillis how long a rollback has to show that it helped
/// @param minCompleteness share of what should have been read, 0 to 1
/// @param unknownSpread deviation of log instance rates until enough restarts taught it
public record JudgeConfig(
    double alphaVerdict,
    double alphaAct,
    double rho0,
    double rho1,
    double excess,
    long windowMillis,
    long blockMillis,
    long startUpMillis,
    long fastBakeMillis,
    long giveUpMillis,
    double restartsPerBake,
    long verifyMillis,
    double minCompleteness,
    double unknownSpread) {

  public JudgeConfig {
    if (!(alphaVerdict > 0 && alphaVerdict < 1 && alphaAct > 0 && alphaAct <= alphaVerdict)) {
      throw new IllegalArgumentException(
          "alpha verdict %s, act %s: expected 0 < act <= verdict < 1"
              .formatted(alphaVerdict, alphaAct));
    }
    if (!(rho0 >= 1 && rho1 > 1 && excess > 0 && unknownSpread >= 0 && restartsPerBake > 0)) {
      throw new IllegalArgumentException(
          "rho0 %s, rho1 %s, excess %s, spread %s, restarts a bake %s: out of range"
              .formatted(rho0, rho1, excess, unknownSpread, restartsPerBake));
    }
    if (windowMillis <= 0 || blockMillis < windowMillis || startUpMillis < 0 || verifyMillis <= 0) {
      throw new IllegalArgumentException(
          "window %d ms, block %d ms, start-up %d ms, verification %d ms: out of range"
              .formatted(windowMillis, blockMillis, startUpMillis, verifyMillis));
    }
    if (fastBakeMillis <= 0 || giveUpMillis < fastBakeMillis) {
      throw new IllegalArgumentException(
          "fast bake %d ms, give up %d ms: expected 0 < bake <= give up"
              .formatted(fastBakeMillis, giveUpMillis));
    }
    if (!(minCompleteness >= 0 && minCompleteness <= 1)) {
      throw new IllegalArgumentException("completeness " + minCompleteness + " is not in 0 to 1");
    }
  }

  /// Windows of 10 s, a bake of half an hour.
  public static JudgeConfig defaults() {
    return new JudgeConfig(
        0.01,
        0.001,
        1.5,
        2,
        0.001,
        10_000,
        60_000,
        120_000,
        1_800_000,
        86_400_000,
        1,
        600_000,
        0.98,
        0.4);
  }

  int blockWindows() {
    return (int) StrictMath.max(1, blockMillis / windowMillis);
  }
}
