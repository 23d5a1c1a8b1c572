package io.tocsin.collector.judge;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an undecided release still lacks, as a number where it is one (STATISTICS item 11).
///
/// @param sinceMillis of the release
/// @param nowMillis end of the newest window
record Missing(
    JudgeConfig config, Standard standard, Tracks tracks, long sinceMillis, long nowMillis) {

  /// "needs about 340 more requests, 4 minutes".
  String sentence() {
    Contrast contrast = tracks.contrast();
    if (contrast == null) {
      return "needs a new instance that has run for "
          + Sentences.duration(config.startUpMillis() / 1000.0);
    }
    List<String> parts = new ArrayList<>();
    double harm = requestsToRegressed(contrast);
    double health = 0;
    double seconds = (sinceMillis + config.fastBakeMillis() - nowMillis) / 1000.0;
    for (var entry : tracks.counts().entrySet()) {
      CountTrack track = entry.getValue();
      if (!track.refuted()) {
        double more = exposureToHealthy(entry.getKey(), track);
        if (entry.getKey() != Primary.RESTARTS) {
          health = StrictMath.max(health, more);
        }
        seconds = StrictMath.max(seconds, more / pace(track));
      }
    }
    var paced = tracks.counts().firstEntry();
    double harmSeconds =
        paced == null ? Double.POSITIVE_INFINITY : StrictMath.max(harm / pace(paced.getValue()), 1);
    // Whichever answer is nearer: evidence that crawls would take days to call a harmless release.
    boolean onlyHarm = seconds <= 0 && harm < Double.POSITIVE_INFINITY;
    if (harmSeconds < seconds || onlyHarm) {
      parts.add(more(harm));
      parts.add(Sentences.duration(harmSeconds));
    } else if (seconds == Double.POSITIVE_INFINITY) {
      parts.add("cannot tell yet: at this rate it is neither inside the margins nor beyond them");
    } else {
      if (health >= 1) {
        parts.add(more(health));
      }
      if (seconds > 0) {
        parts.add(Sentences.duration(seconds));
      }
      if (parts.isEmpty()) {
        parts.add("a complete window");
      }
    }
    String lead = seconds == Double.POSITIVE_INFINITY && harm == seconds ? "" : "needs about ";
    String sentence = lead + String.join(", ", parts);
    boolean oldGone =
        contrast == Contrast.CONCURRENT
            && nowMillis - tracks.lastOldMillis() > 3 * config.windowMillis();
    return oldGone
        ? sentence
            + "; nothing old has run beside it since "
            + Sentences.clock(tracks.lastOldMillis())
        : sentence;
  }

  /// The same by signal; empty while nothing can be compared.
  List<Needed> bySignal() {
    Contrast contrast = tracks.contrast();
    List<Needed> needed = new ArrayList<>();
    if (contrast != null) {
      tracks
          .counts()
          .forEach((signal, track) -> {
            if (track.newExposure() > 0) {
              needed.add(needed(signal, track, contrast));
            }
          });
    }
    return needed;
  }

  private Needed needed(Primary signal, CountTrack track, Contrast contrast) {
    String exposure = signal.exposure(standard.probe().byRequests());
    double healthy = track.refuted() ? 0 : exposureToHealthy(signal, track);
    double regressed = exposureToRegressed(signal, track, contrast);
    return new Needed(
        signal.signal(),
        track.fine().logE(),
        track.refuted(),
        finite(healthy),
        finite(regressed),
        exposure,
        track.refuted() ? "Reached." : inWords(healthy, exposure, track, limit(signal, track)),
        inWords(regressed, exposure, track, Double.NaN));
  }

  private static @Nullable Double finite(double exposure) {
    return exposure == Double.POSITIVE_INFINITY ? null : (Double) exposure;
  }

  /// @param limit that the rate would have to be below; not a number when there is none
  private String inWords(double exposure, String unit, CountTrack track, double limit) {
    boolean time = unit.equals("instance-seconds");
    if (exposure < Double.POSITIVE_INFINITY) {
      String duration = Sentences.duration(StrictMath.max(1, exposure / pace(track)));
      return time
          ? "About %s.".formatted(duration)
          : "About %s more %s, %s."
              .formatted(Sentences.number(StrictMath.ceil(exposure)), unit, duration);
    }
    if (Double.isNaN(limit)) {
      return "Never at this rate.";
    }
    double rate = track.newEvents() / track.newExposure();
    return time
        ? "Never at this rate: %s an hour and instance, less than %s needed."
            .formatted(Sentences.rate(3_600 * rate), Sentences.rate(3_600 * limit))
        : "Never at this rate: %s %%, less than %s %% needed."
            .formatted(Sentences.rate(100 * rate), Sentences.rate(100 * limit));
  }

  private String more(double exposure) {
    String unit = standard.probe().byRequests() ? " more requests" : " more lines";
    return Sentences.number(StrictMath.ceil(exposure)) + unit;
  }

  /// The nearest signal that leans to harm; infinite when none does.
  private double requestsToRegressed(Contrast contrast) {
    double least = Double.POSITIVE_INFINITY;
    for (var entry : tracks.counts().entrySet()) {
      if (entry.getKey() != Primary.RESTARTS) {
        least =
            StrictMath.min(least, exposureToRegressed(entry.getKey(), entry.getValue(), contrast));
      }
    }
    return least;
  }

  /// Infinite when the signal does not lean to harm.
  private double exposureToRegressed(Primary signal, CountTrack track, Contrast contrast) {
    CountReference reference = standard.count(signal);
    double logE = track.logE(contrast, reference);
    if (logE <= 0 || track.newExposure() <= 0) {
      return Double.POSITIVE_INFINITY;
    }
    double nats = StrictMath.log(1 / (config.alphaVerdict() * standard.primaryWeight())) - logE;
    double newInstances = StrictMath.max(1, tracks.instances(true));
    double oldInstances = StrictMath.max(1, tracks.instances(false));
    double rho0 = config.rho0();
    CountEvidence counts = track.counts();
    return switch (contrast) {
      case CONCURRENT -> {
        double old = (counts.n() - counts.x()) / StrictMath.max(track.oldExposure(), 1);
        yield StillNeeded.toRegressed(
            StrictMath.max(old, 1e-9),
            counts.x() / track.newExposure(),
            reference.unit().ratio(rho0, newInstances, oldInstances),
            reference.unit().phi(),
            nats,
            0);
      }
      case BEFORE_AFTER ->
          StillNeeded.toRegressed(
              reference.rate(),
              track.newEvents() / track.newExposure(),
              reference.ratio(rho0, newInstances, oldInstances),
              reference.phi(),
              nats,
              0);
    };
  }

  /// The rate that health must refute.
  private double limit(Primary signal, CountTrack track) {
    CountReference reference = standard.count(signal);
    double newInstances = StrictMath.max(1, tracks.instances(true));
    return reference.unhealthy(track.usual(reference), config.rho1(), newInstances);
  }

  private double exposureToHealthy(Primary signal, CountTrack track) {
    double rate = track.newExposure() > 0 ? track.newEvents() / track.newExposure() : 0;
    double phi = standard.count(signal).phi();
    return StillNeeded.toHealthy(rate, limit(signal, track), phi, track.fine().logE());
  }

  /// Exposure of the new arm a second.
  private double pace(CountTrack track) {
    return StrictMath.max(
        1e-9, track.newExposure() * 1000 / StrictMath.max(1, nowMillis - sinceMillis));
  }
}
