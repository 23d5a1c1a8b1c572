package io.tocsin.agent.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;

/// Who this spool belongs to.
///
/// @param agentId 1 to 128 characters
/// @param epoch made with the directory; sequences count within it, never 0
/// @param hostKey 32 bytes, random, for the marks of masked secrets; never leaves the host
public record Identity(String agentId, long epoch, byte[] hostKey) {
  private static final HexFormat HEX = HexFormat.of();

  /// Reads the identity kept in `directory`, or makes one. A configured id that differs from the
  /// kept one is refused: the collector would see two agents in one.
  static Identity in(Path directory, String configuredId, String host, RandomGenerator random) {
    Path file = directory.resolve("identity");
    try {
      if (Files.exists(file)) {
        Identity kept = parse(file, Files.readAllLines(file));
        if (!configuredId.isEmpty() && !configuredId.equals(kept.agentId)) {
          throw new SpoolException(
              "%s belongs to agent %s, and agent.id says %s; use another data directory or the old id"
                  .formatted(directory, kept.agentId, configuredId),
              null);
        }
        return kept;
      }
      byte[] key = new byte[32];
      random.nextBytes(key);
      String id =
          configuredId.isEmpty()
              ? host + "-" + HEX.toHexDigits(random.nextInt()).substring(0, 6)
              : configuredId;
      Identity made = new Identity(id, random.nextLong() | 1, key);
      String text = "%s%n%s%n%s%n".formatted(id, HEX.toHexDigits(made.epoch), HEX.formatHex(key));
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      replace(file, channel -> fill(channel, bytes));
      return made;
    } catch (IOException e) {
      throw new SpoolException("cannot read or write %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /// What is written to a file.
  interface Content {
    void to(FileChannel channel) throws IOException;
  }

  static void fill(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /// Writes a file whole or not at all, readable by its owner alone.
  static void replace(Path file, Content content) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    Files.createFile(fresh);
    if (fresh.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(
          fresh, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    }
    try (var channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      content.to(channel);
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static Identity parse(Path file, List<String> lines) {
    try {
      return new Identity(
          lines.get(0), HexFormat.fromHexDigitsToLong(lines.get(1)), HEX.parseHex(lines.get(2)));
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new SpoolException(
          "%s: expected three lines (agent id, epoch, key), found %d damaged ones; restore it, or delete the whole directory to start anew"
              .formatted(file, lines.size()),
          e);
    }
  }
}
