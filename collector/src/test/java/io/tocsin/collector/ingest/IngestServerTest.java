package io.tocsin.collector.ingest;

import static io.tocsin.collector.ingest.AgentStream.batch;
import static io.tocsin.collector.ingest.AgentStream.window;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.tocsin.collector.store.StateStore;
import io.tocsin.v1.CollectorMessage;
import io.tocsin.v1.Hello;
import io.tocsin.v1.Metric;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IngestServerTest {
  private final StateStore store = StateStore.inMemory();
  private final InputLog inputs = new InputLog(store, () -> 1_000_000);
  private final IngestServer server =
      IngestServer.start(
          new IngestConfig("127.0.0.1", 0, null, "", 3, Duration.ofSeconds(30)),
          inputs,
          store,
          () -> 1_000_000,
          "test",
          workload -> List.of(new TemplateBook.Known(7, "started", 3, 0, "started")));
  private final ManagedChannel channel =
      NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();

  @AfterEach
  void close() throws InterruptedException {
    channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    server.close();
    inputs.close();
    store.close();
  }

  @Test
  void aBatchIsAcknowledgedOnceItIsDurable() {
    AgentStream agent = hello("a", 1);
    agent.send(batch(1, window("i")));
    await().untilAsserted(() -> assertThat(agent.acknowledged()).isEqualTo(1));
    assertThat(inputs.newest()).isEqualTo(1);
    assertThat(Arrival.decode(inputs.read(1, 1).getFirst().payload()).windows())
        .singleElement()
        .satisfies(window -> assertThat(window.agent()).isEqualTo("a"));
  }

  @Test
  void aRepeatAfterALostAcknowledgementIsAcknowledgedAndNotKeptTwice() {
    AgentStream first = hello("a", 1);
    first.send(batch(1, window("i")));
    await().untilAsserted(() -> assertThat(first.acknowledged()).isEqualTo(1));
    end(first);
    AgentStream second = hello("a", 1);
    assertThat(second.welcome()).isEqualTo(1);
    second.send(batch(1, window("i")));
    await().untilAsserted(() -> assertThat(second.acknowledged()).isEqualTo(1));
    assertThat(inputs.newest()).isEqualTo(1);
  }

  @Test
  void aSecondLiveStreamOfTheSameAgentIsRefusedByName() {
    AgentStream first = hello("a", 1);
    AgentStream second = new AgentStream(channel);
    second.say(Hello.newBuilder().setAgentId("a").setEpoch(1).setHost("host2"));
    await().untilAsserted(() -> assertThat(second.refusal()).contains("ALREADY_EXISTS", "agent a"));
    first.send(batch(1, window("i")));
    await().untilAsserted(() -> assertThat(first.acknowledged()).isEqualTo(1));
  }

  @Test
  void aHoleInTheMiddleOfAStreamIsRefusedAndOneAtItsBeginningIsCounted() {
    AgentStream agent = hello("a", 1);
    agent.send(batch(5, window("i"))); // the spool gave up 1 to 4
    await().untilAsserted(() -> assertThat(agent.acknowledged()).isEqualTo(5));
    agent.send(batch(7, window("i")));
    await().untilAsserted(() -> assertThat(agent.refusal()).contains("expected batch 6, found 7"));
    assertThat(server.agents())
        .singleElement()
        .satisfies(view -> assertThat(view.batchesMissed()).isEqualTo(4));
  }

  @Test
  void aNewEpochStartsAnew() {
    AgentStream old = hello("a", 1);
    old.send(batch(1, window("i")));
    await().untilAsserted(() -> assertThat(old.acknowledged()).isEqualTo(1));
    end(old);
    AgentStream fresh = hello("a", 2);
    assertThat(fresh.welcome()).isZero();
  }

  @Test
  void whatDoesNotFitTheContractIsRefusedInWordsAndNothingOfItIsKept() {
    AgentStream agent = hello("a", 1);
    agent.send(
        batch(
            1,
            window("i").toBuilder()
                .addMetrics(Metric.newBuilder().setName("cpu").setValue(Double.NaN))
                .build()));
    await()
        .untilAsserted(
            () -> assertThat(agent.refusal()).contains("INVALID_ARGUMENT", "finite", "cpu"));
    assertThat(inputs.newest()).isZero();
  }

  @Test
  void aBatchBeforeHelloIsRefused() {
    AgentStream agent = new AgentStream(channel);
    agent.send(batch(1, window("i")));
    await().untilAsserted(() -> assertThat(agent.refusal()).contains("expected Hello first"));
  }

  @Test
  void moreAgentsThanConfiguredAreRefused() {
    hello("a", 1);
    hello("b", 1);
    hello("c", 1);
    AgentStream fourth = new AgentStream(channel);
    fourth.say(Hello.newBuilder().setAgentId("d").setEpoch(1));
    await().untilAsserted(() -> assertThat(fourth.refusal()).contains("max-agents"));
  }

  @Test
  void theDictionaryComesBeforeTheFirstWindow() {
    AgentStream agent = new AgentStream(channel);
    agent.say(Hello.newBuilder().setAgentId("a").setEpoch(1).addWorkloads("file/h/x"));
    await()
        .untilAsserted(() -> assertThat(agent.answers()).anyMatch(CollectorMessage::hasDictionary));
  }

  @Test
  void beyondLoopbackWithoutTlsItDoesNotStartUnlessToldSo() {
    assertThatThrownBy(() ->
            IngestServer.start(
                new IngestConfig("0.0.0.0", 0, null, "", 3, Duration.ofSeconds(30)),
                inputs,
                store,
                () -> 0,
                "test",
                workload -> List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("i-know");
  }

  @Test
  void oneStreamCarriesFiftyMegabytes() {
    AgentStream agent = hello("a", 1);
    assertThat(agent.sendMegabytes(50, 1)).isGreaterThan(20);
    assertThat(agent.refusal()).isEmpty();
  }

  private AgentStream hello(String id, long epoch) {
    return new AgentStream(channel).hello(id, epoch);
  }

  private void end(AgentStream agent) {
    agent.end();
    await().until(() -> server.agents().stream().noneMatch(AgentView::live));
  }
}
