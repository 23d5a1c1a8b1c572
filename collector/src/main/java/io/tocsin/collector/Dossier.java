package io.tocsin.collector;

import io.tocsin.collector.evidence.Chain;
import io.tocsin.collector.evidence.Extract;
import io.tocsin.collector.evidence.Shelf;
import io.tocsin.collector.respond.Responder;
import io.tocsin.collector.respond.Response;
import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.web.Evidence;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/// The chain, the shelf and the responses, as evidence. Safe for use by many threads.
final class Dossier implements Evidence {
  private final Responder respond;
  private final Shelf shelf;
  private final LongSupplier clock;

  Dossier(Responder respond, StateStore store, LongSupplier clock) {
    this.respond = respond;
    this.shelf = new Shelf(store);
    this.clock = clock;
  }

  @Override
  public Links links(long from, int limit) {
    Chain chain = respond.chain();
    List<Chain.Numbered> links = chain.links(from, limit);
    return new Links(chain.head(), links);
  }

  @Override
  public List<Shelf.Kept> kept() {
    return shelf.all();
  }

  @Override
  public Optional<Extract> extract(String workload, String release) {
    Optional<Response> before = respond.written(workload, release);
    Optional<Extract> extract = extract(workload, release, before);
    Optional<Response> after = respond.written(workload, release);
    // It took a step meanwhile: what is exported must be what the links in it say.
    return before.equals(after) ? extract : extract(workload, release, after);
  }

  private Optional<Extract> extract(String workload, String release, Optional<Response> response) {
    return Extract.of(
        workload,
        release,
        respond.chain(),
        shelf,
        response.orElse(null),
        Collector.VERSION,
        clock.getAsLong());
  }
}
