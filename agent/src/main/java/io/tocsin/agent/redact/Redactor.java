package io.tocsin.agent.redact;

import io.tocsin.agent.instance.Instance;
import io.tocsin.agent.tail.RawLine;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The only maker of [CleanLine]. Each secret becomes `<secret:kind:hhhhhh>`, equal secrets equal
/// marks. Work is linear in the length of a line, whatever it says. Confined to one thread.
public final class Redactor {

  /// A private key or YAML block that never ends masks no more than this of what follows.
  static final int BLOCK_LINES = 200;

  static final int BLOCK_CHARACTERS = 16 * 1024;

  private static final int INSTANCES = 1024;
  private static final int LEAST_KEY = 16;

  /// Characters of lines for which nothing is allocated.
  private static final int USUAL = 4 * 1024;

  private final RedactConfig config;
  private final KeyNames names;
  private final Marks marks;
  private final @Nullable Marks pseudonyms;
  private final byte[] hostKey;
  private final Map<String, OpenBlock> open = new LinkedHashMap<>();
  private final char[] buffer = new char[USUAL];
  private final byte[] bytes = new byte[USUAL];

  /// Null where identities are pseudonymised: most lines hold an address, so all are scanned.
  private final @Nullable Glance glance;

  private long steps;

  /// What a secret that has not ended may still mask.
  ///
  /// @param what as of [Blocks#open]
  private record OpenBlock(int what, int lines, int characters) {}

  /// @param hostKey secret of this host, at least 16 bytes, kept over restarts so that marks stay
  /// @throws RedactionException when the key is too short
  public Redactor(RedactConfig config, byte[] hostKey) {
    refuseShort("the host key that marks secrets", hostKey);
    this.config = config;
    this.hostKey = hostKey.clone();
    byte[] fleetKey = config.fleetKey().getBytes(StandardCharsets.UTF_8);
    if (fleetKey.length > 0) {
      refuseShort("redact.fleet-key, which makes pseudonyms,", fleetKey);
    }
    this.names = new KeyNames(config.keys(), fleetKey.length > 0);
    this.marks = new Marks(hostKey);
    this.pseudonyms = fleetKey.length > 0 ? new Marks(fleetKey) : null;
    this.glance = fleetKey.length > 0 ? null : new Glance(names);
  }

  private static void refuseShort(String name, byte[] key) {
    if (key.length < LEAST_KEY) {
      throw new RedactionException(
          "%s has %d bytes, at least %d are needed".formatted(name, key.length, LEAST_KEY));
    }
  }

  public CleanLine redact(RawLine line) {
    Instance instance = line.instance();
    OpenBlock block = open.isEmpty() ? null : open.remove(instance.id());
    if (block == null && line.ascii() && holdsNothing(line.text())) {
      return new CleanLine(instance, line.text(), line.timeMillis(), line.stamped(), true);
    }
    int length = line.text().length();
    char[] room = length <= buffer.length ? buffer : new char[length];
    var scanned = new Line(line.text(), room);
    var scan = new Scan(scanned, config.allow(), names, marks, pseudonyms);
    String text = scan.run(block == null ? Blocks.CLOSED : block.what);
    steps += scanned.steps();
    if (scan.open() != Blocks.CLOSED) {
      keepOpen(instance.id(), scan.open(), block, length);
    }
    return new CleanLine(instance, text, line.timeMillis(), line.stamped(), line.ascii());
  }

  /// Text that is no line of an instance, such as a server's answer, with secrets masked. A secret
  /// that does not end in it masks the rest.
  public String redact(String text) {
    var scanned = new Line(text, new char[text.length()]);
    String clean = new Scan(scanned, config.allow(), names, marks, pseudonyms).run(Blocks.CLOSED);
    steps += scanned.steps();
    return clean;
  }

  @SuppressWarnings(
      "deprecation") // of ASCII the low bytes are the text, and this copies them alone
  private boolean holdsNothing(String text) {
    int length = text.length();
    if (glance == null || length > bytes.length) {
      return false;
    }
    text.getBytes(0, length, bytes, 0);
    return !glance.suspects(text, bytes);
  }

  /// How many secrets were masked, and identities pseudonymised, since the start, by kind.
  public Map<String, Long> masked() {
    Map<String, Long> counts = marks.counts();
    if (pseudonyms != null) {
      pseudonyms.counts().forEach((kind, count) -> counts.merge(kind, count, Long::sum));
    }
    return counts;
  }

  /// Sends a canary of every kind through this very configuration, in every framing.
  ///
  /// @throws RedactionException when one survives; the agent must not start
  public void selfTest() {
    Canaries.check(new Redactor(config, hostKey));
  }

  /// Characters looked at since the start.
  long steps() {
    return steps + (glance == null ? 0 : glance.steps());
  }

  private void keepOpen(String id, int what, @Nullable OpenBlock before, int size) {
    var left =
        before == null
            ? new OpenBlock(what, BLOCK_LINES, BLOCK_CHARACTERS)
            : new OpenBlock(what, before.lines - 1, before.characters - size);
    if (left.lines <= 0 || left.characters <= 0) {
      return;
    }
    open.put(id, left);
    if (open.size() > INSTANCES) {
      open.remove(open.keySet().iterator().next());
    }
  }
}
