package io.tocsin.agent.metrics;

import java.nio.file.Path;
import java.util.function.Predicate;

/// Traffic of one network namespace, its interfaces together (`net/dev`, proc_pid_net(5)).
final class NetDev {

  private static final int RX_BYTES = 0;
  private static final int RX_ERRORS = 2;
  private static final int RX_DROPS = 3;
  private static final int TX_BYTES = 8;
  private static final int TX_ERRORS = 10;
  private static final int TX_DROPS = 11;

  private NetDev() {}

  /// Bytes, errors and drops a second, both ways. An interface whose line is cut short or garbled
  /// takes the rates of that reading with it: a sum without it would look like a reset.
  ///
  /// @param counts whether an interface of this name is one to count
  static void read(Path file, Predicate<String> counts, String name, Stretch into, long nowMillis) {
    double received = 0;
    double sent = 0;
    double errors = 0;
    double drops = 0;
    boolean any = false;
    for (String line : SmallFile.lines(file)) {
      int colon = line.indexOf(':');
      if (colon < 0 || !counts.test(line.substring(0, colon).strip())) {
        continue;
      }
      String[] fields = line.substring(colon + 1).strip().split("\\s+");
      received += field(fields, RX_BYTES);
      sent += field(fields, TX_BYTES);
      errors += field(fields, RX_ERRORS) + field(fields, TX_ERRORS);
      drops += field(fields, RX_DROPS) + field(fields, TX_DROPS);
      any = true;
    }
    if (any) {
      into.counter(name + ".rx.bytes", received, nowMillis);
      into.counter(name + ".tx.bytes", sent, nowMillis);
      into.counter(name + ".errors", errors, nowMillis);
      into.counter(name + ".drops", drops, nowMillis);
    }
  }

  private static double field(String[] fields, int at) {
    return at < fields.length ? SmallFile.value(fields[at]) : Double.NaN;
  }
}
