package io.tocsin.agent.spool;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tocsin.agent.spool.v1.SpoolRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// One append-only file of records: `length u32, crc32c u32, SpoolRecord`, big-endian, named by the
/// first sequence in it. A record counts when it is whole and its checksum holds; the first that
/// does not ends the segment.
final class Segment implements AutoCloseable {
  private static final int HEADER = 8;
  // A seal of a thousand instances is some 2 MB; more is damage.
  private static final int MAX_RECORD = 64 << 20;

  private final Path file;
  private final FileChannel channel;
  private final long firstSequence;
  private final List<Entry> entries = new ArrayList<>();
  private long size;

  /// Where the record that holds these sequences begins.
  ///
  /// @param volume of its batches
  /// @param sealed of it and all records before it
  record Entry(
      long position, long firstSequence, long lastSequence, Volume volume, Volume sealed) {}

  private Segment(Path file, FileChannel channel, long firstSequence) {
    this.file = file;
    this.channel = channel;
    this.firstSequence = firstSequence;
  }

  static Segment create(Path directory, long firstSequence) throws IOException {
    Path file = directory.resolve(String.format(Locale.ROOT, "%020d.spool", firstSequence));
    FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    return new Segment(file, channel, firstSequence);
  }

  /// Opens a segment and reads what is whole; what follows is cut off.
  static Segment recover(Path file) throws IOException {
    String name = file.getFileName().toString();
    long first = Long.parseLong(name.substring(0, name.indexOf('.')));
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    Segment segment = new Segment(file, channel, first);
    long position = 0;
    while (true) {
      SpoolRecord record = segment.read(position);
      if (record == null) {
        break;
      }
      segment.index(position, record);
      position += HEADER + record.getSerializedSize();
    }
    segment.size = position;
    if (channel.size() > position) {
      channel.truncate(position);
      channel.force(true);
    }
    return segment;
  }

  /// Durable on return.
  void append(SpoolRecord record) throws IOException {
    byte[] payload = record.toByteArray();
    if (payload.length > MAX_RECORD) {
      throw new IOException(
          "a record of %,d bytes, at most %,d can be read back"
              .formatted(payload.length, MAX_RECORD));
    }
    CRC32C crc = new CRC32C();
    crc.update(payload);
    ByteBuffer buffer = ByteBuffer.allocate(HEADER + payload.length);
    buffer.putInt(payload.length).putInt((int) crc.getValue()).put(payload).flip();
    long position = size;
    try {
      while (buffer.hasRemaining()) {
        position += channel.write(buffer, position);
      }
      channel.force(false);
    } catch (IOException e) {
      // A half-written record must not stand in the way of the next one.
      channel.truncate(size);
      throw e;
    }
    index(size, record);
    size = position;
  }

  /// The record at a position, or null where no whole record stands.
  @Nullable SpoolRecord read(long position) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER);
    if (!fill(header, position)) {
      return null;
    }
    int length = header.getInt();
    int checksum = header.getInt();
    if (length < 0 || length > MAX_RECORD || position + HEADER + length > channel.size()) {
      return null;
    }
    ByteBuffer payload = ByteBuffer.allocate(length);
    if (!fill(payload, position + HEADER)) {
      return null;
    }
    CRC32C crc = new CRC32C();
    crc.update(payload.array());
    if ((int) crc.getValue() != checksum) {
      return null;
    }
    try {
      return SpoolRecord.parseFrom(payload.array());
    } catch (InvalidProtocolBufferException e) {
      return null;
    }
  }

  List<Entry> entries() {
    return entries;
  }

  long firstSequence() {
    return firstSequence;
  }

  /// Highest sequence in it; one below its first when it is empty.
  long lastSequence() {
    return entries.isEmpty() ? firstSequence - 1 : entries.getLast().lastSequence();
  }

  long size() {
    return size;
  }

  void delete() throws IOException {
    close();
    Files.deleteIfExists(file);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void index(long position, SpoolRecord record) {
    long before = lastSequence();
    long last =
        record.getBatchesCount() == 0
            ? before
            : record.getBatches(record.getBatchesCount() - 1).getSequence();
    var checkpoint = record.getCheckpoint();
    Volume sealed = new Volume(checkpoint.getWindowsSealed(), checkpoint.getLinesSealed());
    entries.add(new Entry(position, before + 1, last, Volume.of(record.getBatchesList()), sealed));
  }

  private boolean fill(ByteBuffer buffer, long position) throws IOException {
    long at = position;
    while (buffer.hasRemaining()) {
      int read = channel.read(buffer, at);
      if (read < 0) {
        return false;
      }
      at += read;
    }
    buffer.flip();
    return true;
  }
}
