package io.tocsin.collector.judge;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What one signal says now, and whether its instances agree.
///
/// @param evidence for people and for what acts
/// @param agreement of the new instances
record Finding(Evidence evidence, Agreement agreement) {

  /// How many of the new instances point the same way.
  enum Agreement {
    /// Two thirds of them, and at least two (STATISTICS item 7).
    AGREED,
    /// So many, yet all on one node, and none of those on others: the node may be to blame.
    ONE_NODE,
    TOO_FEW
  }

  /// Of every signal, in a fixed order; empty while nothing can be compared.
  static List<Finding> of(
      Tracks tracks, Standard standard, JudgeConfig config, @Nullable Contrast contrast) {
    List<Finding> found = new ArrayList<>();
    if (contrast == null) {
      return found;
    }
    tracks
        .counts()
        .forEach((signal, track) -> {
          CountReference reference = standard.count(signal);
          found.add(primary(signal, track, reference, tracks, standard, config, contrast));
        });
    int order = 0;
    for (Tracks.Novel novel : tracks.novel()) {
      order++;
      found.add(novel(novel, order, tracks, standard, config, contrast));
    }
    tracks
        .metrics()
        .forEach((name, track) -> {
          if (track.blocks() > 0) {
            found.add(metric(name, track, tracks, standard, contrast));
          }
        });
    return withKinds(found);
  }

  private static Finding primary(
      Primary signal,
      CountTrack track,
      CountReference reference,
      Tracks tracks,
      Standard standard,
      JudgeConfig config,
      Contrast contrast) {
    boolean history = contrast == Contrast.BEFORE_AFTER;
    double oldX = history ? reference.events() : track.oldEvents();
    double oldE = history ? reference.exposure() : track.oldExposure();
    List<Evidence.Part> parts = parts(track, tracks, config, oldE > 0 ? oldX / oldE : 0);
    String sentence =
        switch (signal) {
          case ERROR_RATIO, SLOW_REQUESTS ->
              Sentences.share(
                  signal.noun(), track.newEvents(), track.newExposure(), oldX, oldE, contrast);
          case ERROR_LINES ->
              Sentences.share(
                  standard.probe().byRequests() ? "error lines in the time" : signal.noun(),
                  track.newEvents(),
                  track.newExposure(),
                  oldX,
                  oldE,
                  contrast);
          case RESTARTS ->
              appearances(track.newEvents(), parts, oldX, standard, contrast)
                  .replaceFirst(" times? ", " " + signal.noun() + " ");
        };
    Evidence evidence =
        new Evidence(
            signal.signal(),
            "primary",
            signal.kind(),
            track.logE(contrast, reference),
            standard.primaryWeight(),
            signal.exposure(standard.probe().byRequests()),
            track.newEvents(),
            track.newExposure(),
            oldX,
            oldE,
            parts,
            agents(parts, tracks),
            sentence);
    return new Finding(evidence, agreement(parts, tracks));
  }

  private static Finding novel(
      Tracks.Novel novel,
      int order,
      Tracks tracks,
      Standard standard,
      JudgeConfig config,
      Contrast contrast) {
    CountTrack track = novel.track();
    boolean history = contrast == Contrast.BEFORE_AFTER;
    double oldX = history ? 0 : track.oldEvents();
    double oldE = history ? standard.novel().exposure() : track.oldExposure();
    List<Evidence.Part> parts = parts(track, tracks, config, oldE > 0 ? oldX / oldE : 0);
    double lines = lines(track, true);
    double oldLines = history ? 0 : lines(track, false);
    Evidence evidence =
        new Evidence(
            "template:%016x".formatted(novel.id()),
            "novel",
            "logs",
            novel.logE(standard, contrast),
            Standard.novelWeight(order),
            "instance-seconds",
            track.newEvents(),
            track.newExposure(),
            oldX,
            oldE,
            parts,
            agents(parts, tracks),
            "“%s” %s"
                .formatted(novel.text(), appearances(lines, parts, oldLines, standard, contrast)));
    return new Finding(evidence, agreement(parts, tracks));
  }

  private static double lines(CountTrack track, boolean ofNew) {
    return track.parts().values().stream()
        .filter(tally -> tally.isNew() == ofNew)
        .mapToDouble(CountTrack.Tally::lines)
        .sum();
  }

  /// "41 times on 5 of 5 new instances, never on 12 old."
  private static String appearances(
      double lines,
      List<Evidence.Part> parts,
      double oldLines,
      Standard standard,
      Contrast contrast) {
    long fresh = parts.stream().filter(Evidence.Part::isNew).count();
    long with = parts.stream().filter(p -> p.isNew() && p.events() > 0).count();
    long old = parts.size() - fresh;
    String never = standard.tombstones() == 0 ? "never" : "not seen";
    String past =
        switch (contrast) {
          case BEFORE_AFTER ->
              oldLines == 0
                  ? "not seen before since " + Sentences.clock(standard.sinceMillis())
                  : Sentences.number(oldLines) + " before";
          case CONCURRENT ->
              oldLines == 0
                  ? "%s on %d old".formatted(never, old)
                  : "%s on %d old".formatted(Sentences.plural(oldLines, "time"), old);
        };
    return "%s on %d of %d new instances, %s."
        .formatted(Sentences.plural(lines, "time"), with, fresh, past);
  }

