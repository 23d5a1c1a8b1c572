package io.tocsin.agent.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.agent.instance.Instance;
import io.tocsin.agent.template.Level;
import io.tocsin.agent.template.Login;
import io.tocsin.agent.template.Template;
import io.tocsin.agent.window.Logins;
import io.tocsin.agent.window.WindowSummary;
import io.tocsin.v1.AgentStatus;
import io.tocsin.v1.Batch;
import io.tocsin.v1.Flow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpoolTest {
  @TempDir Path directory;

  @Test
  void whatWasSealedIsThereAfterARestartInOrderAndUnderTheSameName() {
    String id;
    long epoch;
    try (Spool spool = open()) {
      append(spool, 1);
      append(spool, 2);
      id = spool.identity().agentId();
      epoch = spool.identity().epoch();
    }
    try (Spool spool = open()) {
      assertThat(spool.identity().agentId()).isEqualTo(id);
      assertThat(spool.identity().epoch()).isEqualTo(epoch);
      assertThat(spool.after(0, 10)).extracting(Batch::getSequence).containsExactly(1L, 2L);
      assertThat(spool.positions()).containsExactly(2);
      assertThat(spool.sealedUntilMillis()).isEqualTo(2_000);
      append(spool, 3);
      assertThat(spool.lastSequence()).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
  void cutAtAnyByteTheSpoolHoldsTheWholeRecordsBeforeIt(long seed) throws IOException {
    Random random = new Random(seed);
    long[] ends = new long[21];
    try (Spool spool = open()) {
      for (int i = 1; i <= 20; i++) {
        append(spool, i);
        ends[i] = spool.bytes();
      }
    }
    Path segment = segments().getFirst();
    long cut = random.nextLong(ends[20]);
    try (var channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
      channel.truncate(cut);
    }
    int whole = 0;
    while (whole < 20 && ends[whole + 1] <= cut) {
      whole++;
    }
    try (Spool spool = open()) {
      assertThat(spool.lastSequence()).as("cut at %d, seed %d", cut, seed).isEqualTo(whole);
      append(spool, whole + 1);
      assertThat(spool.after(0, 100)).hasSize(whole + 1);
    }
  }

  @Test
  void aFlippedBitEndsTheSegmentAndIsNotBelieved() throws IOException {
    try (Spool spool = open()) {
      append(spool, 1);
      append(spool, 2);
    }
    Path segment = segments().getFirst();
    try (var channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {42}), channel.size() - 3);
    }
    try (Spool spool = open()) {
      assertThat(spool.lastSequence()).isEqualTo(1);
    }
  }

  @Test
  void acknowledgedSegmentsGoAndTheCheckpointStays() {
    try (Spool spool = open(4_096, 1 << 20)) {
      for (int i = 1; i <= 200; i++) {
        append(spool, i);
      }
      long full = spool.bytes();
      spool.acknowledged(200);
      assertThat(spool.bytes()).isLessThan(full / 4);
      assertThat(spool.waiting()).isZero();
      assertThat(spool.dropped()).isZero();
    }
    try (Spool spool = open(4_096, 1 << 20)) {
      assertThat(spool.lastSequence()).isEqualTo(200);
      assertThat(spool.positions()).containsExactly((byte) 200);
    }
  }

  @Test
  void aFullSpoolGivesUpItsOldestAndCountsIt() {
    try (Spool spool = open(4_096, 16_384)) {
      for (int i = 1; i <= 500; i++) {
        append(spool, i);
      }
      assertThat(spool.bytes()).isLessThan(16_384 + 4_096 + 1_000);
      assertThat(spool.dropped()).isEqualTo(spool.firstSequence() - 1).isPositive();
      assertThat(spool.after(0, 1).getFirst().getSequence()).isEqualTo(spool.firstSequence());
    }
  }

  @Test
  void sealedIsAcknowledgedAndWaitingAndGivenUpAlsoOverRestarts() {
    long held = 0;
    try (Spool spool = open(4_096, 16_384)) {
      for (int i = 1; i <= 500; i++) {
        append(spool, i);
        if (i == 100) {
          held = 90;
          spool.acknowledged(held);
        }
      }
      assertThat(spool.flow().getWindowsGivenUp()).isPositive();
      assertThat(sum(spool.flow(), held)).isEqualTo(500);
    }
    try (Spool spool = open(4_096, 16_384)) {
      append(spool, 501);
      Flow flow = spool.flow();
      assertThat(flow.getWindowsSealed()).isEqualTo(501);
      assertThat(flow.getLinesSealed()).isEqualTo(501);
      assertThat(sum(flow, held)).isEqualTo(501);
      long newest = spool.lastSequence();
      spool.acknowledged(newest);
      assertThat(spool.flow().getWindowsWaiting()).isZero();
    }
  }

  private static long sum(Flow flow, long acknowledged) {
    return acknowledged + flow.getWindowsWaiting() + flow.getWindowsGivenUp();
  }

  @Test
  void aHostWithNothingToWatchKeepsItsPlaceHoweverManySegmentsItFills() throws IOException {
    try (Spool spool = open(4_096, 1 << 20)) {
      append(spool, 1);
      for (int i = 0; i < 1_000; i++) {
        seal(spool, List.of(), 2);
      }
      spool.acknowledged(spool.lastSequence());
      append(spool, 3);
    }
    assertThat(segments()).doesNotHaveDuplicates().isNotEmpty();
    try (Spool spool = open(4_096, 1 << 20)) {
      assertThat(spool.positions()).containsExactly(3);
      assertThat(spool.lastSequence()).isEqualTo(1_002);
    }
  }

  @Test
  void afterTheLogWasLostNumbersGoOnBehindWhatTheCollectorHolds() throws IOException {
    try (Spool spool = open()) {
      append(spool, 1);
    }
    Files.delete(segments().getFirst());
    try (Spool spool = open()) {
      append(spool, 7);
      spool.acknowledged(500);
      assertThat(spool.dropped()).isEqualTo(1);
      append(spool, 8);
      assertThat(spool.after(500, 10)).extracting(Batch::getSequence).containsExactly(501L);
      assertThat(spool.waiting()).isEqualTo(1);
    }
    try (Spool spool = open()) {
      assertThat(spool.lastSequence()).isEqualTo(501);
      assertThat(spool.after(500, 10)).hasSize(1);
    }
  }

  @Test
  void twoAgentsCannotShareADirectory() {
    try (Spool spool = open()) {
      assertThatThrownBy(this::open)
          .isInstanceOf(SpoolException.class)
          .hasMessageContaining("in use by another agent");
      assertThat(spool.lastSequence()).isZero();
    }
  }

  @Test
  void anotherNameOnAnOldDirectoryIsRefused() {
    open().close();
    assertThatThrownBy(() -> Spool.open(SpoolConfig.in(directory), "other", "host1", new Random(1)))
        .isInstanceOf(SpoolException.class)
        .hasMessageContaining("belongs to agent");
  }

  @Test
  void dictionariesSurviveARestart() {
    Template template = new Template(42, "user <*> logged in", Level.INFO, 0, "user <*> logged in");
    try (Spool spool = open()) {
      spool.saveTemplates(Map.of("file/host1/a", List.of(template)));
    }
    try (Spool spool = open()) {
      assertThat(spool.templates()).containsEntry("file/host1/a", List.of(template));
    }
  }

  @Test
  void aLargeDictionaryIsWrittenInPortionsAndReadBackInOrder() {
    List<Template> many =
        LongStream.rangeClosed(2, 1_001)
            .mapToObj(id -> new Template(id, "text " + id, Level.WARN, id - 1, "skeleton " + id))
            .toList();
    try (Spool spool = open()) {
      spool.saveTemplates(Map.of("file/host1/a", many, "file/host1/b", many.subList(0, 3)));
    }
    try (Spool spool = open()) {
      assertThat(spool.templates())
          .containsOnly(
              Map.entry("file/host1/a", many), Map.entry("file/host1/b", many.subList(0, 3)));
    }
  }

  @Test
  void theKeyForMasksIsReadableByItsOwnerAlone() throws IOException {
    open().close();
    assertThat(Files.getPosixFilePermissions(directory.resolve("identity")))
        .extracting(Enum::name)
        .containsExactlyInAnyOrder("OWNER_READ", "OWNER_WRITE");
  }

  private Spool open() {
    return Spool.open(SpoolConfig.in(directory), "", "host1", new Random(7));
  }

  private Spool open(long segmentBytes, long maxBytes) {
    return Spool.open(
        new SpoolConfig(directory, maxBytes, segmentBytes), "", "host1", new Random(7));
  }

  private static void append(Spool spool, int number) {
    Instance instance = new Instance("i", "file", "host1", "file/host1/i", "i", "", "", 0, "", "");
    WindowSummary summary =
        new WindowSummary(
            instance,
            number * 1_000L - 1_000,
            number * 1_000L,
            new WindowSummary.Completeness(1, 1, 1, 1, Map.of(), 0, 0, 0, 0),
            List.of(new WindowSummary.TemplateCount(number, 1, Level.INFO)),
            null,
            Map.of("process.cpu.cores", 0.5),
            true,
            0,
            0,
            null,
            false,
            new Logins(
                List.of(new Logins.LoginCount("10.0.0.9", "anna", Login.Kind.PAM, false, 3)), 2));
    seal(spool, List.of(summary), number);
  }

  private static void seal(Spool spool, List<WindowSummary> sealed, int number) {
    spool.append(
        number * 1_000L,
        sealed,
        Map.of(),
        AgentStatus.getDefaultInstance(),
        new byte[] {(byte) number},
        List.of(),
        number * 1_000L);
  }

  private List<Path> segments() throws IOException {
    try (var files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".spool")).sorted().toList();
    }
  }
}
