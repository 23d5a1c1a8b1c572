package io.tocsin.agent.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JournalExportTest {
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();

  private void line(String line) {
    text.writeBytes((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private void binary(String name, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    line(name);
    var length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(bytes.length);
    text.writeBytes(length.array());
    text.writeBytes(bytes);
    line("");
  }

  private List<String> entries(int chunk) throws IOException {
    var export = new JournalExport(1_024);
    var found = new ArrayList<String>();
    byte[] bytes = text.toByteArray();
    for (int from = 0; from < bytes.length; from += chunk) {
      int n = Math.min(chunk, bytes.length - from);
      byte[] part = new byte[n];
      System.arraycopy(bytes, from, part, 0, n);
      export.feed(
          part,
          n,
          e ->
              found.add(
                  e.cursor()
                      + ' '
                      + e.stampMillis()
                      + ' '
                      + e.unit()
                      + ' '
                      + new String(e.message(), StandardCharsets.UTF_8)
                      + (e.cut() ? " cut" : "")));
    }
    return found;
  }

  @Test
  void entriesAreReadHoweverTheirBytesArrive() throws IOException {
    line("__CURSOR=c1");
    line("__REALTIME_TIMESTAMP=1795470507000001");
    line("_BOOT_ID=00");
    line("_SYSTEMD_UNIT=a.service");
    line("MESSAGE=one=1");
    line("");
    line("-- No entries --");
    line("__CURSOR=c2");
    line("__REALTIME_TIMESTAMP=1795470507002000");
    binary("MESSAGE", "two\n\nlines");
    line("_SYSTEMD_UNIT=b.service");
    line("");
    line("__CURSOR=c3");
    line("__REALTIME_TIMESTAMP=1795470507003000");
    binary("MESSAGE", "");
    line("");

    for (int chunk : new int[] {1, 2, 3, 7, 1_000}) {
      assertThat(entries(chunk))
          .containsExactly(
              "c1 1795470507000 a.service one=1",
              "c2 1795470507002 b.service two\n\nlines",
              "c3 1795470507003  ");
    }
  }

  @Test
  void aLongMessageIsCutAndTheNextOneIsWhole() throws IOException {
    for (int i = 0; i < 2; i++) {
      line("__CURSOR=c");
      line("__REALTIME_TIMESTAMP=1");
      line("_SYSTEMD_UNIT=a.service");
      if (i == 0) {
        binary("MESSAGE", "x".repeat(5_000));
      } else {
        line("MESSAGE=" + "x".repeat(1_024));
      }
      line("");
    }

    assertThat(entries(100))
        .containsExactly(
            "c 0 a.service " + "x".repeat(1_024) + " cut", "c 0 a.service " + "x".repeat(1_024));
  }

  @Test
  void whatTheServiceManagerSaysOfAUnitIsTheUnits() throws IOException {
    for (String pid : List.of("1", "77")) {
      line("__CURSOR=c");
      line("__REALTIME_TIMESTAMP=1");
      line("_SYSTEMD_UNIT=init.scope");
      line("UNIT=a.service");
      line("_PID=" + pid);
      line("MESSAGE=failed");
      line("");
    }

    assertThat(entries(100)).containsExactly("c 0 a.service failed", "c 0 init.scope failed");
  }

  @Test
  void whatIsNoExportIsRefused() {
    line("MESSAGE=no cursor");
    line("");

    assertThatThrownBy(() -> entries(100)).isInstanceOf(IOException.class);
  }
}
