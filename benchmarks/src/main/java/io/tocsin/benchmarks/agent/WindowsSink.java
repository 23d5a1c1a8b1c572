package io.tocsin.benchmarks.agent;

import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerStreamTracer;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.tocsin.v1.Ack;
import io.tocsin.v1.AgentMessage;
import io.tocsin.v1.Batch;
import io.tocsin.v1.CollectorMessage;
import io.tocsin.v1.Template;
import io.tocsin.v1.TemplateCount;
import io.tocsin.v1.Welcome;
import io.tocsin.v1.WindowSummary;
import io.tocsin.v1.WindowsGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Speaks the contract as a collector does: welcomes, and acknowledges what it has counted.
final class WindowsSink implements Sink {
  private final Server server;
  private final AtomicLong greeted = new AtomicLong();
  private final AtomicLong delivered = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong lines = new AtomicLong();
  private final AtomicLong windows = new AtomicLong();
  private final AtomicLong acknowledged = new AtomicLong();
  private final Map<Long, String> texts = new HashMap<>();
  private final Map<Long, Long> counts = new HashMap<>();

  /// @param port 0 for any that is free
  /// @param papers null: plain text
  WindowsSink(int port, @Nullable Papers papers) throws IOException {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .addService(new Service())
            .permitKeepAliveTime(10, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .addStreamTracerFactory(
                new ServerStreamTracer.Factory() {
                  @Override
                  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
                    return new Tracer();
                  }
                });
    if (papers != null) {
      builder.sslContext(
          GrpcSslContexts.forServer(
                  papers.certificate("collector").toFile(), papers.key("collector").toFile())
              .build());
    }
    server = builder.build().start();
  }

  @Override
  public int port() {
    return server.getPort();
  }

  @Override
  public long greetedNanos() {
    return greeted.get();
  }

  @Override
  public long deliveredNanos() {
    return delivered.get();
  }

  /// Of messages, as they came; the framing of HTTP/2, TLS and TCP is left out.
  @Override
  public long bytes() {
    return bytes.get();
  }

  @Override
  public long lines() {
    return lines.get();
  }

  /// Windows of instances received.
  long windows() {
    return windows.get();
  }

  @Override
  public synchronized Ledger compare(Blocks written) {
    Map<String, Long> seen = new HashMap<>();
    counts.forEach((id, count) -> {
      for (String word : texts.getOrDefault(id, "").split(" ")) {
        seen.merge(word, count, Long::sum);
      }
    });
    long lost = 0;
    long doubled = 0;
    List<String> names = written.names();
    for (int block = 0; block < names.size(); block++) {
      long difference = seen.getOrDefault(names.get(block), 0L) - written.of(block);
      lost += Math.max(0, -difference);
      doubled += Math.max(0, difference);
    }
    return new Ledger(lost, doubled);
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void count(Batch batch) {
    batch
        .getTemplatesList()
        .forEach(workload -> {
          for (Template template : workload.getTemplatesList()) {
            texts.put(template.getId(), template.getText());
          }
        });
    for (WindowSummary window : batch.getWindowsList()) {
      windows.incrementAndGet();
      for (TemplateCount count : window.getTemplatesList()) {
        counts.merge(count.getId(), count.getCount(), Long::sum);
      }
      lines.addAndGet(window.getCompleteness().getLinesParsed());
    }
    acknowledged.set(batch.getSequence());
  }

  private final class Service extends WindowsGrpc.WindowsImplBase {
    @Override
    public StreamObserver<AgentMessage> connect(StreamObserver<CollectorMessage> answers) {
      return new StreamObserver<>() {
        @Override
        public void onNext(AgentMessage message) {
          switch (message.getKindCase()) {
            case HELLO -> {
              answers.onNext(
                  CollectorMessage.newBuilder()
                      .setWelcome(
                          Welcome.newBuilder()
                              .setAcknowledgedSequence(acknowledged.get())
                              .setClockEpochMs(System.currentTimeMillis())
                              .setCollectorVersion("benchmark"))
                      .build());
              greeted.compareAndSet(0, System.nanoTime());
            }
            case BATCH -> {
              count(message.getBatch());
              answers.onNext(
                  CollectorMessage.newBuilder()
                      .setAck(Ack.newBuilder().setSequence(message.getBatch().getSequence()))
                      .build());
              delivered.compareAndSet(0, System.nanoTime());
            }
            case HEARTBEAT, KIND_NOT_SET -> {}
          }
        }

        @Override
        public void onError(Throwable fault) {
          // An agent that is stopped breaks its stream off.
        }

        @Override
        public void onCompleted() {
          answers.onCompleted();
        }
      };
    }
  }

  private final class Tracer extends ServerStreamTracer {
    @Override
    public void inboundWireSize(long size) {
      bytes.addAndGet(size);
    }
  }
}
