package io.tocsin.agent.tail;

import io.tocsin.agent.instance.LogFile;
import io.tocsin.agent.instance.Running;
import io.tocsin.agent.tail.FollowedLog.Owner;
import io.tocsin.agent.tail.Positions.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Follows the logs of the instances that run here. Confined to one thread; nothing blocks longer
/// than reading `maxBytesPerPoll` from local files takes.
///
/// Every line is handed on exactly once, also over a kill, when [#positions()] are kept together
/// with what was made of the lines handed on before. What was gone before it could be read is
/// counted as a gap. A log belongs to its path: when another incarnation of an instance goes on
/// writing there, what is read from then on is the new one's.
public final class Tailer implements AutoCloseable {
  private static final int CHUNK = 64 << 10;
  private static final int MAX_REMEMBERED = 1_000;
  private static final int MAX_UNREADABLE = 50;

  // A log is found within one look at what runs; one that came to be so shortly before an earlier
  // process stopped may not have been found any more, and is new.
  private static final long FOUND_WITHIN_MILLIS = 10_000;

  private final TailConfig config;
  private final LongSupplier clock;
  private final JournalSource source;
  private final Handles handles;
  private final Siblings siblings = new Siblings();
  private final byte[] chunk = new byte[CHUNK];
  private final Map<String, FollowedLog> logs = new LinkedHashMap<>();
  private final Map<String, FollowedLog> leaving = new LinkedHashMap<>();
  private final Map<String, Counters> counters = new HashMap<>();

  /// Ends of logs let go, in case they are listed again, and counters of instances that went.
  private final LinkedHashMap<String, Position> remembered = new LinkedHashMap<>();

  private final LinkedHashMap<String, Counters> departed = new LinkedHashMap<>();

  private @Nullable Journal journal;
  private Consumer<RawLine> sink = line -> {};
  private Positions resumed = Positions.NONE;
  private boolean started;
  private int turn;

  /// @param clockMillis epoch milliseconds; as the file system stamps files
  public Tailer(TailConfig config, LongSupplier clockMillis) {
    this(config, clockMillis, JournalSource.SYSTEM);
  }

  Tailer(TailConfig config, LongSupplier clockMillis, JournalSource source) {
    this.config = config;
    this.source = source;
    this.clock = clockMillis;
    this.handles = new Handles(config.maxOpenFiles());
  }

  /// Goes on where an earlier process stopped. Call before the first [#follow].
  public void resume(Positions positions) {
    if (started) {
      throw new IllegalStateException("resume after follow");
    }
    resumed = positions;
    positions.logs().forEach(p -> remember(p));
  }

  /// Tells what runs now, and looks at its logs once. A log not listed any more is read to its end
  /// and let go.
  public void follow(List<Running> running) {
    var listed = new HashMap<String, LogFile>();
    var units = new LinkedHashMap<String, Owner>();
    for (var instance : running) {
      var owner =
          new Owner(
              instance, counters.computeIfAbsent(instance.instance().id(), id -> new Counters()));
      for (var log : instance.logs()) {
        String key = log.path().toString();
        switch (log.framing()) {
          case PLAIN, CRI, DOCKER_JSON -> {
            if (listed.putIfAbsent(key, log) == null) {
              follow(key, log, owner);
            }
          }
          case JOURNAL -> units.putIfAbsent(key, owner);
        }
      }
    }
    followJournal(units);
    for (var gone : List.copyOf(logs.keySet())) {
      if (!listed.containsKey(gone)) {
        leaving.put(gone, logs.remove(gone));
      }
    }
    started = true;
    var present = new HashMap<String, Running>();
    running.forEach(r -> present.put(r.instance().id(), r));
    for (var id : List.copyOf(counters.keySet())) {
      if (!present.containsKey(id) && all().stream().noneMatch(l -> isOf(l, id))) {
        departed.put(id, counters.remove(id));
        trim(departed);
      }
    }
  }

  private void follow(String key, LogFile log, Owner owner) {
    var back = leaving.remove(key);
    if (back != null) {
      logs.put(key, back);
    }
    var known = logs.get(key);
    if (known == null) {
      var position = Optional.ofNullable(remembered.remove(key));
      known =
          new FileLog(
              log,
              owner,
              new Start(position, resumed.takenAtMillis(), position.isEmpty() ? oldBefore() : 0),
              config,
              handles,
              siblings,
              chunk,
              line -> sink.accept(line));
      logs.put(key, known);
      known.look(clock.getAsLong());
    } else if (!isOf(known, owner.running().instance().id())) {
      known.handOver(owner);
    }
  }

  /// Files made before are not new: the agent was not told of them until now.
  private long oldBefore() {
    if (started || config.fromStart()) {
      return 0;
    }
    long stopped = resumed.takenAtMillis();
    return stopped == 0 ? Long.MAX_VALUE : stopped - FOUND_WITHIN_MILLIS;
  }

