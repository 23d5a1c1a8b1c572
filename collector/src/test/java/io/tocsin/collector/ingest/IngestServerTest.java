package io.tocsin.collector.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.tocsin.collector.store.StateStore;
import io.tocsin.v1.AgentMessage;
import io.tocsin.v1.Batch;
import io.tocsin.v1.CollectorMessage;
import io.tocsin.v1.Completeness;
import io.tocsin.v1.Hello;
import io.tocsin.v1.Instance;
import io.tocsin.v1.Metric;
import io.tocsin.v1.WindowSummary;
import io.tocsin.v1.WindowsGrpc;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IngestServerTest {
  private final StateStore store = StateStore.inMemory();
  private final InputLog inputs = new InputLog(store, () -> 1_000_000);
  private final IngestServer server =
      IngestServer.start(
          new IngestConfig("127.0.0.1", 0, null, "", 3),
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
    Client agent = hello("a", 1);
    agent.send(batch(1, window("i")));
    await().untilAsserted(() -> assertThat(agent.acknowledged()).isEqualTo(1));
    assertThat(inputs.newest()).isEqualTo(1);
    assertThat(Arrival.decode(inputs.read(1, 1).getFirst().payload()).windows())
        .singleElement()
        .satisfies(window -> assertThat(window.agent()).isEqualTo("a"));
  }

  @Test
  void aRepeatAfterALostAcknowledgementIsAcknowledgedAndNotKeptTwice() {
    Client first = hello("a", 1);
    first.send(batch(1, window("i")));
    await().untilAsserted(() -> assertThat(first.acknowledged()).isEqualTo(1));
    first.close();
    Client second = hello("a", 1);
    assertThat(second.welcome()).isEqualTo(1);
    second.send(batch(1, window("i")));
    await().untilAsserted(() -> assertThat(second.acknowledged()).isEqualTo(1));
    assertThat(inputs.newest()).isEqualTo(1);
  }

  @Test
  void aSecondLiveStreamOfTheSameAgentIsRefusedByName() {
    Client first = hello("a", 1);
    Client second = new Client();
    second.say(Hello.newBuilder().setAgentId("a").setEpoch(1).setHost("host2"));
    await().untilAsserted(() -> assertThat(second.refusal()).contains("ALREADY_EXISTS", "agent a"));
    first.send(batch(1, window("i")));
    await().untilAsserted(() -> assertThat(first.acknowledged()).isEqualTo(1));
  }

  @Test
  void aHoleInTheMiddleOfAStreamIsRefusedAndOneAtItsBeginningIsCounted() {
    Client agent = hello("a", 1);
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
    Client old = hello("a", 1);
    old.send(batch(1, window("i")));
    await().untilAsserted(() -> assertThat(old.acknowledged()).isEqualTo(1));
    old.close();
    Client fresh = hello("a", 2);
    assertThat(fresh.welcome()).isZero();
  }

  @Test
  void whatDoesNotFitTheContractIsRefusedInWordsAndNothingOfItIsKept() {
    Client agent = hello("a", 1);
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
    Client agent = new Client();
    agent.send(batch(1, window("i")));
    await().untilAsserted(() -> assertThat(agent.refusal()).contains("expected Hello first"));
  }

  @Test
  void moreAgentsThanConfiguredAreRefused() {
    hello("a", 1);
    hello("b", 1);
    hello("c", 1);
    Client fourth = new Client();
    fourth.say(Hello.newBuilder().setAgentId("d").setEpoch(1));
    await().untilAsserted(() -> assertThat(fourth.refusal()).contains("max-agents"));
  }

  @Test
  void theDictionaryComesBeforeTheFirstWindow() {
    Client agent = new Client();
    agent.say(Hello.newBuilder().setAgentId("a").setEpoch(1).addWorkloads("file/h/x"));
    await()
        .untilAsserted(() -> assertThat(agent.answers).anyMatch(CollectorMessage::hasDictionary));
  }

  @Test
  void beyondLoopbackWithoutTlsItDoesNotStartUnlessToldSo() {
    assertThatThrownBy(() ->
            IngestServer.start(
                new IngestConfig("0.0.0.0", 0, null, "", 3),
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
    Client agent = hello("a", 1);
    WindowSummary.Builder large = window("i").toBuilder();
    for (int i = 0; i < 200; i++) {
      large.addMetrics(Metric.newBuilder().setName("metric " + "x".repeat(400) + i).setValue(i));
    }
    Batch.Builder heavy = Batch.newBuilder();
    for (int i = 0; i < 20; i++) {
      heavy.addWindows(large);
    }
    int bytes = 0;
    for (int sequence = 1; bytes < 50_000_000; sequence++) {
      Batch batch = heavy.setSequence(sequence).build();
      bytes += batch.getSerializedSize();
      agent.send(batch);
      int sent = sequence;
      await().untilAsserted(() -> assertThat(agent.acknowledged()).isGreaterThan(sent - 4));
    }
    assertThat(agent.refusal()).isEmpty();
  }

  private Client hello(String id, long epoch) {
    Client client = new Client();
    client.say(Hello.newBuilder().setAgentId(id).setEpoch(epoch).setHost("host1"));
    await().until(() -> client.answers.stream().anyMatch(CollectorMessage::hasWelcome));
    return client;
  }

  private static Batch batch(long sequence, WindowSummary window) {
    return Batch.newBuilder().setSequence(sequence).addWindows(window).build();
  }

  private static WindowSummary window(String instance) {
    return WindowSummary.newBuilder()
        .setInstance(Instance.newBuilder().setId(instance).setWorkload("file/h/x"))
        .setStartEpochMs(10_000)
        .setEndEpochMs(20_000)
        .setCompleteness(Completeness.newBuilder().setLinesParsed(1))
        .build();
  }

  private final class Client implements StreamObserver<CollectorMessage> {
    final List<CollectorMessage> answers = new CopyOnWriteArrayList<>();
    private final StreamObserver<AgentMessage> stream = WindowsGrpc.newStub(channel).connect(this);
    private volatile @Nullable Status refused;

    void say(Hello.Builder hello) {
      stream.onNext(AgentMessage.newBuilder().setHello(hello).build());
    }

    void send(Batch batch) {
      stream.onNext(AgentMessage.newBuilder().setBatch(batch).build());
    }

    long acknowledged() {
      return answers.stream()
          .filter(CollectorMessage::hasAck)
          .mapToLong(answer -> answer.getAck().getSequence())
          .max()
          .orElse(0);
    }

    long welcome() {
      return answers.getFirst().getWelcome().getAcknowledgedSequence();
    }

    String refusal() {
      Status status = refused;
      return status == null ? "" : status.getCode() + " " + status.getDescription();
    }

    void close() {
      stream.onCompleted();
      await().until(() -> server.agents().stream().noneMatch(AgentView::live));
    }

    @Override
    public void onNext(CollectorMessage answer) {
      answers.add(answer);
    }

    @Override
    public void onError(Throwable fault) {
      refused = Status.fromThrowable(fault);
    }

    @Override
    public void onCompleted() {}
  }
}
