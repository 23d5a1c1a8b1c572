package io.tocsin.collector.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.collector.store.StateStore;
import io.tocsin.v1.AgentStatus;
import io.tocsin.v1.Batch;
import io.tocsin.v1.Hello;
import org.junit.jupiter.api.Test;

class AgentsTest {
  private final Agents agents = new Agents(StateStore.inMemory(), 3);
  private final Hello hello = Hello.newBuilder().setAgentId("a").setEpoch(1).build();
  private final Batch batch = Batch.newBuilder().setSequence(1).build();

  @Test
  void anAgentThatComesBackWhileItsBatchIsWrittenIsNotToldToSendItAgain() {
    assertThat(agents.connect(hello, "first", 0)).isNull();
    Agents.Standing standing = agents.after("a", batch, 0, 0);
    agents.disconnect("a", "first");
    assertThat(agents.connect(hello, "second", 0)).contains("still being written");
    agents.received(standing, batch);
    assertThat(agents.connect(hello, "second", 0)).isNull();
    assertThat(agents.sequence("a")).isEqualTo(1);
  }

  @Test
  void aBatchThatCouldNotBeWrittenIsSentAgain() {
    assertThat(agents.connect(hello, "first", 0)).isNull();
    agents.after("a", batch, 0, 0);
    agents.disconnect("a", "first");
    agents.refused("a");
    assertThat(agents.connect(hello, "second", 0)).isNull();
    assertThat(agents.sequence("a")).isZero();
  }

  @Test
  void amongTheNewestMessagesTheOneLeastHeldUpTellsTheClocksSkew() {
    agents.connect(hello.toBuilder().setClockEpochMs(10_500).build(), "stream", 10_000);
    agents.heard("a", 20_500, AgentStatus.getDefaultInstance(), 20_800);
    assertThat(agents.skewMillis("a")).isEqualTo(500);
    for (long now = 30_000; now <= 50_000; now += 10_000) {
      agents.heard("a", now - 9_000, AgentStatus.getDefaultInstance(), now); // stepped back
    }
    assertThat(agents.skewMillis("a")).isEqualTo(-9_000);
  }
}
