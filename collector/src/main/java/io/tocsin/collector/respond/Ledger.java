package io.tocsin.collector.respond;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.collector.evidence.Chain;
import io.tocsin.collector.evidence.Link;
import io.tocsin.collector.evidence.Shelf;
import io.tocsin.collector.judge.Outcome;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StateStore.Change;
import io.tocsin.collector.store.StateStore.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Responses, standings and the kill switch on disk, and the chain of hashes over every change.
/// Confined to the caller's lock.
///
/// Table RESPONSES: `r/<workload> <release>`: a response; `w/<workload>`: a standing; the chain and
/// the shelf beside them. A change and its link are written in one batch, the whole verdict that
/// the link names by its hash with them.
final class Ledger {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] SWITCH = utf8("respond/kill-switch");
  static final int MAX_RESPONSES = 1_000;

  private final StateStore store;
  private final Chain chain;
  private final Shelf shelf;

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

  /// What a link says of a verdict.
  ///
  /// @param verdictHash as in a response's link
  /// @param inputs running hash over all that the judge took in; empty where not all was kept
  /// @param rows of inputs until then
  /// @param sinceMillis of the watch that they are of
  private record Judged(
      String workload,
      String release,
      long atMillis,
      String word,
      String sentence,
      double maxLogE,
      String verdictHash,
      String inputs,
      long rows,
      long sinceMillis) {}

  Ledger(StateStore store) {
    this.store = store;
    this.chain = new Chain(store);
    this.shelf = new Shelf(store);
  }

  Chain chain() {
    return chain;
  }

  /// @param standing what its workload has earned now, in the same write: a death in between would
  ///   forget that a rollback was wrong
  void put(Response response, Standing standing) {
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
    batch.addAll(
        shelf.verdict(
            response.workload(),
            response.release(),
            response.grounds().atMillis(),
            response.verdictHash(),
            response.verdict()));
    batch.add(change(standingKey(response.workload()), standing));
    chain.append("response", entry, batch);
  }

  /// Chains a verdict before anybody is told of it. Answers of a release beyond the many that are
  /// kept are chained only when they are answers: a feed that comes and goes would else push
  /// decisions out of the chain.
  ///
  /// @param kept what the shelf holds of the release; null when nothing
  void put(Verdict verdict, Shelf.@Nullable Kept kept) {
    Outcome outcome = verdict.outcome();
    boolean open = outcome instanceof Outcome.Undecided || outcome instanceof Outcome.CannotJudge;
    if (open && shelf.crowded(verdict.workload(), verdict.release())) {
      return;
    }
    String json = json(verdict);
    String hash = hash(verdict.workload(), json);
    var judged =
        new Judged(
            verdict.workload(),
            verdict.release(),
            verdict.atMillis(),
            verdict.outcome().word(),
            sentence(verdict.outcome()),
            verdict.maxLogE(),
            hash,
            kept == null || kept.full() ? "" : kept.hash(),
            kept == null ? 0 : kept.rows(),
            kept == null ? 0 : kept.sinceMillis());
    byte[] mark = utf8(hash + judged.inputs());
    // A crash before the fact was durable has it judged again, from the same inputs or not.
    if (!Arrays.equals(shelf.told(verdict.workload(), verdict.release()), mark)) {
      List<Change> copies =
          shelf.verdict(verdict.workload(), verdict.release(), verdict.atMillis(), hash, json);
      copies.add(shelf.told(verdict.workload(), verdict.release(), mark));
      chain.append("verdict", judged, copies);
    }
  }

  private static String sentence(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Healthy(String sentence) -> sentence;
      case Outcome.Regressed(String sentence) -> sentence;
      case Outcome.Undecided(String missing, long _) -> missing;
      case Outcome.CannotJudge(String _, String sentence) -> sentence;
      case Outcome.Superseded(String by) -> "superseded by " + by;
    };
  }

  void put(String workload, Standing standing) {
    store.write(List.of(change(standingKey(workload), standing)));
  }

  private static byte[] standingKey(String workload) {
    return utf8("w/" + workload);
  }

  void put(KillSwitch killSwitch) {
    chain.append(
        "switch", killSwitch, List.of(new Change(Table.SETTINGS, SWITCH, bytes(killSwitch))));
  }

  void put(Note note) {
    chain.append("note", note, List.of());
  }

  void remove(Response response) {
    store.write(
        List.of(new Change(Table.RESPONSES, key(response.workload(), response.release()), null)));
  }

  KillSwitch killSwitch() {
    byte[] value = store.get(Table.SETTINGS, SWITCH);
    return value == null ? KillSwitch.ARMED : read(value, KillSwitch.class);
  }

  /// A response as it was when it was chained last.
  @Nullable Response response(String workload, String release) {
    byte[] value = store.get(Table.RESPONSES, key(workload, release));
    return value == null ? null : read(value, Response.class);
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

  /// A verdict as it is kept: its fields, and the word of its outcome.
  static String json(Verdict verdict) {
    var tree = (com.fasterxml.jackson.databind.node.ObjectNode) JSON.valueToTree(verdict);
    Outcome outcome = verdict.outcome();
    tree.withObject("/outcome").put("word", outcome.word());
    return tree.toString();
  }

  /// By which a link, and an answer, names a verdict.
  static String hash(String workload, String json) {
    return Link.sha256(workload + "\n" + json);
  }

  private static Change change(byte[] key, Object value) {
    return new Change(Table.RESPONSES, key, bytes(value));
  }

  private static byte[] key(String workload, String release) {
    return utf8("r/" + workload + " " + release);
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
