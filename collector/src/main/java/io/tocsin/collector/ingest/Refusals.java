package io.tocsin.collector.ingest;

import io.grpc.Attributes;
import io.grpc.ServerTransportFilter;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts what was turned away since the start. Safe for use by many threads.
final class Refusals {
  private static final Logger log = LoggerFactory.getLogger(Refusals.class);

  private final Map<Refusal, Long> counts = new EnumMap<>(Refusal.class);

  /// Counts one, and says so for the 1st, 2nd, 4th, 8th of its kind: who is refused tries for ever.
  synchronized void count(Refusal kind, String why) {
    long count = counts.merge(kind, 1L, Long::sum);
    if (Long.bitCount(count) == 1) {
      // Some reasons quote what the agent sent: it must not forge a line.
      log.warn("refused, {} time(s) so far: {}", count, why.replaceAll("\\p{Cntrl}", " "));
    }
  }

  synchronized long counted(Refusal kind) {
    return counts.getOrDefault(kind, 0L);
  }

  /// Counts connections that end before TLS has shown who they are.
  ServerTransportFilter unproven() {
    return new ServerTransportFilter() {
      @Override
      public void transportTerminated(@Nullable Attributes attributes) {
        if (attributes == null) { // it never was ready
          count(
              Refusal.UNPROVEN,
              "a connection showed no certificate that chains to listen.agents.tls.authority");
        }
      }
    };
  }
}