  private static Finding metric(
      String name, MetricTrack track, Tracks tracks, Standard standard, Contrast contrast) {
    MetricTrack.Reference reference = standard.metric(name);
    SortedMap<String, MetricTrack.Sum> last = track.last();
    int fresh = (int) last.values().stream().filter(MetricTrack.Sum::isNew).count();
    int old = last.size() - fresh;
    double margin =
        reference.margin(track.oldLevel(), fresh, old == 0 ? reference.instances() : old);
    List<Evidence.Part> parts = new ArrayList<>();
    for (boolean isNew : List.of(true, false)) {
      last.forEach((key, sum) -> {
        Tracks.Member member = tracks.members().get(key);
        if (sum.isNew() == isNew && member != null) {
          boolean harm = isNew && sum.mean() > track.oldLevel() + margin;
          parts.add(
              new Evidence.Part(
                  member.instance(), member.name(), isNew, sum.mean(), sum.windows(), harm));
        }
      });
    }
    boolean models = name.equals(Standard.MODELS);
    String sentence =
        models
            ? "The models find %s of the new instances' windows unusual, %s of the old."
                .formatted(Sentences.percent(track.newLevel()), Sentences.percent(track.oldLevel()))
            : "%s is %s on new instances, against %s: over the margin of %s on %d of %d."
                .formatted(
                    name.substring(name.indexOf(':') + 1),
                    Sentences.level(name, track.newLevel()),
                    Sentences.level(name, track.oldLevel()),
                    Sentences.level(name, margin),
                    parts.stream().filter(Evidence.Part::pointsToHarm).count(),
                    fresh);
    Evidence evidence =
        new Evidence(
            name,
            "rest",
            name.equals("metric:" + Probe.LINES) ? "logs" : "resources",
            track.logE(contrast),
            standard.restWeight(),
            "blocks",
            track.newLevel(),
            track.blocks(),
            track.oldLevel(),
            track.blocks(),
            parts,
            agents(parts, tracks),
            sentence);
    return new Finding(evidence, agreement(parts, tracks));
  }

  private static List<Evidence.Part> parts(
      CountTrack track, Tracks tracks, JudgeConfig config, double oldRate) {
    List<Evidence.Part> parts = new ArrayList<>();
    for (boolean isNew : List.of(true, false)) {
      track
          .parts()
          .forEach((key, tally) -> {
            Tracks.Member member = tracks.members().get(key);
            if (tally.isNew() == isNew && member != null) {
              boolean harm = isNew && tally.events() > 0 && tally.rate() > config.rho0() * oldRate;
              parts.add(
                  new Evidence.Part(
                      member.instance(),
                      member.name(),
                      isNew,
                      tally.events(),
                      tally.exposure(),
                      harm));
            }
          });
    }
    return parts;
  }

  private static List<String> agents(List<Evidence.Part> parts, Tracks tracks) {
    Set<String> harmed = new HashSet<>();
    parts.stream().filter(Evidence.Part::pointsToHarm).forEach(p -> harmed.add(p.instance()));
    TreeSet<String> agents = new TreeSet<>();
    for (Tracks.Member member : tracks.members().values()) {
      if (harmed.contains(member.instance())) {
        agents.add(member.agent());
      }
    }
    return List.copyOf(agents);
  }

  private static Agreement agreement(List<Evidence.Part> parts, Tracks tracks) {
    List<Evidence.Part> fresh = parts.stream().filter(Evidence.Part::isNew).toList();
    List<Evidence.Part> harmed = fresh.stream().filter(Evidence.Part::pointsToHarm).toList();
    if (harmed.size() < 2 || 3 * harmed.size() < 2 * fresh.size()) {
      return Agreement.TOO_FEW;
    }
    double heard = harmed.stream().mapToDouble(Evidence.Part::exposure).average().orElse(0);
    Map<String, String> nodes = tracks.nodes();
    Set<String> harmedNodes = new HashSet<>();
    boolean elsewhere = false;
    for (Evidence.Part part : harmed) {
      harmedNodes.add(nodes.getOrDefault(part.instance(), ""));
    }
    for (Evidence.Part part : fresh) {
      // Who was hardly there clears no node.
      elsewhere |=
          2 * part.exposure() >= heard
              && !harmedNodes.contains(nodes.getOrDefault(part.instance(), ""));
    }
    return harmedNodes.size() == 1 && elsewhere ? Agreement.ONE_NODE : Agreement.AGREED;
  }

  /// The models read the same windows as the other signals: they never count as a kind of their
  /// own, so they take the kind of the strongest other signal. Unusual is not worse: they count no
  /// more than that signal, and nothing where no other speaks.
  private static List<Finding> withKinds(List<Finding> found) {
    String strongest = "resources";
    double most = Double.NEGATIVE_INFINITY;
    for (Finding finding : found) {
      Evidence e = finding.evidence;
      if (!e.signal().equals(Standard.MODELS) && e.logE() > most) {
        most = e.logE();
        strongest = e.kind();
      }
    }
    String kind = strongest;
    double cap = StrictMath.max(most, 0);
    return found.stream()
        .map(f -> f.evidence.signal().equals(Standard.MODELS) ? f.beside(kind, cap) : f)
        .toList();
  }

  private Finding beside(String kind, double cap) {
    Evidence e = evidence;
    return new Finding(
        new Evidence(
            e.signal(),
            e.group(),
            kind,
            StrictMath.min(e.logE(), cap),
            e.weight(),
            e.exposure(),
            e.newEvents(),
            e.newExposure(),
            e.oldEvents(),
            e.oldExposure(),
            e.perInstance(),
            e.agents(),
            e.sentence()),
        agreement);
  }
}
