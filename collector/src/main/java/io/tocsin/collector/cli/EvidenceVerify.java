package io.tocsin.collector.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.collector.evidence.Chain;
import io.tocsin.collector.evidence.Extract;
import io.tocsin.collector.evidence.Link;
import io.tocsin.collector.evidence.Walk;
import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StoreException;
import io.tocsin.collector.web.Evidence.Links;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "verify",
    description =
        "Walks the chain of everything decided and says what was changed, taken out, put in or"
            + " moved. Whoever can write the store can write a whole other chain: that, and an end"
            + " cut off, is found only against a head that a webhook brought, with --head.",
    exitCodeListHeading = "%nExit codes%n",
    exitCodeList = {
      "0:it holds, and the head is of it",
      "1:it could not be read",
      "2:the command line is wrong",
      "8:it is broken; the first place is named",
      "9:it holds in itself, but the head that was received is not of it"
    })
final class EvidenceVerify implements Callable<Integer> {
  private static final int PAGE = 500;
  private static final int TELL_EVERY = 2_000;

  private final Cli cli;

  @Parameters(
      arity = "0..1",
      paramLabel = "WHERE",
      description =
          "an exported FILE, or the data DIR of a collector that does not run (default: the running"
              + " collector)")
  private @Nullable Path where;

  @Option(
      names = "--head",
      paramLabel = "HASH",
      description = "`chainHead` of a webhook: must be of the chain")
  private @Nullable String head;

  EvidenceVerify(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    if (head != null && !head.matches("[0-9a-f]{64}")) {
      throw CliException.usage("--head: expected 64 hex digits, found " + Cell.text(head));
    }
    Path at = where;
    if (at == null) {
      CollectorClient collector = cli.collector();
      return chain(from ->
          CollectorClient.as(collector.get("/api/evidence/links?from=" + from), Links.class));
    }
    return Files.isDirectory(at) ? stopped(at) : file(at);
  }

  private int stopped(Path directory) {
    Path inside = directory.resolve("store");
    Path place = Files.isDirectory(inside) ? inside : directory;
    if (!Files.exists(place.resolve("CURRENT"))) {
      // Opened, an empty folder would become a store.
      throw CliException.usage(
          "expected a collector's data directory, found %s without a store".formatted(directory));
    }
    try (StateStore store = StateStore.at(place)) {
      Chain chain = new Chain(store);
      return chain(from -> new Links(chain.head(), chain.links(from, PAGE)));
    } catch (StoreException e) {
      throw CliException.failed(
          e.getMessage() + "; of a running one, verify the chain without a WHERE");
    }
  }

  private int file(Path file) {
    Extract extract = EvidenceCommand.read(file);
    Walk walk = Walk.ofExtract(head == null ? extract.document().path("head").asText() : head);
    Optional<String> wrong = extract.check(walk);
    String what =
        "%s of %s: %d links and %d verdicts hold"
            .formatted(
                Cell.text(extract.release()),
                Cell.text(extract.workload()),
                walk.count(),
                extract.verdicts().size());
    return tell(walk, wrong, what, "it is an extract, and ends where it was made");
  }

  private int chain(LongFunction<Links> pages) {
    Links page = pages.apply(0);
    Walk walk = new Walk(head == null ? page.head() : head);
    String newest = page.head();
    boolean holds = true;
    while (holds && !page.links().isEmpty()) {
      long last = 0;
      for (Chain.Numbered each : page.links()) {
        holds = holds && walk.sees(each.number(), each.link());
        last = each.number();
        if (holds && walk.count() % TELL_EVERY == 0) {
          cli.progress("%s links hold so far".formatted(Cell.count(walk.count())));
        }
      }
      page = holds ? pages.apply(last + 1) : page;
      newest = page.head();
    }
    Optional<String> wrong = walk.end();
    if (wrong.isEmpty() && !newest.equals(walk.newest())) {
      // Links may have come since the last page was empty; none may be missing.
      wrong = Optional.of("it ends with %s, and its head is %s".formatted(walk.newest(), newest));
    }
    String what =
        walk.count() == 0
            ? "The chain holds: nothing was decided yet"
            : "The chain holds: %s links from number %s on"
                .formatted(Cell.count(walk.count()), Cell.count(walk.first()));
    return tell(
        walk,
        wrong,
        what,
        "this chain is another one, or was cut; or the hash is older than the oldest link kept");
  }

  private int tell(Walk walk, Optional<String> wrong, String what, String otherwise) {
    boolean otherHead = wrong.isPresent() && head != null && walk.onlyHeadMissing();
    ObjectNode answer =
        JsonNodeFactory.instance
            .objectNode()
            .put("holds", wrong.isEmpty())
            .put("links", walk.count())
            .put("newest", walk.count() == 0 ? Link.START : walk.newest())
            .put("wrong", wrong.orElse(null));
    String text;
    if (wrong.isEmpty()) {
      text =
          head == null
              ? what
                  + ", head %s.\nA chain that was rewritten whole, or cut, shows only against a head that a webhook brought: --head."
                      .formatted(walk.newest())
              : what + ", and the head you received is of it. It ends with " + walk.newest() + ".";
    } else if (otherHead) {
      text =
          "The links hold in themselves, but the head you received is not of them: %s."
              .formatted(otherwise);
    } else {
      text = "Broken: " + Cell.text(wrong.get()) + ".";
    }
    cli.print(answer, text);
    return wrong.isEmpty() ? ExitCode.DONE : otherHead ? ExitCode.OTHER_HEAD : ExitCode.BROKEN;
  }
}
