package io.tocsin.agent.spool;

import com.google.protobuf.ByteString;
import io.tocsin.agent.spool.v1.Checkpoint;
import io.tocsin.agent.spool.v1.Dictionaries;
import io.tocsin.agent.spool.v1.SpoolRecord;
import io.tocsin.agent.template.Template;
import io.tocsin.agent.window.WindowSummary;
import io.tocsin.v1.AgentStatus;
import io.tocsin.v1.Batch;
import io.tocsin.v1.Flow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sealed windows and the reading position, in one append-only log: a record is either all there
/// after a crash or not at all, so a line is never lost and never counted twice. Confined to one
/// thread; one process a directory. When the disk budget is used up the oldest segment goes, and is
/// counted.
public final class Spool implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Spool.class);
  // Half the collector's message limit of 4 MiB, so that a batch always fits.
  private static final int MAX_BATCH_BYTES = 2 << 20;
  private static final int MAX_BATCH_WINDOWS = 2_000;

  /// Templates of a dictionary that are written at once.
  private static final int PORTION = 256;

  private final SpoolConfig config;
  private final Identity identity;
  private final FileChannel lock;
  private final Deque<Segment> segments = new ArrayDeque<>();
  private Checkpoint checkpoint = Checkpoint.getDefaultInstance();
  private long lastSequence;
  private long acknowledged;
  private long dropped;
  private Volume sealed = Volume.NONE;
  private Volume givenUp = Volume.NONE;
  private boolean full;

  private Spool(SpoolConfig config, Identity identity, FileChannel lock) {
    this.config = config;
    this.identity = identity;
    this.lock = lock;
  }

  /// Opens or makes the spool and reads where it stood.
  ///
  /// @param configuredId the agent's id; empty: the kept one, or made from the host's name
  /// @throws SpoolException when another agent holds the directory or the disk refuses
  public static Spool open(
      SpoolConfig config, String configuredId, String host, RandomGenerator random) {
    try {
      Files.createDirectories(config.directory());
      FileChannel lock =
          FileChannel.open(
              config.directory().resolve("lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      if (!locked(lock)) {
        lock.close();
        throw new SpoolException(
            config.directory() + " is in use by another agent; give each its own data directory",
            null);
      }
      Identity identity = Identity.in(config.directory(), configuredId, host, random);
      Spool spool = new Spool(config, identity, lock);
      spool.recover();
      return spool;
    } catch (IOException e) {
      throw new SpoolException(
          "cannot open the spool in %s: %s".formatted(config.directory(), e.getMessage()), e);
    }
  }

  public Identity identity() {
    return identity;
  }

  /// Encoded [io.tocsin.agent.tail.Positions] of the newest record; empty before the first.
  public byte[] positions() {
    return checkpoint.getPositions().toByteArray();
  }

  /// Windows that were open at the newest record.
  public List<WindowSummary> open() {
    return checkpoint.getOpenList().stream().map(Wire::fromWire).toList();
  }

  /// End of the newest sealed window, epoch milliseconds; 0 before the first.
  public long sealedUntilMillis() {
    return checkpoint.getSealedUntilEpochMs();
  }

  /// Writes one seal: all of it durable on return, or, with a [SpoolException], none of it.
  ///
  /// @param windows sealed now
  /// @param templates new or changed since the seal before, by workload
  public void append(
      long nowMillis,
      List<WindowSummary> windows,
      Map<String, List<Template>> templates,
      AgentStatus status,
      byte[] positions,
      List<WindowSummary> open,
      long sealedUntilMillis) {
    SpoolRecord.Builder record = SpoolRecord.newBuilder();
    record
        .getCheckpointBuilder()
        .setPositions(ByteString.copyFrom(positions))
        .setSealedUntilEpochMs(sealedUntilMillis);
    open.forEach(summary -> record.getCheckpointBuilder().addOpen(Wire.toWire(summary)));
    long sequence = lastSequence;
    for (Batch.Builder batch : batches(windows, templates)) {
      record.addBatches(
          batch.setSequence(++sequence).setSealedAtEpochMs(nowMillis).setStatus(status));
    }
    Volume all = sealed.plus(Volume.of(record.getBatchesList()));
    record
        .getCheckpointBuilder()
        .setWindowsSealed(all.windows())
        .setLinesSealed(all.lines())
        .setWindowsGivenUp(givenUp.windows())
        .setLinesGivenUp(givenUp.lines());
    SpoolRecord built = record.build();
    try {
      if (segments.isEmpty() || segments.getLast().size() >= config.segmentBytes()) {
        segments.addLast(Segment.create(config.directory(), lastSequence + 1));
      }
      segments.getLast().append(built);
    } catch (IOException e) {
      throw new SpoolException(
          "cannot write %s: %s; the window is kept in memory and tried again"
              .formatted(config.directory(), e.getMessage()),
          e);
    }
    lastSequence = sequence;
    sealed = all;
    checkpoint = built.getCheckpoint();
    trim();
  }

  /// Keeps the dictionaries beside the log. They are a cache: ids are hashes of the wording, so
  /// what a crash loses is mined again under the same id.
  public void saveTemplates(Map<String, List<Template>> templates) {
    Path file = config.directory().resolve("templates");
    try {
      Identity.replace(
          file,
          channel -> {
            for (var workload : templates.entrySet()) {
              write(channel, workload.getKey(), workload.getValue());
            }
          });
    } catch (IOException e) {
      log.warn("cannot write {}: {}; it is tried again in a minute", file, e.getMessage());
    }
  }

  /// In portions, each a message of its own that the next one adds to: all at once would be the
  /// largest thing that the agent ever holds.
  private static void write(FileChannel file, String workload, List<Template> known)
      throws IOException {
    for (int from = 0; from < known.size(); from += PORTION) {
      List<Template> some = known.subList(from, Math.min(known.size(), from + PORTION));
      byte[] portion =
          Dictionaries.newBuilder().addWorkloads(Wire.toWire(workload, some)).build().toByteArray();
      Identity.fill(file, ByteBuffer.wrap(portion));
    }
  }

  /// The dictionaries as last kept; empty when there are none or they are damaged.
  public Map<String, List<Template>> templates() {
    Path file = config.directory().resolve("templates");
    Map<String, List<Template>> templates = new LinkedHashMap<>();
    try {
      if (Files.exists(file)) {
        Dictionaries.parseFrom(Files.readAllBytes(file))
            .getWorkloadsList()
            .forEach(each ->
                templates
                    .computeIfAbsent(each.getWorkload(), w -> new ArrayList<>())
                    .addAll(Wire.fromWire(each.getTemplatesList())));
      }
    } catch (IOException e) {
      log.warn("{} is damaged ({}) and is made anew from what is read", file, e.getMessage());
    }
    return templates;
  }

  /// Batches above a sequence, ascending, at most `max`.
  public List<Batch> after(long sequence, int max) {
    List<Batch> found = new ArrayList<>();
    for (Segment segment : segments) {
      if (segment.lastSequence() <= sequence) {
        continue;
      }
      for (Segment.Entry entry : segment.entries()) {
        if (entry.lastSequence() <= sequence || entry.lastSequence() < entry.firstSequence()) {
          continue;
        }
        for (Batch batch : read(segment, entry).getBatchesList()) {
          if (batch.getSequence() > sequence) {
            found.add(batch);
            if (found.size() == max) {
              return found;
            }
          }
        }
      }
    }
    return found;
  }

  /// The collector holds everything up to here; segments below it go. Where it holds more than was
  /// ever written here, the log was lost: what it would take for repeats is given up, and numbers
  /// go on behind its own.
  public void acknowledged(long sequence) {
    if (sequence > lastSequence) {
      long repeats = waiting();
      dropped += repeats;
      givenUp = givenUp.plus(waitingVolume());
      log.warn(
          "{} ends at batch {}, the collector holds {}: its log was lost; {} batches are given up",
          config.directory(),
          lastSequence,
          sequence,
          repeats);
      lastSequence = sequence;
    }
    acknowledged = Math.max(sequence, acknowledged);
    while (segments.size() > 1 && segments.getFirst().lastSequence() <= acknowledged) {
      delete(segments.removeFirst());
    }
    if (full && bytes() < config.maxBytes() / 2) {
      full = false;
      log.info(
          "the spool in {} has room again; {} batches were given up", config.directory(), dropped);
    }
  }

  /// Lowest sequence that can still be sent.
  public long firstSequence() {
    return segments.isEmpty() ? lastSequence + 1 : segments.getFirst().firstSequence();
  }

  public long lastSequence() {
    return lastSequence;
  }

  /// Batches waiting for an acknowledgement.
  public long waiting() {
    return lastSequence - Math.max(acknowledged, firstSequence() - 1);
  }

  /// What went through the spool since it was made: sealed = acknowledged + waiting + given up.
  public Flow flow() {
    Volume waiting = waitingVolume();
    return Flow.newBuilder()
        .setWindowsSealed(sealed.windows())
        .setLinesSealed(sealed.lines())
        .setWindowsWaiting(waiting.windows())
        .setLinesWaiting(waiting.lines())
        .setWindowsGivenUp(givenUp.windows())
        .setLinesGivenUp(givenUp.lines())
        .build();
  }

  private Volume waitingVolume() {
    return segments.stream().map(this::unacknowledged).reduce(Volume.NONE, Volume::plus);
  }

  private Volume unacknowledged(Segment segment) {
    return segment.entries().stream()
        .filter(entry -> entry.lastSequence() > acknowledged)
        .map(Segment.Entry::volume)
        .reduce(Volume.NONE, Volume::plus);
  }

  /// Batches given up since start, because the disk budget was used up.
  public long dropped() {
    return dropped;
  }

  /// Bytes on disk.
  public long bytes() {
    return segments.stream().mapToLong(Segment::size).sum();
  }

  @Override
  public void close() {
    try {
      for (Segment segment : segments) {
        segment.close();
      }
      lock.close();
    } catch (IOException e) {
      throw new SpoolException("cannot close " + config.directory() + ": " + e.getMessage(), e);
    }
  }

  private static boolean locked(FileChannel lock) throws IOException {
    try {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // held by this very process
    }
  }

  private void recover() throws IOException {
    List<Path> files;
    try (var listing = Files.list(config.directory())) {
      files = listing.filter(file -> file.toString().endsWith(".spool")).sorted().toList();
    }
    Volume lostVolume = Volume.NONE;
    for (Path file : files) {
      Segment segment = Segment.recover(file);
      if (segment.entries().isEmpty()) {
        segment.delete();
        continue;
      }
      if (!segments.isEmpty() && segment.firstSequence() != lastSequence + 1) {
        long lost = segment.firstSequence() - lastSequence - 1;
        dropped += Math.max(0, lost);
        Segment.Entry next = segment.entries().getFirst();
        Segment.Entry last = segments.getLast().entries().getLast();
        lostVolume = lostVolume.plus(next.sealed().minus(next.volume()).minus(last.sealed()));
        log.warn("{}: {} batches before it were damaged and are given up", file, lost);
      }
      segments.addLast(segment);
      lastSequence = segment.lastSequence();
    }
    if (!segments.isEmpty()) {
      Segment newest = segments.getLast();
      checkpoint = read(newest, newest.entries().getLast()).getCheckpoint();
      acknowledged = firstSequence() - 1;
      sealed = new Volume(checkpoint.getWindowsSealed(), checkpoint.getLinesSealed());
      givenUp =
          new Volume(checkpoint.getWindowsGivenUp(), checkpoint.getLinesGivenUp()).plus(lostVolume);
    }
  }

  private void trim() {
    while (segments.size() > 1 && bytes() > config.maxBytes()) {
      Segment oldest = segments.removeFirst();
      long lost = oldest.lastSequence() - Math.max(acknowledged, oldest.firstSequence() - 1);
      dropped += Math.max(0, lost);
      givenUp = givenUp.plus(unacknowledged(oldest));
      delete(oldest);
      if (!full) {
        full = true;
        log.warn(
            "the spool in {} is full ({} bytes); the oldest batches are given up unsent and"
                + " counted",
            config.directory(),
            config.maxBytes());
      }
    }
  }

  private SpoolRecord read(Segment segment, Segment.Entry entry) {
    try {
      SpoolRecord record = segment.read(entry.position());
      if (record == null) {
        throw new SpoolException(
            "%s: the record of batches %d to %d was whole and no longer is; check the disk"
                .formatted(config.directory(), entry.firstSequence(), entry.lastSequence()),
            null);
      }
      return record;
    } catch (IOException e) {
      throw new SpoolException(
          "cannot read %s: %s".formatted(config.directory(), e.getMessage()), e);
    }
  }

  private void delete(Segment segment) {
    try {
      segment.delete();
    } catch (IOException e) {
      log.warn("cannot delete an old segment in {}: {}", config.directory(), e.getMessage());
    }
  }

  private static List<Batch.Builder> batches(
      List<WindowSummary> windows, Map<String, List<Template>> templates) {
    List<Batch.Builder> batches = new ArrayList<>();
    Batch.Builder batch = Batch.newBuilder();
    int bytes = 0;
    for (var entry : templates.entrySet()) {
      var message = Wire.toWire(entry.getKey(), entry.getValue());
      batch.addTemplates(message);
      bytes += message.getSerializedSize();
      if (bytes > MAX_BATCH_BYTES) {
        batches.add(batch);
        batch = Batch.newBuilder();
        bytes = 0;
      }
    }
    for (WindowSummary summary : windows) {
      var message = Wire.toWire(summary);
      if (bytes + message.getSerializedSize() > MAX_BATCH_BYTES
          || batch.getWindowsCount() == MAX_BATCH_WINDOWS) {
        batches.add(batch);
        batch = Batch.newBuilder();
        bytes = 0;
      }
      batch.addWindows(message);
      bytes += message.getSerializedSize();
    }
    // A seal of nothing takes a number too: segments are named by their first, and a record without
    // one would let the next segment be made over this one's file.
    if (batches.isEmpty() || batch.getWindowsCount() > 0 || batch.getTemplatesCount() > 0) {
      batches.add(batch);
    }
    return batches;
  }
}
