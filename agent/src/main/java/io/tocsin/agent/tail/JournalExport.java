package io.tocsin.agent.tail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Reads the Journal Export Format (systemd's documentation of that name): a field a line as
/// `NAME=value`, or `NAME`, the length as 64 bits little-endian and that many bytes; an empty line
/// ends the entry. Whatever comes, at most one message of the given length is held.
final class JournalExport {
  /// What entries are made of; names and stamps come unasked.
  static final String FIELDS = "MESSAGE,_SYSTEMD_UNIT,_PID,UNIT";

  // The longest field asked for beside the message is a cursor or a unit's name, below 300 bytes.
  private static final int MAX_OTHER = 1_024;

  private enum State {
    LINE,
    LENGTH,
    DATA,
    DATA_END
  }

  private final int maxMessageBytes;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream(256);
  private State state = State.LINE;
  private String name = "";
  private boolean cut;
  private long length;
  private int lengthBytes;

  // The entry begun.
  private String cursor = "";
  private String stamp = "";
  private String unit = "";
  private String aboutUnit = "";
  private String pid = "";
  private byte[] message = new byte[0];
  private boolean messageCut;
  private boolean hasMessage;

  JournalExport(int maxMessageBytes) {
    this.maxMessageBytes = maxMessageBytes;
  }

  /// @throws IOException when this is not the journal's export format; nothing is to be fed then
  void feed(byte[] bytes, int n, Consumer<JournalEntry> out) throws IOException {
    for (int i = 0; i < n; i++) {
      byte b = bytes[i];
      switch (state) {
        case LINE -> {
          if (b == '\n') {
            line(out);
          } else {
            keep(b, "MESSAGE=".length());
          }
        }
        case LENGTH -> {
          length |= (b & 0xffL) << (8 * lengthBytes);
          lengthBytes++;
          if (lengthBytes == Long.BYTES) {
            state = length == 0 ? State.DATA_END : State.DATA;
          }
        }
        case DATA -> {
          keep(b, 0);
          length--;
          if (length == 0) {
            state = State.DATA_END;
          }
        }
        case DATA_END -> {
          field(name, kept.toByteArray());
          state = State.LINE;
        }
      }
    }
  }

  private void keep(byte b, int room) {
    if (kept.size() < Math.max(maxMessageBytes, MAX_OTHER) + room) {
      kept.write(b);
    } else {
      cut = true;
    }
  }

  private void line(Consumer<JournalEntry> out) throws IOException {
    byte[] line = kept.toByteArray();
    int equals = 0;
    while (equals < line.length && line[equals] != '=') {
      equals++;
    }
    if (line.length == 0) {
      end(out);
    } else if (equals < line.length) {
      byte[] value = new byte[line.length - equals - 1];
      System.arraycopy(line, equals + 1, value, 0, value.length);
      field(ascii(line, equals), value);
    } else if (line[0] == '-') {
      kept.reset(); // `-- No entries --`, told to people
      cut = false;
    } else {
      name = ascii(line, line.length);
      kept.reset();
      length = 0;
      lengthBytes = 0;
      state = State.LENGTH;
    }
  }

  private void field(String field, byte[] value) {
    switch (field) {
      case "__CURSOR" -> cursor = ascii(value, value.length);
      case "__REALTIME_TIMESTAMP" -> stamp = ascii(value, value.length);
      case "_SYSTEMD_UNIT" -> unit = ascii(value, value.length);
      case "UNIT" -> aboutUnit = ascii(value, value.length);
      case "_PID" -> pid = ascii(value, value.length);
      case "MESSAGE" -> {
        message = value;
        messageCut = cut;
        hasMessage = true;
      }
      default -> {} // comes unasked: boot, monotonic time, sequence number
    }
    kept.reset();
    cut = false;
  }

  private void end(Consumer<JournalEntry> out) throws IOException {
    if (cursor.isEmpty() || !stamp.matches("\\d{1,18}")) {
      throw new IOException("expected an entry with a cursor and a stamp, found neither or one");
    }
    // What the service manager says of a unit, such as how it ended, is the unit's. Anybody may
    // send the field UNIT, but not as process 1.
    String whose = pid.equals("1") && !aboutUnit.isEmpty() ? aboutUnit : unit;
    out.accept(
        new JournalEntry(
            cursor, Long.parseLong(stamp), hasMessage ? whose : "", message, messageCut));
    cursor = "";
    stamp = "";
    unit = "";
    aboutUnit = "";
    pid = "";
    message = new byte[0];
    messageCut = false;
    hasMessage = false;
  }

  private static String ascii(byte[] bytes, int length) {
    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
  }
}
