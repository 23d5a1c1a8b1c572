package io.tocsin.agent.tail;

import io.tocsin.agent.tail.FollowedLog.Owner;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The journal's entries of one unit, joined to messages.
final class JournalUnit {

  /// An entry's place.
  ///
  /// @param number of the entries read before it by this process, plus one
  record Place(long number, String cursor) {}

  /// Where a message begins.
  ///
  /// @param before the journal's entry before it
  /// @param ownBefore the unit's entry before it
  private record Mark(Place before, Place ownBefore) {}

  private final Consumer<RawLine> out;
  private final Messages<Mark> messages;
  private Place taken = new Place(0, "");
  private Owner owner;
  private @Nullable Owner next;

  JournalUnit(Owner owner, TailConfig config, Consumer<RawLine> out) {
    this.owner = owner;
    this.out = out;
    this.messages = new Messages<>(config.maxLineBytes(), this::emit);
  }

  /// What is read from now on belongs to another incarnation.
  void handOver(Owner owner) {
    next = owner;
  }

  Owner owner() {
    return next == null ? owner : next;
  }

  /// @param before place of the journal's entry before this one
  void accept(JournalEntry entry, Place place, Place before, long now) {
    takeOver(now);
    owner.counters().read(entry.message().length);
    messages.accept(
        new Part(
            entry.message(), 0, entry.message().length, false, entry.stampMillis(), true, "", true),
        entry.cut(),
        new Mark(before, taken),
        now);
    taken = place;
  }

  void tick(long now) {
    takeOver(now);
    messages.tick(now);
  }

  /// Entries may be gone that were not read.
  void gap() {
    owner().counters().gap(0);
  }

  /// The journal's entry before the first one not handed on; null when all are.
  @Nullable Place begun() {
    var mark = messages.mark();
    return mark == null ? null : mark.before();
  }

  /// The unit's last entry handed on.
  Place handedOn() {
    var mark = messages.mark();
    return mark == null ? taken : mark.ownBefore();
  }

  private void takeOver(long now) {
    if (next != null) {
      messages.flush(now);
      owner = next;
      next = null;
    }
  }

  private void emit(String text, boolean ascii, long timeMillis, boolean stamped, boolean cut) {
    if (cut) {
      owner.counters().drop("too-long");
    }
    owner.counters().line();
    out.accept(new RawLine(owner.running().instance(), text, timeMillis, stamped, ascii));
  }
}
