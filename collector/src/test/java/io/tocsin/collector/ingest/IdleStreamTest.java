package io.tocsin.collector.ingest;

import static io.tocsin.collector.ingest.AgentStream.batch;
import static io.tocsin.collector.ingest.AgentStream.window;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.tocsin.collector.store.StateStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A stream on which nothing is said for a while, through a proxy that drops what is idle.
class IdleStreamTest {
  @Test
  void keepAlivesCarryAStreamThatTheProxyDropsWithoutThem() throws Exception {
    Duration patience = Duration.ofSeconds(12);
    through(
        Duration.ofSeconds(10),
        patience,
        (agent, proxy) ->
            through(
                Duration.ofHours(1),
                patience,
                (without, sameProxy) -> {
                  idle(patience.plusSeconds(3));
                  agent.send(batch(1, window("i")));
                  await().until(() -> agent.acknowledged() == 1);
                  assertThat(agent.refusal()).isEmpty();
                  assertThat(proxy.dropped()).isZero();
                  await().until(() -> without.refusal().startsWith("UNAVAILABLE"));
                  assertThat(sameProxy.dropped()).isPositive();
                }));
  }

  @Test
  @Tag("slow")
  void oneStreamCarriesFiftyMegabytesWithGapsOfAMinute() throws Exception {
    through(
        IngestConfig.DEFAULT.keepAlive(),
        Duration.ofSeconds(45),
        (agent, proxy) -> {
          long sent = 0;
          for (int part = 0; part < 3; part++) {
            if (part > 0) {
              idle(Duration.ofSeconds(60));
            }
            sent = agent.sendMegabytes(17, sent + 1);
          }
          assertThat(agent.refusal()).isEmpty();
          assertThat(proxy.dropped()).isZero();
        });
  }

  private interface Story {
    void tell(AgentStream agent, ImpatientProxy proxy) throws Exception;
  }

  private static void through(Duration keepAlive, Duration patience, Story story) throws Exception {
    try (StateStore store = StateStore.inMemory();
        InputLog inputs = new InputLog(store, () -> 1_000_000);
        IngestServer server =
            IngestServer.start(
                new IngestConfig("127.0.0.1", 0, null, "", 3, keepAlive),
                inputs,
                store,
                () -> 1_000_000,
                "test",
                workload -> List.of());
        ImpatientProxy proxy = new ImpatientProxy(server.port(), patience)) {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", proxy.port()).usePlaintext().build();
      try {
        story.tell(new AgentStream(channel).hello("a", 1), proxy);
      } finally {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
      }
    }
  }

  /// The gap itself is what is tested: nothing is said until so much time has passed.
  private static void idle(Duration gap) {
    long since = System.nanoTime();
    await().atMost(gap.plusSeconds(10)).until(() -> System.nanoTime() - since >= gap.toNanos());
  }
}
