package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// The last rollback of one workload that was begun here, on disk before it begins: so it goes on
/// after kill -9, and is known for ours when it is noticed.
///
/// @param moving whether instances are still to be restarted
/// @param failed why it stopped short; empty when it did not
/// @param noticed whether its release event was handed on
record RollbackIntent(
    String workload, String bad, String target, boolean moving, String failed, boolean noticed) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static RollbackIntent begun(Release bad, Release target) {
    return new RollbackIntent(bad.workload(), bad.id(), target.id(), true, "", false);
  }

  RollbackIntent done() {
    return new RollbackIntent(workload, bad, target, false, "", noticed);
  }

  RollbackIntent failed(String why) {
    return new RollbackIntent(workload, bad, target, false, why, noticed);
  }

  RollbackIntent seen() {
    return new RollbackIntent(workload, bad, target, moving, failed, true);
  }

  static @Nullable RollbackIntent read(Path file) {
    try {
      return JSON.readValue(Files.readAllBytes(file), RollbackIntent.class);
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(
          file + ": expected a rollback in JSON as this collector writes it; found other", e);
    }
  }

  /// Durable on return, and never half.
  void write(Path file) {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.write(next, JSON.writeValueAsBytes(this));
      try (var channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": a rollback's intent cannot be written", e);
    }
  }
}
