package io.tocsin.collector.ingest;

import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
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
import org.jspecify.annotations.Nullable;

/// One stream as an agent opens it, without the agent: it says what it is told to, and no
/// heartbeat.
final class AgentStream implements StreamObserver<CollectorMessage> {
  private final List<CollectorMessage> answers = new CopyOnWriteArrayList<>();
  private final StreamObserver<AgentMessage> stream;
  private volatile @Nullable Status refused;

  AgentStream(ManagedChannel channel) {
    stream = WindowsGrpc.newStub(channel).connect(this);
  }

  static Batch batch(long sequence, WindowSummary window) {
    return Batch.newBuilder().setSequence(sequence).addWindows(window).build();
  }

  /// Of 1.7 MB.
  static Batch heavyBatch(long sequence) {
    WindowSummary.Builder large = window("i").toBuilder();
    for (int i = 0; i < 200; i++) {
      large.addMetrics(Metric.newBuilder().setName("metric " + "x".repeat(400) + i).setValue(i));
    }
    Batch.Builder heavy = Batch.newBuilder().setSequence(sequence);
    for (int i = 0; i < 20; i++) {
      heavy.addWindows(large);
    }
    return heavy.build();
  }

  static WindowSummary window(String instance) {
    return WindowSummary.newBuilder()
        .setInstance(Instance.newBuilder().setId(instance).setWorkload("file/h/x"))
        .setStartEpochMs(10_000)
        .setEndEpochMs(20_000)
        .setCompleteness(Completeness.newBuilder().setLinesParsed(1))
        .build();
  }

  AgentStream hello(String id, long epoch) {
    say(Hello.newBuilder().setAgentId(id).setEpoch(epoch).setHost("host1"));
    await().until(() -> answers.stream().anyMatch(CollectorMessage::hasWelcome));
    return this;
  }

  void say(Hello.Builder hello) {
    stream.onNext(AgentMessage.newBuilder().setHello(hello).build());
  }

  void send(Batch batch) {
    stream.onNext(AgentMessage.newBuilder().setBatch(batch).build());
  }

  /// Sends batches until their bytes are this many, at most four of them unacknowledged.
  ///
  /// @return the sequence of the last
  long sendMegabytes(int megabytes, long firstSequence) {
    long sequence = firstSequence - 1;
    for (long bytes = 0; bytes < megabytes * 1_000_000L; ) {
      Batch batch = heavyBatch(++sequence);
      bytes += batch.getSerializedSize();
      send(batch);
      long sent = sequence;
      await().until(() -> acknowledged() > sent - 4);
    }
    long last = sequence;
    await().until(() -> acknowledged() == last);
    return last;
  }

  void end() {
    stream.onCompleted();
  }

  List<CollectorMessage> answers() {
    return answers;
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

  /// Why the stream was closed; empty while it is open.
  String refusal() {
    Status status = refused;
    return status == null ? "" : status.getCode() + " " + status.getDescription();
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
