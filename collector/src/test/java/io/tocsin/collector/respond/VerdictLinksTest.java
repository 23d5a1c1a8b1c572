package io.tocsin.collector.respond;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.collector.judge.Outcome;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.store.StateStore;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictLinksTest {
  private final Ledger ledger = new Ledger(StateStore.inMemory());
  private long now;

  @Test
  void aFeedThatComesAndGoesPushesNothingOutOfTheChain() {
    for (int i = 0; i < 100; i++) {
      say(new Outcome.Undecided("needs 100 more requests", 0));
      say(new Outcome.CannotJudge("incomplete", "Half of the windows are missing."));
    }
    long crowded = ledger.chain().next();
    assertThat(crowded).isEqualTo(64);

    say(new Outcome.Regressed("Five times as many errors."));
    assertThat(ledger.chain().next()).isEqualTo(crowded + 1);
    assertThat(ledger.chain().broken()).isEmpty();
  }

  private void say(Outcome outcome) {
    now += 10_000;
    ledger.put(
        new Verdict(
            "docker/shop",
            "1.1",
            "1.0",
            now,
            outcome,
            null,
            0,
            0,
            1,
            2,
            2,
            null,
            List.of(),
            List.of()),
        null);
  }
}
