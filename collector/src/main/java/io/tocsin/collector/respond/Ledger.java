package io.tocsin.collector.respond;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.collector.judge.Outcome;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StateStore.Change;
import io.tocsin.collector.store.StateStore.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Responses, standings and the kill switch on disk, and the chain of hashes over every change.
/// Confined to the caller's lock.
///
/// Table RESPONSES: `r/<workload> <release>`: a response; `w/<workload>`: a standing; `c/` and 8
/// bytes: a link. A change and its link are written in one batch.
final class Ledger {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] SWITCH = utf8("respond/kill-switch");
  private static final String START = "0".repeat(64);
  // Ten links a rollback: years of them. Older ones are dropped; what they held is under the head.
  static final int MAX_LINKS = 10_000;
  static final int MAX_RESPONSES = 1_000;

  private final StateStore store;
  private long nextLink;
  private String head = START;

  /// One change, chained to the one before.
  ///
  /// @param entry JSON of what changed
  /// @param previous hash of the link before; 64 zeros for the first
  /// @param hash SHA-256 of `previous`, a line break and `entry`, hex
  record Link(String entry, String previous, String hash) {}

  /// What a link says of a response; the verdict itself is kept once, in the response.
  private record Entry(
      String workload,
      String release,
      String verdictHash,
      String autonomy,
      String state,
      String sentence,
      List<Response.Check> preflight,
      Response.Step step) {}

  Ledger(StateStore store) {
    this.store = store;
    StateStore.Entry last = store.last(Table.RESPONSES, utf8("c0"));
    if (last != null && last.key()[0] == 'c') {
      nextLink = ByteBuffer.wrap(last.key(), 2, Long.BYTES).getLong() + 1;
      head = read(last.value(), Link.class).hash();
    }
  }

  String head() {
    return head;
  }

  void put(Response response) {
    var entry =
        new Entry(
            response.workload(),
            response.release(),
            response.verdictHash(),
            response.autonomy().word(),
            response.state().word(),
            response.sentence(),
            response.preflight(),
            response.steps().getLast());
    List<Change> batch = new ArrayList<>();
    batch.add(change(key(response.workload(), response.release()), response));
    write(batch, entry);
  }

  void put(String workload, Standing standing) {
    store.write(List.of(change(utf8("w/" + workload), standing)));
  }

  void put(KillSwitch killSwitch) {
    write(
        new ArrayList<>(List.of(new Change(Table.SETTINGS, SWITCH, bytes(killSwitch)))),
        killSwitch);
  }

  void put(Note note) {
    write(new ArrayList<>(), note);
  }

  void remove(Response response) {
    store.write(
        List.of(new Change(Table.RESPONSES, key(response.workload(), response.release()), null)));
  }

  KillSwitch killSwitch() {
    byte[] value = store.get(Table.SETTINGS, SWITCH);
    return value == null ? KillSwitch.ARMED : read(value, KillSwitch.class);
  }

  List<Response> responses() {
    List<Response> all = new ArrayList<>();
    store.scan(
        Table.RESPONSES,
        utf8("r/"),
        utf8("r0"),
        (key, value) -> all.add(read(value, Response.class)));
    return all;
  }

  Map<String, Standing> standings() {
    Map<String, Standing> all = new LinkedHashMap<>();
    store.scan(
        Table.RESPONSES,
        utf8("w/"),
        utf8("w0"),
        (key, value) -> {
          String workload = new String(key, 2, key.length - 2, StandardCharsets.UTF_8);
          all.put(workload, read(value, Standing.class));
          return true;
        });
    return all;
  }

  /// The first link that does not follow from the one before, as people read it; empty when the
  /// chain holds from its oldest kept link to the head.
  Optional<String> broken() {
    var found =
        new Object() {
          @Nullable String previous;
          @Nullable String broken;
        };
    store.scan(
        Table.RESPONSES,
        utf8("c/"),
        utf8("c0"),
        (key, value) -> {
          Link link = read(value, Link.class);
          boolean follows = found.previous == null || found.previous.equals(link.previous());
          if (!follows || !link.hash().equals(sha256(link.previous() + "\n" + link.entry()))) {
            found.broken =
                "link %d does not follow from the one before"
                    .formatted(ByteBuffer.wrap(key, 2, Long.BYTES).getLong());
            return false;
          }
          found.previous = link.hash();
          return true;
        });
    if (found.broken == null && found.previous != null && !found.previous.equals(head)) {
      return Optional.of("the newest link is not the head");
    }
    return Optional.ofNullable(found.broken);
  }

  /// A verdict as it is kept: its fields, and the word of its outcome.
  static String json(Verdict verdict) {
    var tree = (com.fasterxml.jackson.databind.node.ObjectNode) JSON.valueToTree(verdict);
    Outcome outcome = verdict.outcome();
    tree.withObject("/outcome").put("word", outcome.word());
    return tree.toString();
  }

  static String sha256(String text) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(utf8(text));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private void write(List<Change> batch, Object entry) {
    String json = new String(bytes(entry), StandardCharsets.UTF_8);
    var link = new Link(json, head, sha256(head + "\n" + json));
    batch.add(change(linkKey(nextLink), link));
    if (nextLink >= MAX_LINKS) {
      batch.add(new Change(Table.RESPONSES, linkKey(nextLink - MAX_LINKS), null));
    }
    store.write(batch);
    head = link.hash();
    nextLink++;
  }

  private static Change change(byte[] key, Object value) {
    return new Change(Table.RESPONSES, key, bytes(value));
  }

  private static byte[] key(String workload, String release) {
    return utf8("r/" + workload + " " + release);
  }

  private static byte[] linkKey(long number) {
    return ByteBuffer.allocate(2 + Long.BYTES).put(utf8("c/")).putLong(number).array();
  }

  private static byte[] bytes(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> T read(byte[] json, Class<T> type) {
    try {
      return JSON.readValue(json, type);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "table RESPONSES: expected a %s in JSON, found other".formatted(type.getSimpleName()), e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
