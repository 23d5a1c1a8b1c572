package io.tocsin.collector.profile;

import io.tocsin.collector.ingest.WindowSummary.LoginCount;
import io.tocsin.collector.profile.Guess.News;
import io.tocsin.collector.profile.Track.Burst;
import io.tocsin.collector.window.SealedWindow;
import io.tocsin.collector.window.SealedWindow.InstanceWindow;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Who guesses passwords of one workload: failed logins of one source over all its instances, one
/// alarm an episode. Nothing is learnt, so nothing has to be known first. What it says is for
/// people: whoever may provoke lines must not move a verdict. Pure; confined to one thread.
public final class GuessWatch {

  /// Sources remembered. Those of a flood push out the longest silent, which is counted.
  static final int SOURCES = 512;

  /// Sources told of in ten minutes; each is a fact that is kept for months, and strangers choose
  /// how many there are. The others count, and who of them comes in is told.
  static final int SAID = 20;

  private final LinkedHashMap<String, Track> tracks = new LinkedHashMap<>(); // longest silent first
  private long newestMillis;
  private long evicted;
  private boolean guessing;
  private long tenMinutes;
  private int said;

  /// What to keep between restarts.
  ///
  /// @param tracks the longest silent first
  /// @param evicted sources forgotten for want of room, since the workload is known
  /// @param guessing whether an episode goes on
  /// @param tenMinutes since the epoch, of the newest window
  /// @param said sources told of in them
  public record State(
      List<Track> tracks,
      long newestMillis,
      long evicted,
      boolean guessing,
      long tenMinutes,
      int said) {
    public static final State NONE = new State(List.of(), 0, 0, false, 0, 0);

    public State {
      tracks = List.copyOf(tracks);
    }
  }

  public GuessWatch(State state) {
    state.tracks().forEach(track -> tracks.put(track.source(), track));
    newestMillis = state.newestMillis();
    evicted = state.evicted();
    guessing = state.guessing();
    tenMinutes = state.tenMinutes();
    said = state.said();
  }

  public State state() {
    return new State(
        List.copyOf(tracks.values()), newestMillis, evicted, guessing, tenMinutes, said);
  }

  /// Takes in a window; late ones, too, for a failure is none the less one.
  public List<Guess> accept(SealedWindow window) {
    if (!window.late()) { // one of a wrong clock would make all that follow look old
      newestMillis = Math.max(newestMillis, window.endMillis());
      said = newestMillis / Track.WITHIN_MILLIS == tenMinutes ? said : 0;
      tenMinutes = newestMillis / Track.WITHIN_MILLIS;
    }
    Map<String, List<LoginCount>> bySource = new TreeMap<>();
    for (InstanceWindow instance : window.instances()) {
      for (LoginCount each : instance.summary().logins().counts()) {
        bySource.computeIfAbsent(each.source(), _ -> new ArrayList<>()).add(each);
      }
    }
    List<Guess> news = new ArrayList<>();
    bySource.forEach((source, counts) -> {
      failed(source, Burst.of(window.endMillis(), counts), news);
      counts.stream()
          .filter(LoginCount::accepted)
          .findFirst()
          .ifPresent(login -> cameIn(source, login.user(), news));
    });
    forget(news);
    return news;
  }

  private void failed(String source, Burst burst, List<Guess> news) {
    if (burst.lines() == 0) {
      return;
    }
    Track before = tracks.remove(source); // and in again as the youngest
    Track now = (before == null ? Track.of(source) : before).with(burst, newestMillis);
    tracks.put(source, now);
    if (now.alarmed() && (before == null || !before.alarmed())) {
      if (!guessing || said < SAID) {
        said++;
        news.add(guess(now, "", News.BEGAN));
      }
      guessing = true;
    }
  }

  private void cameIn(String source, String user, List<Guess> news) {
    Track track = tracks.get(source);
    if (track != null && track.alarmed() && !track.cameIn()) {
      tracks.replace(source, track.in());
      news.add(guess(track, user, News.CAME_IN));
    }
  }

  private void forget(List<Guess> news) {
    Track last = null;
    for (Iterator<Track> each = tracks.values().iterator(); each.hasNext(); ) {
      Track track = each.next();
      boolean quiet = track.lastMillis() <= newestMillis - Track.WITHIN_MILLIS;
      if (!quiet && tracks.size() <= SOURCES) {
        break; // those behind it were heard of later
      }
      evicted += quiet ? 0 : 1;
      last = track.alarmed() ? track : last;
      each.remove();
    }
    if (guessing && last != null && tracks.values().stream().noneMatch(Track::alarmed)) {
      guessing = false;
      news.add(guess(last, "", News.ENDED));
    }
  }

  private Guess guess(Track track, String user, News what) {
    return new Guess(
        track.source(), track.sinceMillis(), newestMillis, track.failures(), user, what);
  }
}
