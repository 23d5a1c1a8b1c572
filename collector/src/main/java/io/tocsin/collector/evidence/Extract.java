package io.tocsin.collector.evidence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Everything that is kept of one release as one JSON document, for a post-mortem: `{format,
/// version, exportedMillis, workload, release, head, links, verdicts, response, inputs}`. What it
/// says can be checked by its own hashes, and against a head that a webhook brought.
public final class Extract {
  /// Of the document; another number means that an older build cannot check it.
  public static final String FORMAT = "tocsin-evidence-1";

  // From the release to the head without a gap, up to about 5 MB; beyond, the release's own links.
  private static final int MAX_LINKS = 2_000;
  private static final int PAGE = 500;
  // The oldest rows may give way while they are read; not three times in a row.
  private static final int MAX_TRIES = 3;
  private static final JsonMapper JSON = new JsonMapper();

  private final ObjectNode document;

  private Extract(ObjectNode document) {
    this.document = document;
  }

  /// What is kept of a release; empty when nothing is.
  ///
  /// @param response what was done about it, a record; null when nothing was
  public static Optional<Extract> of(
      String workload,
      String release,
      Chain chain,
      Shelf shelf,
      @Nullable Object response,
      String version,
      long nowMillis) {
    String head = chain.head();
    Optional<Shelf.Kept> kept = shelf.kept(workload, release);
    List<Chain.Numbered> links = links(chain, workload, release);
    if (links.isEmpty() && kept.isEmpty() && response == null) {
      return Optional.empty();
    }
    ObjectNode document = JSON.createObjectNode();
    document.put("format", FORMAT);
    document.put("version", version);
    document.put("exportedMillis", nowMillis);
    document.put("workload", workload);
    document.put("release", release);
    document.put("head", links.isEmpty() ? head : links.getLast().link().hash());
    ArrayNode chained = document.putArray("links");
    links.forEach(each ->
        chained
            .addObject()
            .put("number", each.number())
            .put("entry", each.link().entry())
            .put("previous", each.link().previous())
            .put("hash", each.link().hash()));
    ArrayNode verdicts = document.putArray("verdicts");
    shelf.verdicts(workload, release).forEach(verdicts::add);
    document.set("response", JSON.valueToTree(response));
    document.putNull("inputs");
    kept.ifPresent(k -> putInputs(document, k, shelf));
    return Optional.of(new Extract(document));
  }

  private static void putInputs(ObjectNode document, Shelf.Kept kept, Shelf shelf) {
    Optional<Shelf.Kept> now = Optional.of(kept);
    for (int tries = 0; now.isPresent() && tries < MAX_TRIES; tries++) {
      Shelf.Kept seen = now.get();
      ObjectNode inputs = document.putObject("inputs");
      inputs.set("kept", JSON.valueToTree(seen));
      ArrayNode rows = inputs.putArray("rows");
      shelf.rows(
          seen,
          row -> {
            rows.add(Base64.getEncoder().encodeToString(row));
            return true;
          });
      now = shelf.kept(seen.workload(), seen.release());
      if (now.filter(k -> k.first() == seen.first() && k.sinceMillis() == seen.sinceMillis())
          .isPresent()) {
        return;
      }
    }
    document.putNull("inputs");
  }

