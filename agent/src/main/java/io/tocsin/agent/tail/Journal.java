package io.tocsin.agent.tail;

import io.tocsin.agent.tail.FollowedLog.Owner;
import io.tocsin.agent.tail.JournalUnit.Place;
import io.tocsin.agent.tail.Positions.Identity;
import io.tocsin.agent.tail.Positions.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The journal of this machine, read once for all units by one `journalctl`: first what is there,
/// over all boots, then what comes. Confined to the tailer's thread.
///
/// An entry belongs to its unit as listed by the look after it; a unit that is listed no more keeps
/// its last owner, so that what a crashing service says last is not lost. Entries of units that
/// were never listed, of login sessions and of the kernel are nobody's.
final class Journal {
  /// Its name among positions. No unit is named like this: units have a suffix.
  static final String LOG = "journal";

  private static final int MAX_GONE = 1_000;
  private static final int MAX_STRANGERS = 1_000;
  private static final long STRANGE_MILLIS = 60_000;
  // Looking at what runs takes time, and an entry may be stamped meanwhile.
  private static final long LOOK_TAKES_MILLIS = 1_000;

  private final TailConfig config;
  private final Consumer<RawLine> out;
  private final JournalFeed feed;

  /// Those listed last are at the end.
  private final LinkedHashMap<String, JournalUnit> units = new LinkedHashMap<>();

  /// Services nobody listed, and until when they are not waited for again; epoch milliseconds.
  private final LinkedHashMap<String, Long> strangers = new LinkedHashMap<>();

  /// Units of which more was handed on than of the journal as a whole, and how far.
  private final Map<String, String> ahead = new HashMap<>();

  private Place last;
  private long lastLook;
  private boolean waitsForLook;
  private boolean lost;
  private final long begunAt;
  private long catchUpUntil;

  /// @param places where an earlier process stopped; empty for none
  /// @param chunk shared by all logs of the tailer
  Journal(
      JournalSource source,
      TailConfig config,
      List<Position> places,
      long now,
      byte[] chunk,
      Consumer<RawLine> out) {
    this.config = config;
    this.out = out;
    this.feed = new JournalFeed(source, config.maxLineBytes(), chunk, this::gap);
    Optional<Position> known = places.stream().filter(p -> p.log().equals(LOG)).findFirst();
    String fresh = config.fromStart() ? "" : "@%d.%03d".formatted(now / 1_000, now % 1_000);
    this.last = new Place(0, known.map(Position::cursor).orElse(fresh));
    this.begunAt = now;
    this.catchUpUntil = last.cursor().startsWith("@") ? 0 : now;
    if (known.isPresent()) {
      places.stream()
          .filter(p -> !p.log().equals(LOG))
          .forEach(p -> ahead.put(p.log(), p.cursor()));
    }
  }

  /// Tells which units run now.
  void follow(Map<String, Owner> listed, long now) {
    listed.forEach((name, owner) -> {
      var unit = units.remove(name);
      if (unit == null) {
        unit = new JournalUnit(owner, config, out);
      } else if (!isOf(unit, owner.running().instance().id())) {
        unit.handOver(owner);
      }
      units.put(name, unit);
      strangers.remove(name);
    });
    var gone = units.entrySet().iterator();
    for (int excess = units.size() - listed.size() - MAX_GONE; excess > 0; excess--) {
      if (gone.next().getValue().begun() == null) {
        gone.remove();
      }
    }
    lastLook = now;
  }

  /// Reads at most `maxBytes`, without blocking.
  ///
  /// @return bytes read; 0 when there is nothing more now
  int read(int maxBytes, long now) {
    int total = 0;
    int n = 1;
    while (n > 0 && total < maxBytes && takeAll(now)) {
      n = feed.read(last.cursor(), maxBytes - total, now);
      total += n;
    }
    if (feed.isLive()) {
      catchUpUntil = 0;
    }
    units.values().forEach(unit -> unit.tick(now));
    return total;
  }

