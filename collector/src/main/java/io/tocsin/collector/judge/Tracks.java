package io.tocsin.collector.judge;

import io.tocsin.collector.ingest.TemplateBook;
import io.tocsin.collector.ingest.WindowSummary;
import io.tocsin.collector.window.SealedWindow;
import io.tocsin.collector.window.SealedWindow.InstanceWindow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// All that has been gathered of a release on watch, and how a window adds to it.
///
/// @param members places that run the new or the old release, at most 160
/// @param counts primary signals
/// @param novel error templates never seen before the release, in order of appearance, at most 20
/// @param metrics resources and the models' share
/// @param beside windows in which both ran, past start-up
/// @param alone windows in which only the new one ran, past start-up
/// @param starting windows in which the new one was still starting beside the old one
/// @param lastOldMillis end of the last window with anything old in it; 0 before the first
record Tracks(
    SortedMap<String, Member> members,
    SortedMap<Primary, CountTrack> counts,
    List<Novel> novel,
    SortedMap<String, MetricTrack> metrics,
    int beside,
    int alone,
    int starting,
    long lastOldMillis) {

  static final Tracks NONE =
      new Tracks(new TreeMap<>(), new TreeMap<>(), List.of(), new TreeMap<>(), 0, 0, 0, 0);

  private static final int MAX_MEMBERS = 160;
  private static final int MAX_NOVEL = 20;
  private static final int MAX_TEXT = 160;
  private static final int SETTLED_WINDOWS = 6;
  private static final long BUSY = 10;

  /// A place where one of the two releases runs, and what runs there now.
  ///
  /// @param requests of this instance so far
  /// @param windows of it so far
  record Member(
      boolean isNew,
      String instance,
      String name,
      String host,
      String agent,
      long sinceMillis,
      long requests,
      long windows) {

    /// At ten a window on average, one without any is chance once in 22,000.
    boolean busy() {
      return windows > 0 && requests >= BUSY * windows;
    }
  }

  /// An error template that the old release never wrote.
  record Novel(long id, String text, CountTrack track) {

    /// Across a tombstone the old release may well have written it.
    double logE(Standard standard, Contrast contrast) {
      boolean unsure = contrast == Contrast.BEFORE_AFTER && standard.tombstones() > 0;
      return unsure ? 0 : track.logE(contrast, standard.novel());
    }
  }

  /// One instance in this window.
  private record Present(String key, InstanceWindow part, boolean isNew, Probe.Life life) {

    boolean young() {
      return life.young();
    }
  }

  Tracks next(
      JudgeConfig config,
      Standard standard,
      String release,
      String baseline,
      SealedWindow window,
      TemplateBook book,
      Set<String> anomalous) {
    SortedMap<String, Member> known = new TreeMap<>(members);
    boolean oldServes = false;
    for (InstanceWindow part : window.instances()) {
      oldServes |= isOf(baseline, part) && Probe.requests(part) > 0;
    }
    List<Present> present = new ArrayList<>();
    for (InstanceWindow part : window.instances()) {
      boolean isNew = part.release().equals(release);
      boolean counts = isNew || isOf(baseline, part);
      String key = (isNew ? "new " : "old ") + Probe.place(part);
      boolean room = known.containsKey(key) || known.size() < MAX_MEMBERS;
      if (counts && room && !part.summary().catchUp()) {
        present.add(enter(config, key, part, isNew, oldServes, window, known));
      }
    }
    List<Present> grown = present.stream().filter(p -> !p.young()).toList();
    boolean newGrown = grown.stream().anyMatch(Present::isNew);
    boolean oldGrown = grown.stream().anyMatch(p -> !p.isNew);
    boolean oldThere = present.stream().anyMatch(p -> !p.isNew);
    boolean newThere = present.stream().anyMatch(Present::isNew);
    return new Tracks(
        known,
        nextCounts(config, standard, present),
        nextNovel(config, standard, standard.startUp().seen() ? present : grown, book),
        nextMetrics(config, standard, grown, anomalous),
        beside + (newGrown && oldGrown ? 1 : 0),
        alone + (newGrown && !oldThere ? 1 : 0),
        starting + (newThere && !newGrown && oldThere ? 1 : 0),
        oldThere ? window.endMillis() : lastOldMillis);
  }

  /// Unattributed instances are nobody's.
  private static boolean isOf(String release, InstanceWindow part) {
    return !release.isEmpty() && part.release().equals(release);
  }

  private static Present enter(
      JudgeConfig config,
      String key,
      InstanceWindow part,
      boolean isNew,
      boolean oldServes,
      SealedWindow window,
      SortedMap<String, Member> known) {
    WindowSummary.Instance instance = part.summary().instance();
    Member before = known.get(key);
    Member same = before != null && before.instance.equals(instance.id()) ? before : null;
    long since = same == null ? window.startMillis() : same.sinceMillis;
    boolean due = oldServes && same != null && same.busy();
    known.put(
        key,
        new Member(
            isNew,
            instance.id(),
            instance.name(),
            instance.host(),
            part.summary().agent(),
            since,
            (same == null ? 0 : same.requests) + Probe.requests(part),
            (same == null ? 0 : same.windows) + 1));
    // Without a known start, a new instance is as old as our acquaintance.
    long age = part.ageMillis() < 0 && isNew ? window.endMillis() - since : part.ageMillis();
    boolean young = age >= 0 && age < config.startUpMillis();
    return new Present(key, part, isNew, new Probe.Life(young, before != null || !isNew, due));
  }

  private SortedMap<Primary, CountTrack> nextCounts(
      JudgeConfig config, Standard standard, List<Present> present) {
    SortedMap<Primary, CountTrack> next = new TreeMap<>();
    standard
        .counts()
        .forEach((signal, reference) -> {
          List<CountTrack.Seen> seen = new ArrayList<>();
          for (Present p : present) {
            Probe.Sample sample = standard.probe().of(signal, p.part, p.life);
            if (sample != null) {
              seen.add(
                  new CountTrack.Seen(
                      p.key, p.isNew, sample.events(), sample.exposure(), sample.events()));
            }
          }
          CountTrack track = counts.getOrDefault(signal, CountTrack.NONE);
          next.put(signal, track.next(config, reference, seen));
        });
    return next;
  }

  private List<Novel> nextNovel(
      JudgeConfig config, Standard standard, List<Present> present, TemplateBook book) {
    SortedSet<Long> old = Probe.canonical(standard.errorTemplates(), book);
    List<SortedMap<Long, Double>> lines = new ArrayList<>();
    SortedSet<Long> appeared = new TreeSet<>();
    for (Present p : present) {
      lines.add(Probe.errors(p.part.summary(), book));
      appeared.addAll(lines.getLast().keySet());
    }
    List<Novel> all = new ArrayList<>(novel);
    appeared.removeAll(old);
    for (Novel n : novel) {
      appeared.remove(book.canonical(n.id));
    }
    for (long id : appeared) {
      if (all.size() < MAX_NOVEL) {
        all.add(new Novel(id, text(id, book), CountTrack.NONE));
      }
    }
    List<Novel> next = new ArrayList<>();
    for (Novel n : all) {
      List<CountTrack.Seen> seen = new ArrayList<>();
      for (int i = 0; i < present.size(); i++) {
        Present p = present.get(i);
        double count = lines.get(i).getOrDefault(book.canonical(n.id), 0.0);
        seen.add(
            new CountTrack.Seen(p.key, p.isNew, count > 0 ? 1 : 0, Probe.seconds(p.part), count));
      }
      next.add(new Novel(n.id, n.text, n.track.next(config, standard.novel(), seen)));
    }
    return List.copyOf(next);
  }

  private static String text(long id, TemplateBook book) {
    TemplateBook.Known known = book.get(id);
    String text = known == null ? "an error template" : known.text();
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
  }

  private SortedMap<String, MetricTrack> nextMetrics(
      JudgeConfig config, Standard standard, List<Present> grown, Set<String> anomalous) {
    SortedMap<String, MetricTrack> next = new TreeMap<>();
    standard
        .metrics()
        .forEach((name, reference) -> {
          List<MetricTrack.Seen> seen = new ArrayList<>();
          for (Present p : grown) {
            Double value = value(name, p.part, anomalous);
            if (value != null) {
              seen.add(new MetricTrack.Seen(p.key, p.isNew, value));
            }
          }
          MetricTrack track = metrics.getOrDefault(name, MetricTrack.NONE);
          next.put(name, track.next(config, reference, seen));
        });
    return next;
  }

  private static @Nullable Double value(String name, InstanceWindow part, Set<String> anomalous) {
    if (name.equals(Standard.MODELS)) {
      return anomalous.contains(part.instance()) ? 1.0 : 0.0;
    }
    return Probe.level(name.substring("metric:".length()), part);
  }

  /// All signals together, as [Findings] weighs them, without a word about any.
  double logE(Standard standard) {
    Contrast contrast = contrast();
    if (contrast == null) {
      return 0;
    }
    EValues mean = new EValues();
    double rest = 1;
    double most = 0;
    for (var entry : counts.entrySet()) {
      double logE = entry.getValue().logE(contrast, standard.count(entry.getKey()));
      mean.add(standard.primaryWeight(), logE);
      most = StrictMath.max(most, logE);
      rest -= standard.primaryWeight();
    }
    for (int i = 0; i < novel.size(); i++) {
      double weight = Standard.novelWeight(i + 1);
      double logE = novel.get(i).logE(standard, contrast);
      mean.add(weight, logE);
      most = StrictMath.max(most, logE);
      rest -= weight;
    }
    for (var entry : metrics.entrySet()) {
      if (entry.getValue().blocks() > 0 && !entry.getKey().equals(Standard.MODELS)) {
        double logE = entry.getValue().logE(contrast);
        mean.add(standard.restWeight(), logE);
        most = StrictMath.max(most, logE);
        rest -= standard.restWeight();
      }
    }
    MetricTrack models = metrics.get(Standard.MODELS);
    if (models != null && models.blocks() > 0) {
      mean.add(standard.restWeight(), StrictMath.min(models.logE(contrast), most));
      rest -= standard.restWeight();
    }
    return mean.add(rest, 0).log();
  }

  /// The same evidence without what each instance had in it, which is for people.
  Tracks bare() {
    SortedMap<Primary, CountTrack> barely = new TreeMap<>(counts);
    barely.replaceAll((signal, track) -> track.bare());
    SortedMap<String, MetricTrack> levels = new TreeMap<>(metrics);
    levels.replaceAll((name, track) -> track.bare());
    return new Tracks(
        members,
        barely,
        novel.stream().map(n -> new Novel(n.id, n.text, n.track.bare())).toList(),
        levels,
        beside,
        alone,
        starting,
        lastOldMillis);
  }

  /// What can be compared; null before anything can.
  @Nullable Contrast contrast() {
    if (beside >= SETTLED_WINDOWS) {
      return Contrast.CONCURRENT;
    }
    if (alone >= SETTLED_WINDOWS) {
      return Contrast.BEFORE_AFTER;
    }
    if (beside > 0) {
      return Contrast.CONCURRENT;
    }
    if (alone > 0) {
      return Contrast.BEFORE_AFTER;
    }
    return starting > 0 ? Contrast.CONCURRENT : null;
  }

  /// Where each instance runs.
  Map<String, String> nodes() {
    Map<String, String> nodes = new HashMap<>();
    members.values().forEach(member -> nodes.put(member.instance, member.host));
    return nodes;
  }

  int instances(boolean ofNew) {
    return (int) members.values().stream().filter(m -> m.isNew == ofNew).count();
  }

  Set<String> newIds() {
    Set<String> ids = new TreeSet<>();
    members.values().stream().filter(Member::isNew).forEach(m -> ids.add(m.instance));
    return ids;
  }
}