  /// @throws IllegalArgumentException when it is no such document
  public static Extract read(String json) {
    try {
      return read(JSON.readTree(json));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "expected evidence as `tocsin evidence export` writes it, found no JSON: "
              + e.getOriginalMessage(),
          e);
    }
  }

  /// @throws IllegalArgumentException when it is no such document
  public static Extract read(JsonNode json) {
    if (!json.path("format").asText().equals(FORMAT) || !(json instanceof ObjectNode document)) {
      throw new IllegalArgumentException(
          "expected evidence of the format %s, found %s"
              .formatted(FORMAT, json.path("format").asText("another document")));
    }
    return new Extract(document);
  }

  /// As it is written.
  public JsonNode document() {
    return document;
  }

  public String workload() {
    return document.path("workload").asText();
  }

  public String release() {
    return document.path("release").asText();
  }

  /// Whole verdicts that the chain names, in JSON, in no order.
  public List<String> verdicts() {
    List<String> verdicts = new ArrayList<>();
    document.path("verdicts").forEach(each -> verdicts.add(each.asText()));
    return verdicts;
  }

  /// What the judge took in, as far as it is kept, one row at a time.
  public Iterable<String> rows() {
    List<JsonNode> packed = new ArrayList<>();
    document.path("inputs").path("rows").forEach(packed::add);
    return () -> packed.stream().map(Extract::unpacked).iterator();
  }

  /// What is wrong with it, as people read it; empty when it holds.
  ///
  /// @param walk fed with its links
  public Optional<String> check(Walk walk) {
    Set<String> named = new HashSet<>();
    // By verdict: one that a crash had judged again is chained again, with the rows that are kept.
    Map<String, JsonNode> judged = new HashMap<>();
    String response = "";
    for (JsonNode each : document.path("links")) {
      Link link =
          new Link(
              each.path("entry").asText(),
              each.path("previous").asText(),
              each.path("hash").asText());
      if (!walk.sees(each.path("number").asLong(-1), link)) {
        return walk.end();
      }
      JsonNode entry = parsed(link.entry());
      if (about(entry, workload(), release())) {
        named.add(entry.path("verdictHash").asText());
        if (entry.has("state")) {
          response = entry.path("state").asText() + "\n" + entry.path("sentence").asText();
        }
        if (entry.has("inputs")) {
          judged.put(entry.path("verdictHash").asText(), entry);
        }
      }
    }
    String newest = response;
    return walk.end()
        .or(() -> foreignVerdict(named))
        .or(() -> foreignInputs(judged.values()))
        .or(() -> foreignResponse(newest, named));
  }

  private Optional<String> foreignVerdict(Set<String> named) {
    for (String verdict : verdicts()) {
      if (!named.contains(Link.sha256(workload() + "\n" + verdict))) {
        return Optional.of("a verdict was changed or put in: no link names its hash");
      }
    }
    return Optional.empty();
  }

  private Optional<String> foreignResponse(String newest, Set<String> named) {
    JsonNode response = document.path("response");
    if (!response.isObject()) {
      return Optional.empty();
    }
    String hash = Link.sha256(workload() + "\n" + response.path("verdict").asText());
    String state = response.path("state").asText().toLowerCase(Locale.ROOT).replace('_', ' ');
    String said = state + "\n" + response.path("sentence").asText();
    return hash.equals(response.path("verdictHash").asText())
            && (newest.isEmpty() || (said.equals(newest) && named.contains(hash)))
        ? Optional.empty()
        : Optional.of("the response was changed: the chain says another state, or verdict");
  }

  private Optional<String> foreignInputs(Iterable<JsonNode> judged) {
    JsonNode kept = document.path("inputs").path("kept");
    if (!kept.isObject()) {
      return Optional.empty();
    }
    Map<Long, String> named = new HashMap<>();
    for (JsonNode link : judged) {
      boolean thisWatch = link.path("sinceMillis").equals(kept.path("sinceMillis"));
      if (thisWatch && !link.path("inputs").asText().isEmpty()) {
        named.put(link.path("rows").asLong(), link.path("inputs").asText());
      }
    }
    long number = kept.path("first").asLong();
    String hash = kept.path("before").asText();
    for (JsonNode row : document.path("inputs").path("rows")) {
      String text;
      try {
        text = unpacked(row);
      } catch (IllegalArgumentException e) {
        return Optional.of("input %d was changed: %s".formatted(number, e.getMessage()));
      }
      hash = Link.sha256(hash + "\n" + text);
      number++;
      String stated = named.get(number);
      if (stated != null && !stated.equals(hash)) {
        return Optional.of(
            "an input up to %d was changed, taken out or put in: a link names another hash"
                .formatted(number - 1));
      }
    }
    return number == kept.path("rows").asLong() && hash.equals(kept.path("hash").asText())
        ? Optional.empty()
        : Optional.of("an input was changed, taken out or put in: their hash is another");
  }

  private static String unpacked(JsonNode row) {
    return Packed.text(Base64.getDecoder().decode(row.asText()));
  }

  /// The release's own links, and all from the first of them to the head where they are not many.
  private static List<Chain.Numbered> links(Chain chain, String workload, String release) {
    List<Chain.Numbered> own = new ArrayList<>();
    List<Chain.Numbered> all = new ArrayList<>();
    long at = 0;
    List<Chain.Numbered> page = chain.links(at, PAGE);
    while (!page.isEmpty()) {
      for (Chain.Numbered each : page) {
        boolean about = about(parsed(each.link().entry()), workload, release);
        if (about) {
          own.add(each);
        }
        if (!own.isEmpty() && all.size() <= MAX_LINKS) {
          all.add(each);
        }
      }
      at = page.getLast().number() + 1;
      page = chain.links(at, PAGE);
    }
    return all.size() <= MAX_LINKS
        ? all
        : own.subList(Math.max(0, own.size() - MAX_LINKS), own.size());
  }

  private static boolean about(JsonNode entry, String workload, String release) {
    return entry.path("workload").asText().equals(workload)
        && entry.path("release").asText().equals(release);
  }

  private static JsonNode parsed(String entry) {
    try {
      return JSON.readTree(entry);
    } catch (JsonProcessingException e) {
      return JSON.createObjectNode();
    }
  }
}
