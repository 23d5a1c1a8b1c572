package io.tocsin.agent.tail;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// How far every log had been handed on at one moment; what comes later is read again after a
/// restart.
///
/// @param takenAtMillis when, epoch milliseconds; 0 for an agent that never ran
/// @param logs one entry a log
public record Positions(long takenAtMillis, List<Position> logs) {

  /// An agent that never ran.
  public static final Positions NONE = new Positions(0, List.of());

  private static final int VERSION = 1;
  private static final int MAX_LOGS = 100_000;

  public Positions {
    logs = List.copyOf(logs);
  }

  /// The place in one log.
  ///
  /// @param log the log's path; the unit's name; or `journal` for the journal as a whole, where
  ///   reading goes on
  /// @param file the file that holds the first byte not handed on
  /// @param offset of that byte in the file
  /// @param copied whether the file is a copy made before a truncation
  /// @param predecessor inode of the newest rotated file beside it that is done with; 0 for none
  /// @param cursor of the last entry handed on, for a journal, or before the first one `@` and the
  ///   time to begin at, seconds since the epoch; else empty
  record Position(
      String log, Identity file, long offset, boolean copied, long predecessor, String cursor) {}

  /// What tells a file from others: the inode alone may be used again.
  ///
  /// @param length bytes of the head that are fingerprinted, 0 to 1,024
  /// @param fingerprint CRC-32C of them
  record Identity(long device, long inode, int length, int fingerprint) {
    static final Identity NONE = new Identity(0, 0, 0, 0);
  }

  /// A version byte, the entries, a CRC-32C; big-endian. At most some 200 bytes a log.
  public byte[] encode() {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeLong(takenAtMillis);
      out.writeInt(logs.size());
      for (var log : logs) {
        out.writeUTF(log.log);
        out.writeLong(log.file.device);
        out.writeLong(log.file.inode);
        out.writeShort(log.file.length);
        out.writeInt(log.file.fingerprint);
        out.writeLong(log.offset);
        out.writeBoolean(log.copied);
        out.writeLong(log.predecessor);
        out.writeUTF(log.cursor);
      }
      out.writeInt(checksum(bytes.toByteArray(), bytes.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /// @throws IllegalArgumentException when the bytes are not what [#encode] writes
  public static Positions decode(byte[] bytes) {
    if (bytes.length < 17) {
      throw new IllegalArgumentException(
          "positions: expected at least 17 bytes, found " + bytes.length);
    }
    var in = new DataInputStream(new ByteArrayInputStream(bytes));
    try {
      int version = in.readUnsignedByte();
      if (version != VERSION) {
        throw new IllegalArgumentException(
            "positions: expected version %d, found %d".formatted(VERSION, version));
      }
      int expected = checksum(bytes, bytes.length - 4);
      int found =
          new DataInputStream(new ByteArrayInputStream(bytes, bytes.length - 4, 4)).readInt();
      if (found != expected) {
        throw new IllegalArgumentException(
            "positions of %d bytes: checksum %08x, expected %08x"
                .formatted(bytes.length, found, expected));
      }
      long takenAt = in.readLong();
      int count = in.readInt();
      if (count < 0 || count > MAX_LOGS) {
        throw new IllegalArgumentException(
            "positions: expected 0 to %d logs, found %d".formatted(MAX_LOGS, count));
      }
      var logs = new ArrayList<Position>();
      for (int i = 0; i < count; i++) {
        logs.add(
            new Position(
                in.readUTF(),
                new Identity(in.readLong(), in.readLong(), in.readUnsignedShort(), in.readInt()),
                in.readLong(),
                in.readBoolean(),
                in.readLong(),
                in.readUTF()));
      }
      return new Positions(takenAt, logs);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "positions: %d bytes end within an entry".formatted(bytes.length), e);
    }
  }

  static int checksum(byte[] bytes, int length) {
    var crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
