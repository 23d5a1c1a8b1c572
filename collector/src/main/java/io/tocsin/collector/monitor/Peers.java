package io.tocsin.collector.monitor;

import io.tocsin.collector.ingest.WindowSummary;
import io.tocsin.collector.window.SealedWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Which peers a workload fails to reach, against how often it usually fails to. Pure; confined to
/// one thread; at most 64 peers.
final class Peers {
  private static final int MAX_PEERS = 64;
  // Fewer calls than this in a window say nothing of a share.
  private static final int MIN_CALLS = 5;
  private static final double MIN_SHARE = 0.05;
  private static final double TIMES_USUAL = 5;
  private static final double FOLLOW = 0.02;

  /// Usual share of failed calls, by peer.
  private final TreeMap<String, Double> usual;

  Peers(Map<String, Double> usual) {
    this.usual = new TreeMap<>(usual);
  }

  /// Peers that fail in this window far more often than they usually do; the others are learnt.
  List<String> failing(SealedWindow window) {
    TreeMap<String, long[]> calls = new TreeMap<>();
    for (var instance : window.instances()) {
      WindowSummary.Requests requests = instance.summary().requests();
      if (requests != null) {
        for (WindowSummary.Calls each : requests.calls()) {
          long[] sum = calls.computeIfAbsent(each.peer(), p -> new long[2]);
          sum[0] += each.total();
          sum[1] += each.failed();
        }
      }
    }
    List<String> failing = new ArrayList<>();
    calls.forEach((peer, sum) -> {
      if (sum[0] < MIN_CALLS) {
        return;
      }
      double share = (double) sum[1] / sum[0];
      Double before = usual.get(peer);
      if (share > Math.max(MIN_SHARE, TIMES_USUAL * (before == null ? 0 : before))) {
        failing.add(peer);
      } else if (before != null || usual.size() < MAX_PEERS) {
        usual.put(peer, before == null ? share : before + FOLLOW * (share - before));
      }
    });
    return failing;
  }

  Map<String, Double> usual() {
    return new TreeMap<>(usual);
  }
}
