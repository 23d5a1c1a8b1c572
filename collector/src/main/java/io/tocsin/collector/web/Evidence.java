package io.tocsin.collector.web;

import io.tocsin.collector.evidence.Chain;
import io.tocsin.collector.evidence.Extract;
import io.tocsin.collector.evidence.Shelf;
import java.util.List;
import java.util.Optional;

/// What decisions rest on, for those who check it. Safe for use by many threads.
public interface Evidence {
  /// Links from a number on, at most `limit`.
  Links links(long from, int limit);

  /// Releases whose inputs are kept.
  List<Shelf.Kept> kept();

  /// Everything kept of a release; empty when nothing is.
  Optional<Extract> extract(String workload, String release);

  /// @param head hash of the newest link
  record Links(String head, List<Chain.Numbered> links) {
    public Links {
      links = List.copyOf(links);
    }
  }
}
