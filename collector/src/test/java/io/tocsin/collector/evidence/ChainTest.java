package io.tocsin.collector.evidence;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StateStore.Change;
import io.tocsin.collector.store.StateStore.Table;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On a real store, against somebody who can write it.
class ChainTest {
  private static final int LINKS = 5;

  @TempDir Path directory;
  private StateStore store = StateStore.inMemory();
  private Chain chain = new Chain(store);

  private record Act(String workload, String what) {}

  @BeforeEach
  void open() {
    store = StateStore.at(directory);
    chain = new Chain(store);
    for (int i = 0; i < LINKS; i++) {
      chain.append("note", new Act("directory/shop", "act \"" + i + "\""), List.of());
    }
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void whatWasAppendedHoldsAndGoesOnAfterARestart() {
    String received = chain.head();
    assertThat(chain.broken()).isEmpty();
    store.close();
    store = StateStore.at(directory);
    chain = new Chain(store);
    assertThat(chain.head()).isEqualTo(received);
    chain.append("note", new Act("directory/shop", "after"), List.of());
    assertThat(chain.broken()).isEmpty();
    assertThat(against(received)).isEmpty();
    assertThat(chain.links(0, 100)).extracting(Chain.Numbered::number).contains(0L, 5L).hasSize(6);
  }

  @Test
  void everyFlippedBitOfALinkIsFound() {
    byte[] value = value(2);
    for (int i = 0; i < value.length; i++) {
      for (int bit : List.of(0, 5)) { // 5 turns letters into capitals: hex digits stay such
        byte[] forged = value.clone();
        forged[i] ^= (byte) (1 << bit);
        put(2, forged);
        assertThat(chain.broken()).as("byte %d, bit %d", i, bit).isPresent();
      }
    }
    put(2, value);
    assertThat(chain.broken()).isEmpty();
  }

  @Test
  void aLinkThatIsReadAsTheSameButWrittenOtherwiseIsFound() {
    put(2, (new String(value(2), StandardCharsets.UTF_8) + " ").getBytes(StandardCharsets.UTF_8));
    assertThat(chain.broken()).hasValueSatisfying(w -> assertThat(w).contains("link 2"));
  }

  @Test
  void aLinkThatIsTakenOutIsFoundButTheLastOneOnlyAgainstAHeadThatWasReceived() {
    String received = chain.head();
    for (int i = 0; i < LINKS - 1; i++) {
      byte[] value = value(i);
      put(i, null);
      assertThat(new Chain(store).broken())
          .as("without link %d", i)
          .hasValueSatisfying(w -> assertThat(w).contains("missing"));
      put(i, value);
    }
    put(LINKS - 1, null);
    chain = new Chain(store);
    assertThat(chain.broken()).isEmpty();
    assertThat(against(received)).hasValue("no link has the hash " + received);
  }

  @Test
  void linksThatChangedPlacesAreFound() {
    byte[] second = value(1);
    put(1, value(3));
    put(3, second);
    assertThat(chain.broken()).hasValueSatisfying(w -> assertThat(w).contains("link 1"));
  }

  @Test
  void aLinkThatIsPutInIsFound() {
    for (int i = LINKS; i > 2; i--) {
      put(i, value(i - 1));
    }
    put(2, Link.after(requireNonNull(Link.read(value(1))).hash(), "{\"kind\":\"note\"}").bytes());
    assertThat(new Chain(store).broken()).hasValueSatisfying(w -> assertThat(w).contains("link 3"));
  }

  @Test
  void aChainThatIsWrittenAnewHoldsInItselfAndIsFoundAgainstAHeadThatWasReceived() {
    String received = chain.head();
    String previous = Link.START;
    for (int i = 0; i < LINKS; i++) {
      Link link = requireNonNull(Link.read(value(i)));
      Link forged = Link.after(previous, link.entry().replace("shop", "shed"));
      put(i, forged.bytes());
      previous = forged.hash();
    }
    chain = new Chain(store);
    assertThat(chain.broken()).isEmpty();
    Walk walk = new Walk(received);
    chain.show(walk);
    assertThat(walk.end()).hasValue("no link has the hash " + received);
    assertThat(walk.onlyHeadMissing()).isTrue();
  }

  @Test
  void linksOfBuildsThatDidNotNumberThemHold() {
    try (StateStore old = StateStore.inMemory()) {
      Link first = Link.after(Link.START, "{\"atMillis\":1,\"by\":\"ann\",\"act\":\"x\"}");
      Link second = Link.after(first.hash(), "{\"atMillis\":2,\"by\":\"ann\",\"act\":\"y\"}");
      old.write(List.of(change(0, first.bytes()), change(1, second.bytes())));
      Chain grown = new Chain(old);
      grown.append("note", new Act("w", "z"), List.of());
      assertThat(grown.broken()).isEmpty();
      old.write(List.of(change(0, null)));
      assertThat(new Chain(old).broken()).isPresent();
      old.write(List.of(change(0, first.bytes())));
      assertThat(grown.links(2, 1).getFirst().link().previous()).isEqualTo(second.hash());
    }
  }

  @Test
  void whatWasDroppedForItsAgeIsNoGapButOneLinkMoreIs() {
    try (StateStore small = StateStore.inMemory()) {
      Chain three = new Chain(small, 3);
      for (int i = 0; i < 10; i++) {
        three.append("note", new Act("w", "act " + i), List.of());
      }
      assertThat(three.links(0, 100))
          .extracting(Chain.Numbered::number)
          .containsExactly(7L, 8L, 9L);
      assertThat(three.broken()).isEmpty();
      small.write(List.of(change(7, null)));
      Chain reopened = new Chain(small, 3);
      assertThat(reopened.broken()).hasValueSatisfying(w -> assertThat(w).contains("before 8"));
      // Going on does not wash it: until what is missing would have been dropped anyway.
      reopened.append("note", new Act("w", "act 10"), List.of());
      assertThat(reopened.broken()).isEmpty();
      Chain more = new Chain(small, 5);
      more.append("note", new Act("w", "act 11"), List.of());
      small.write(List.of(change(8, null)));
      assertThat(new Chain(small, 5).broken()).isPresent();
      more.append("note", new Act("w", "act 12"), List.of());
      assertThat(more.broken()).isPresent();
    }
  }

  private Optional<String> against(String head) {
    Walk walk = new Walk(head);
    chain.show(walk);
    return walk.end();
  }

  private byte[] value(long number) {
    return requireNonNull(store.get(Table.RESPONSES, key(number)));
  }

  private void put(long number, byte @Nullable [] value) {
    store.write(List.of(change(number, value)));
  }

  private static Change change(long number, byte @Nullable [] value) {
    return new Change(Table.RESPONSES, key(number), value);
  }

  private static byte[] key(long number) {
    return ByteBuffer.allocate(10)
        .put("c/".getBytes(StandardCharsets.UTF_8))
        .putLong(number)
        .array();
  }
}
