package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a rollback will need, on disk before it is needed: the full specification of each release
/// as it was observed, and the last rollback sent. For the owner's eyes only, since a specification
/// may hold passwords in its environment. Safe for use by many threads.
final class ReleaseStore {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int RELEASES_KEPT = 50;

  private final Path directory;

  /// The last rollback of one workload that was sent from here.
  ///
  /// @param bad id of the release taken back
  /// @param target id of the release named
  /// @param atMillis when
  /// @param noticed whether its release event was handed on
  record Attempt(String bad, String target, long atMillis, boolean noticed) {
    /// Whether it is what changed a release, and nobody was told yet.
    boolean explains(@Nullable Release before, Release now) {
      return !noticed && target.equals(now.id()) && before != null && bad.equals(before.id());
    }

    /// Whether it took this very release back to this one: the way back to a target that was used
    /// before may be somebody else's now.
    boolean is(Release fromBad, Release toTarget) {
      return bad.equals(fromBad.id()) && target.equals(toTarget.id());
    }

    Attempt seen() {
      return new Attempt(bad, target, atMillis, true);
    }
  }

  /// @param directory in which each workload has a folder of its own, named by its `key`: a
  ///   relative path
  ReleaseStore(Path directory) {
    this.directory = directory;
  }

  /// Keeps a specification under its release, once; of very many releases those that ran last.
  synchronized void keep(String key, Release release, JsonNode spec) {
    Path file = spec(key, release.id());
    if (Files.exists(file)) {
      touch(file);
      return;
    }
    write(file, spec);
    try (Stream<Path> files = Files.list(file.getParent())) {
      files
          .filter(f -> f.getFileName().toString().startsWith("release-"))
          .sorted(Comparator.comparingLong(ReleaseStore::touchedAt).reversed())
          .skip(RELEASES_KEPT)
          .forEach(old -> {
            String name = old.getFileName().toString();
            delete(old.resolveSibling(name.replace("release-", "note-")));
            delete(old);
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Null when the release was never observed.
  synchronized @Nullable JsonNode spec(String key, Release release) {
    return read(spec(key, release.id()), JsonNode.class);
  }

  synchronized @Nullable Attempt attempt(String key) {
    return read(attemptFile(key), Attempt.class);
  }

  synchronized void attempt(String key, Attempt attempt) {
    write(attemptFile(key), attempt);
  }

  /// The rollback was not accepted, so it was none: the one before it is the last.
  synchronized void withdrawAttempt(String key, @Nullable Attempt before) {
    if (before == null) {
      delete(attemptFile(key));
    } else {
      attempt(key, before);
    }
  }

  /// What else was kept of a release; null when nothing was.
  synchronized <T> @Nullable T note(String key, Release release, Class<T> type) {
    return read(noteFile(key, release.id()), type);
  }

  /// Keeps something else of a release, for as long as its specification.
  synchronized void note(String key, Release release, Object value) {
    write(noteFile(key, release.id()), value);
  }

  private Path noteFile(String key, String release) {
    return directory.resolve(key).resolve("note-" + release + ".json");
  }

  private Path spec(String key, String release) {
    return directory.resolve(key).resolve("release-" + release + ".json");
  }

  private Path attemptFile(String key) {
    return directory.resolve(key).resolve("rollback.json");
  }

  private static <T> @Nullable T read(Path file, Class<T> type) {
    try {
      return JSON.readValue(Files.readAllBytes(file), type);
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(
          file + ": expected JSON as this collector writes it; found other", e);
    }
  }

  /// Durable on return, and never half.
  private static void write(Path file, Object value) {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.createDirectories(
          file.getParent(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Files.deleteIfExists(next);
      try (var channel =
          FileChannel.open(
              next,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        var bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(value));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be written", e);
    }
  }

  private static void touch(Path file) {
    try {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long touchedAt(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
