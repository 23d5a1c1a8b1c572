package io.tocsin.agent.tail;

import io.tocsin.agent.instance.Instance;
import io.tocsin.agent.instance.LogFile;
import io.tocsin.agent.instance.LogFile.Framing;
import io.tocsin.agent.instance.Running;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// A tailer under test: its clock, what it handed on, and a restart that forgets all but the
/// positions.
final class Tail implements AutoCloseable {
  static final TailConfig AT_ONCE = new TailConfig(false, 4 << 20, 64 << 10, 256, 0);

  final List<RawLine> lines = new ArrayList<>();
  private final TailConfig config;
  private final JournalSource journal;
  private final List<Running> running = new ArrayList<>();
  private Tailer tailer;
  private long ahead;

  Tail(TailConfig config) {
    this(config, JournalSource.SYSTEM);
  }

  Tail(TailConfig config, JournalSource journal) {
    this.config = config;
    this.journal = journal;
    this.tailer = new Tailer(config, this::now, journal);
  }

  /// Files are stamped by the real clock, so the fake one runs with it, ahead when told.
  private long now() {
    return System.currentTimeMillis() + ahead;
  }

  Tailer tailer() {
    return tailer;
  }

  void pass(long millis) {
    ahead += millis;
  }

  /// Looks at what runs, a while later.
  void look() {
    pass(2_000);
    tailer.follow(running);
  }

  /// Finds another incarnation of the same log, in place of one before if there was any.
  Tail finds(String id, LogFile log) {
    running.removeIf(r -> r.logs().contains(log));
    running.add(running(id, log));
    tailer.follow(running);
    return this;
  }

  Tail following(Framing framing, Path... logs) {
    listing(framing, logs);
    tailer.follow(running);
    return this;
  }

  /// To be followed from the next look or restart on.
  Tail listing(Framing framing, Path... logs) {
    for (var log : logs) {
      running.add(running("i:" + log.getFileName(), new LogFile(log, framing)));
    }
    return this;
  }

  static Running running(String id, LogFile... logs) {
    return new Running(
        new Instance(id, "directory", "h", "directory/h/app", "1", "", "", 0, "", ""),
        List.of(logs),
        OptionalLong.empty(),
        null,
        null);
  }

  /// Reads all there is; an unfinished message stays unfinished.
  List<String> read() {
    for (int i = 0; i < 3; i++) {
      while (tailer.poll(lines::add)) {}
    }
    return texts();
  }

  /// Reads all there is and lets a second pass, so that messages are known to be whole.
  List<String> settle() {
    read();
    pass(1_001);
    return read();
  }

  List<String> texts() {
    return lines.stream().map(RawLine::text).toList();
  }

  /// As after kill -9: only the positions are left.
  void restart() {
    var kept = tailer.positions().encode();
    restartFrom(Positions.decode(kept));
  }

  void restartFrom(Positions positions) {
    tailer.close();
    tailer = new Tailer(config, this::now, journal);
    tailer.resume(positions);
    tailer.follow(running);
  }

  Progress progress(Path log) {
    return tailer.progress("i:" + log.getFileName());
  }

  static void append(Path file, String text) {
    append(file, text.getBytes(StandardCharsets.UTF_8));
  }

  static void append(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    tailer.close();
  }
}
