package io.tocsin.agent.tail;

/// One entry of the journal, as far as it is asked for.
///
/// @param cursor its place in the journal
/// @param stampMicros when journald took it, microseconds since the epoch
/// @param unit whose it is; empty when no unit's
/// @param message may hold line ends; not to be kept
/// @param cut whether bytes of the message are missing at the end
record JournalEntry(String cursor, long stampMicros, String unit, byte[] message, boolean cut) {
  long stampMillis() {
    return stampMicros / 1_000;
  }
}
