package io.tocsin.collector.judge;

/// What before/after evidence is worth: how often the same judge found as much where nothing was
/// released (STATISTICS item 12).
///
/// @param cuts placebo releases at about the same time of day in the last 14 days
/// @param asStrong those of them whose evidence grew as large in as much time
/// @param controls workloads of the site that nobody deployed meanwhile and that run on calmly: a
///   cause that strikes all would show in them
public record Placebo(int cuts, int asStrong, int controls) {
  private static final int ENOUGH = 199;
  private static final double ALPHA = 0.01;

  public Placebo {
    if (cuts < 0 || asStrong < 0 || asStrong > cuts || controls < 0) {
      throw new IllegalArgumentException(
          "%d of %d placebos, %d controls".formatted(asStrong, cuts, controls));
    }
  }

  /// Share of placebos as strong, this one counted among them; 1 when there are none.
  public double p() {
    return (1.0 + asStrong) / (cuts + 1.0);
  }

  /// Whether before/after evidence may act by itself.
  public boolean suffices() {
    return cuts >= ENOUGH && p() <= ALPHA && controls > 0;
  }

  /// What people read.
  public String sentence() {
    String found =
        cuts == 0
            ? "No placebo releases yet"
            : "%d of %d placebo releases looked as bad".formatted(asStrong, cuts);
    String enough = cuts < ENOUGH ? ", %d are needed".formatted(ENOUGH) : "";
    String beside =
        controls == 0
            ? "nothing that was not deployed runs beside it"
            : Sentences.plural(controls, "workload") + " beside it stayed calm";
    return found + enough + "; " + beside + ".";
  }
}
