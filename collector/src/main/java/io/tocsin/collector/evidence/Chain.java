package io.tocsin.collector.evidence;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StateStore.Change;
import io.tocsin.collector.store.StateStore.Table;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The append-only chain of everything decided. Safe for use by many threads; a link is durable,
/// together with what it is about, before its hash is anybody's head.
///
/// Table RESPONSES: `c/` and the link's number in 8 bytes: the link.
public final class Chain {
  // A link is 1 to 6 kB, a release brings ten or twenty, so this is months of a busy site. Older
  // ones are dropped; what they held is under the head.
  private static final int MAX_LINKS = 20_000;

  /// In an entry: the link's own number, and that of the oldest that is kept beside it.
  static final String NUMBER = "number";

  static final String OLDEST = "oldest";

  private static final JsonMapper JSON = new JsonMapper();
  private static final byte[] FROM = "c/".getBytes(StandardCharsets.UTF_8);
  private static final byte[] TO = "c0".getBytes(StandardCharsets.UTF_8);

  private final StateStore store;
  private final int maxLinks;
  private long next;
  private long oldest;
  private String head = Link.START;

  /// A link and its place, counted from 0.
  public record Numbered(long number, Link link) {}

  public Chain(StateStore store) {
    this(store, MAX_LINKS);
  }

  Chain(StateStore store, int maxLinks) {
    this.store = store;
    this.maxLinks = maxLinks;
    StateStore.Entry last = store.last(Table.RESPONSES, TO);
    if (last != null && last.key()[0] == 'c') {
      next = number(last.key()) + 1;
      Link link = Link.read(last.value());
      // Goes on from what can be read; the walk names the damage.
      head = link == null ? Link.START : link.hash();
      // By its word: were it counted, links that somebody took out would have been dropped for age.
      oldest = Walk.stated(link, OLDEST).orElseGet(() -> links(0, 1).getFirst().number());
    }
  }

  /// Hash of the newest link.
  public synchronized String head() {
    return head;
  }

  /// Number of the link to come.
  public synchronized long next() {
    return next;
  }

  /// Writes a link in one batch with what it is about.
  ///
  /// @param kind `response`, `verdict`, `switch`, `note`
  /// @param about a record; its fields follow the link's number and kind
  public synchronized void append(String kind, Object about, List<Change> alongside) {
    ObjectNode entry = JSON.createObjectNode();
    long kept = Math.max(oldest, next - maxLinks + 1);
    entry.put(NUMBER, next);
    entry.put(OLDEST, kept);
    entry.put("kind", kind);
    entry.setAll((ObjectNode) JSON.valueToTree(about));
    Link link = Link.after(head, entry.toString());
    List<Change> batch = new ArrayList<>(alongside);
    batch.add(new Change(Table.RESPONSES, key(next), link.bytes()));
    for (long old = oldest; old < kept; old++) {
      batch.add(new Change(Table.RESPONSES, key(old), null));
    }
    store.write(batch);
    oldest = kept;
    head = link.hash();
    next++;
  }

  /// Links from a number on, ascending. A damaged one comes without its words: as empty text, whose
  /// hash is wrong.
  public List<Numbered> links(long from, int max) {
    List<Numbered> links = new ArrayList<>();
    store.scan(
        Table.RESPONSES,
        key(Math.max(0, from)),
        TO,
        (key, value) -> {
          Link link = Link.read(value);
          links.add(new Numbered(number(key), link == null ? new Link("", "", "damaged") : link));
          return links.size() < max;
        });
    return links;
  }

  /// Shows every kept link to a walk, until it has found what is wrong; one link in memory at a
  /// time. Appends may go on meanwhile.
  public void show(Walk walk) {
    store.scan(Table.RESPONSES, FROM, TO, (key, value) -> walk.sees(number(key), Link.read(value)));
  }

  /// What is wrong with the chain as it is kept, as people read it; empty when it holds.
  public Optional<String> broken() {
    Walk walk = new Walk(head());
    show(walk);
    return walk.end();
  }

  private static long number(byte[] key) {
    return key.length == FROM.length + Long.BYTES
        ? ByteBuffer.wrap(key, FROM.length, Long.BYTES).getLong()
        : -1;
  }

  private static byte[] key(long number) {
    return ByteBuffer.allocate(FROM.length + Long.BYTES).put(FROM).putLong(number).array();
  }
}
