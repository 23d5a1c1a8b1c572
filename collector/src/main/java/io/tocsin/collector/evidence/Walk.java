package io.tocsin.collector.evidence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Looks at links one after the other and says what is wrong with them: a changed byte, one that is
/// missing, added or elsewhere, an end that is not the head. Confined to one thread; keeps no link.
///
/// Whoever can write the store can write a whole new chain that holds in itself. That is seen only
/// against a hash that came out of the collector before, as every webhook's does.
public final class Walk {
  private static final JsonMapper JSON = new JsonMapper();
  private static final long UNKNOWN = -1;

  private final String head;
  private final boolean partial;
  private boolean headSeen;
  private long first = UNKNOWN;
  private long last = UNKNOWN;
  private long oldest;
  private long count;
  private String newest = Link.START;
  private @Nullable String broken;

  /// Over all that is kept.
  ///
  /// @param head a hash that must be of the chain: received in a webhook, or the newest
  public Walk(String head) {
    this(head, /* partial= */ false);
  }

  private Walk(String head, boolean partial) {
    this.head = head;
    this.partial = partial;
    this.headSeen = head.equals(Link.START);
  }

  /// Over an extract: it may begin anywhere, and leave links out between.
  public static Walk ofExtract(String head) {
    return new Walk(head, /* partial= */ true);
  }

  /// Takes the next link.
  ///
  /// @param link null when it could not be read as one
  /// @return false once something is wrong: what follows says nothing
  public boolean sees(long number, @Nullable Link link) {
    if (broken == null) {
      broken = trouble(number, link);
    }
    if (broken != null || link == null) {
      return false;
    }
    headSeen |= link.hash().equals(head) || link.previous().equals(head);
    first = count == 0 ? number : first;
    last = number;
    // Links of the first builds alone do not say where they begin.
    oldest = stated(link, Chain.OLDEST).orElse(count == 0 ? number : oldest);
    count++;
    newest = link.hash();
    return true;
  }

  /// What is wrong, as people read it; empty when the links hold and the head is among them.
  public Optional<String> end() {
    if (broken == null && !partial && first > oldest) {
      return Optional.of(
          "the links before %d are missing: the newest says that they are kept from %d on"
              .formatted(first, oldest));
    }
    return broken == null && !headSeen
        ? Optional.of("no link has the hash " + head)
        : Optional.ofNullable(broken);
  }

  /// Whether the links hold in themselves, and only the head is not among them.
  public boolean onlyHeadMissing() {
    return !headSeen && new Walk(this).end().isEmpty();
  }

  private Walk(Walk other) {
    this(other.head, other.partial);
    headSeen = true;
    first = other.first;
    last = other.last;
    oldest = other.oldest;
    count = other.count;
    broken = other.broken;
  }

  public long count() {
    return count;
  }

  /// Number of the first link; -1 when there was none.
  public long first() {
    return first;
  }

  /// Hash of the newest link seen.
  public String newest() {
    return newest;
  }

  private @Nullable String trouble(long number, @Nullable Link link) {
    if (number < 0 || number <= last) {
      return "link %d stands behind link %d: expected each once, in order".formatted(number, last);
    }
    boolean follows = count > 0 && number == last + 1;
    if (count > 0 && !follows && !partial) {
      return number == last + 2
          ? "link %d is missing".formatted(last + 1)
          : "links %d to %d are missing".formatted(last + 1, number - 1);
    }
    if (link == null || !link.holds()) {
      return "link %d was changed: its hash is not that of what it says".formatted(number);
    }
    if (follows
        ? !link.previous().equals(newest)
        : number == 0 && !link.previous().equals(Link.START)) {
      return "link %d does not follow from the one before: one was changed, taken out or put in"
          .formatted(number);
    }
    long stated = stated(link, Chain.NUMBER).orElse(number);
    return stated == number
        ? null
        : "link %d says that it is link %d: it was moved".formatted(number, stated);
  }

  /// A number that a link states; those of the first builds state none.
  static Optional<Long> stated(@Nullable Link link, String name) {
    try {
      JsonNode number = link == null ? null : JSON.readTree(link.entry()).get(name);
      return number == null || !number.isIntegralNumber()
          ? Optional.empty()
          : Optional.of(number.asLong());
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
