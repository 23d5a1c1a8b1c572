package io.tocsin.benchmarks.aa;

import io.tocsin.collector.ingest.WindowSummary.Requests;
import io.tocsin.collector.window.SealedWindow.InstanceWindow;
import java.util.List;

/// The textbook: failed requests of both arms, an exact conditional test at 1 %, looked at every
/// window. It is right about independent counts that are looked at once, and about nothing else.
final class NaiveTest {
  private static final double ALPHA = 0.01;

  private double newX;
  private double newE;
  private double oldX;
  private double oldE;
  private boolean called;

  void accept(List<InstanceWindow> parts) {
    for (InstanceWindow part : parts) {
      Requests requests = part.summary().requests();
      if (requests == null) {
        continue;
      }
      boolean isNew = part.release().equals("1.1");
      newX += isNew ? requests.failed() : 0;
      newE += isNew ? requests.total() : 0;
      oldX += isNew ? 0 : requests.failed();
      oldE += isNew ? 0 : requests.total();
    }
    double p = Bounds.atLeast((long) newX, (long) (newX + oldX), newE / (newE + oldE));
    called |= p <= ALPHA;
  }

  double newRequests() {
    return newE;
  }

  boolean called() {
    return called;
  }
}