  /// @return false when the next entry has to wait for a look at what runs
  private boolean takeAll(long now) {
    var entries = feed.entries();
    while (!entries.isEmpty()) {
      waitsForLook = mustWait(entries.getFirst(), now);
      if (waitsForLook) {
        return false;
      }
      take(entries.removeFirst(), now);
    }
    return true;
  }

  private boolean mustWait(JournalEntry entry, long now) {
    String unit = entry.unit();
    if (units.containsKey(unit) || !unit.endsWith(".service")) {
      return false;
    }
    if (strangers.getOrDefault(unit, 0L) > now) {
      return false;
    }
    // Never longer than a look takes to come round, also when the clock is set back.
    return entry.stampMillis() > lastLook - LOOK_TAKES_MILLIS
        && entry.stampMillis() <= now + LOOK_TAKES_MILLIS;
  }

  private void take(JournalEntry entry, long now) {
    var before = last;
    last = new Place(before.number() + 1, entry.cursor());
    if (entry.stampMillis() >= catchUpUntil) {
      catchUpUntil = 0;
    }
    if (isAhead(entry)) {
      return;
    }
    var unit = units.get(entry.unit());
    if (unit != null) {
      unit.accept(entry, last, before, now);
    } else if (entry.unit().endsWith(".service") && entry.stampMillis() > begunAt) {
      strangers.put(entry.unit(), now + STRANGE_MILLIS);
      if (strangers.size() > MAX_STRANGERS) {
        strangers.pollFirstEntry();
      }
    }
  }

  /// Whether the entry was handed on by an earlier process.
  private boolean isAhead(JournalEntry entry) {
    String until = ahead.get(entry.unit());
    if (until == null) {
      return false;
    }
    if (until.equals(entry.cursor())) {
      ahead.remove(entry.unit());
      return true;
    }
    if (lost && entry.stampMicros() > stampMicros(until)) {
      ahead.remove(entry.unit()); // its own place is gone as well
      return false;
    }
    return true;
  }

  private void gap() {
    lost = true;
    units.values().forEach(JournalUnit::gap);
  }

  /// The journal's place and, where more was handed on, units'.
  List<Position> positions() {
    var whole = last;
    for (var unit : units.values()) {
      var begun = unit.begun();
      if (begun != null && begun.number() < whole.number()) {
        whole = begun;
      }
    }
    var positions = new ArrayList<Position>();
    positions.add(position(LOG, whole.cursor()));
    for (var unit : units.entrySet()) {
      var place = unit.getValue().handedOn();
      if (place.number() > whole.number()) {
        positions.add(position(unit.getKey(), place.cursor()));
      }
    }
    ahead.forEach((unit, cursor) -> positions.add(position(unit, cursor)));
    return positions;
  }

  private static Position position(String log, String cursor) {
    return new Position(log, Identity.NONE, 0, false, 0, cursor);
  }

  boolean isOf(String instanceId) {
    return units.values().stream().anyMatch(unit -> isOf(unit, instanceId));
  }

  /// Bytes known to wait, of all units; while nothing can be read, at least one.
  long lag() {
    return waitsForLook ? 0 : feed.lag();
  }

  long behindSinceMillis() {
    return feed.downSinceMillis() == 0 ? begunAt : feed.downSinceMillis();
  }

  boolean catchingUp() {
    return catchUpUntil > 0;
  }

  @Nullable String trouble() {
    return feed.trouble();
  }

  void close() {
    feed.close();
  }

  private static boolean isOf(JournalUnit unit, String instanceId) {
    return unit.owner().running().instance().id().equals(instanceId);
  }

  /// `…;t=660f8a04fbc82;…`: hexadecimal (systemd.journal-fields(7) calls cursors opaque, but this
  /// is what they are; without it nothing is skipped).
  private static long stampMicros(String cursor) {
    for (String part : cursor.split(";")) {
      if (part.startsWith("t=")) {
        try {
          return Long.parseLong(part, 2, part.length(), 16);
        } catch (NumberFormatException e) {
          return 0;
        }
      }
    }
    return 0;
  }
}
