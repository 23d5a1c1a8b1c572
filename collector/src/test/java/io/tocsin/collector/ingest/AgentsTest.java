package io.tocsin.collector.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.collector.store.StateStore;
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
}