  private void followJournal(Map<String, Owner> units) {
    long now = clock.getAsLong();
    var known = journal;
    if (known == null && !units.isEmpty()) {
      var places = new ArrayList<Position>();
      for (var position : List.copyOf(remembered.values())) {
        if (position.log().equals(Journal.LOG) || !position.cursor().isEmpty()) {
          places.add(remembered.remove(position.log()));
        }
      }
      known = new Journal(source, config, places, now, chunk, line -> sink.accept(line));
      journal = known;
    }
    if (known != null) {
      known.follow(units, now);
    }
  }

  /// Reads what is new, at most `maxBytesPerPoll` bytes, each log in turn.
  ///
  /// @return whether more waits
  public boolean poll(Consumer<RawLine> sink) {
    this.sink = sink;
    long now = clock.getAsLong();
    var all = all();
    all.forEach(log -> log.look(now));
    int left = config.maxBytesPerPoll();
    int journalsPart = left / 4;
    int ofJournal = journal == null ? 0 : journal.read(journalsPart, now);
    left -= ofJournal;
    var busy = new ArrayList<FollowedLog>();
    for (int i = 0; i < all.size(); i++) {
      busy.add(all.get((i + turn) % all.size()));
    }
    turn = all.isEmpty() ? 0 : (turn + 1) % all.size();
    while (left > 0 && !busy.isEmpty()) {
      for (var log : List.copyOf(busy)) {
        int n = left > 0 ? log.read(Math.min(CHUNK, left), now) : 0;
        left -= n;
        if (n == 0 && left > 0) {
          busy.remove(log);
        }
      }
    }
    all.forEach(log -> log.tick(now));
    if (left > 0) {
      letGo(now);
    }
    return left <= 0 || ofJournal >= journalsPart;
  }

  /// Whether a log of this instance is not read to its end and let go yet.
  public boolean reads(String instanceId) {
    return all().stream().anyMatch(log -> isOf(log, instanceId));
  }

  /// Counts lines of an instance that were gone before they came to a log.
  ///
  /// @param cause as in [Progress#linesDropped]
  public void dropped(String instanceId, String cause, long lines) {
    var own = counters.get(instanceId);
    if (own != null) {
      own.drop(cause, lines);
    }
  }

  private void letGo(long now) {
    for (var entry : List.copyOf(leaving.entrySet())) {
      var log = entry.getValue();
      if (log.lag() == 0 || log.trouble() != null) {
        log.finish(now);
        remember(log.position());
        log.close();
        leaving.remove(entry.getKey());
      }
    }
  }

  /// What was handed on up to now, and nothing more: a line or message still unfinished is read
  /// again after a restart.
  public Positions positions() {
    var positions = new ArrayList<Position>();
    all().forEach(log -> positions.add(log.position()));
    if (journal != null) {
      positions.addAll(journal.positions());
    }
    positions.addAll(remembered.values());
    return new Positions(Math.max(1, clock.getAsLong()), positions);
  }

  /// Known as long as the instance is listed, and for the last 1,000 that were.
  public Progress progress(String instanceId) {
    var own = counters.get(instanceId);
    if (own == null) {
      var gone = departed.get(instanceId);
      return gone == null ? Progress.NONE : gone.progress(0, 0, false);
    }
    long lag = 0;
    long since = Long.MAX_VALUE;
    boolean catchingUp = false;
    for (var log : all()) {
      if (isOf(log, instanceId)) {
        lag += log.lag();
        since = log.lag() > 0 ? Math.min(since, log.behindSinceMillis()) : since;
        catchingUp |= log.catchingUp();
      }
    }
    if (journal != null && journal.isOf(instanceId)) {
      lag += journal.lag();
      since = journal.lag() > 0 ? Math.min(since, journal.behindSinceMillis()) : since;
      catchingUp |= journal.catchingUp();
    }
    long lagMillis = lag > 0 ? Math.max(0, clock.getAsLong() - since) : 0;
    return own.progress(lag, lagMillis, catchingUp);
  }

  /// Files not read to their end or still growing.
  public int files() {
    return all().stream().mapToInt(FollowedLog::files).sum();
  }

  /// What cannot be read and why, one sentence each; at most 50.
  public List<String> unreadable() {
    var ofJournal = journal == null ? null : journal.trouble();
    return Stream.concat(
            Stream.ofNullable(ofJournal),
            all().stream().flatMap(log -> Stream.ofNullable(log.trouble())))
        .limit(MAX_UNREADABLE)
        .toList();
  }

  @Override
  public void close() {
    handles.closeAll();
    if (journal != null) {
      journal.close();
    }
  }

  private List<FollowedLog> all() {
    var all = new ArrayList<>(logs.values());
    all.addAll(leaving.values());
    return all;
  }

  private void remember(Position position) {
    remembered.put(position.log(), position);
    // Those of an earlier process are all needed until the first look.
    if (started) {
      trim(remembered);
    }
  }

  private static void trim(SequencedMap<String, ?> map) {
    while (map.size() > MAX_REMEMBERED) {
      map.pollFirstEntry();
    }
  }

  private static boolean isOf(FollowedLog log, String instanceId) {
    return log.owner().running().instance().id().equals(instanceId);
  }
}
