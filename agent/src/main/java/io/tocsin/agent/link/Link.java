package io.tocsin.agent.link;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.tocsin.agent.spool.Spool;
import io.tocsin.agent.spool.Wire;
import io.tocsin.agent.template.Template;
import io.tocsin.v1.AgentMessage;
import io.tocsin.v1.AgentStatus;
import io.tocsin.v1.Batch;
import io.tocsin.v1.CollectorMessage;
import io.tocsin.v1.Heartbeat;
import io.tocsin.v1.Hello;
import io.tocsin.v1.Welcome;
import io.tocsin.v1.WindowsGrpc;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One stream to the collector. What the spool holds above the last acknowledgement is sent in
/// order, as fast as the stream takes it, until the collector says durable. A broken stream is
/// opened again after 0.5 s to 30 s, with jitter. Confined to the event loop.
public final class Link implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Link.class);
  private static final long HEARTBEAT_MILLIS = 5_000;
  private static final long MIN_BACKOFF_MILLIS = 500;
  private static final long MAX_BACKOFF_MILLIS = 30_000;
  // Enough to fill a slow round trip at one batch a second; more would only sit in buffers.
  private static final int MAX_IN_FLIGHT = 64;

  private final LinkConfig config;
  private final EventLoop loop;
  private final ManagedChannel channel;
  private final Spool spool;
  private final LongSupplier clock;
  private final RandomGenerator random;
  private final Hello.Builder hello;
  private final Supplier<Set<String>> workloads;
  private final Supplier<AgentStatus> status;
  private final BiConsumer<String, List<Template>> dictionary;

  private final Future<?> heartbeats;
  private @Nullable Stream stream;
  private State state = State.CONNECTING;
  private long backoff = MIN_BACKOFF_MILLIS;
  private long outageSince;
  private boolean closed;

  private enum State {
    CONNECTING,
    LIVE,
    LOST
  }

  /// @param loop the agent's only thread
  /// @param hello what does not change: host, version, window length
  /// @param workloads whose dictionaries to ask for
  /// @param status the agent's own account
  /// @param dictionary takes a workload's known templates
  public Link(
      LinkConfig config,
      EventLoop loop,
      EventLoopGroup group,
      Spool spool,
      LongSupplier clock,
      RandomGenerator random,
      Hello.Builder hello,
      Supplier<Set<String>> workloads,
      Supplier<AgentStatus> status,
      BiConsumer<String, List<Template>> dictionary) {
    this.config = config;
    this.loop = loop;
    this.spool = spool;
    this.clock = clock;
    this.random = random;
    this.hello = hello.setAgentId(spool.identity().agentId()).setEpoch(spool.identity().epoch());
    this.workloads = workloads;
    this.status = status;
    this.dictionary = dictionary;
    var builder =
        NettyChannelBuilder.forTarget(config.address())
            .eventLoopGroup(group)
            .channelType(NioSocketChannel.class)
            .executor(loop) // names are resolved on a thread of gRPC's own
            .flowControlWindow(64 << 10)
            .keepAliveTime(30, TimeUnit.SECONDS)
            .keepAliveTimeout(10, TimeUnit.SECONDS);
    LinkConfig.Tls tls = config.tls();
    if (tls == null) {
      builder.usePlaintext();
    } else {
      builder.sslContext(Certificates.client(tls));
    }
    this.channel = builder.build();
    this.outageSince = clock.getAsLong();
    loop.execute(this::connect);
    heartbeats =
        loop.scheduleAtFixedRate(
            this::heartbeat, HEARTBEAT_MILLIS, HEARTBEAT_MILLIS, TimeUnit.MILLISECONDS);
  }

  /// Sends what is new in the spool, as far as the stream takes it now.
  public void wake() {
    Stream live = stream;
    if (live != null && live.welcomed) {
      live.send();
    }
  }

  /// Whether the collector answers.
  public boolean live() {
    return state == State.LIVE;
  }

  @Override
  public void close() {
    closed = true;
    heartbeats.cancel(false);
    Stream live = stream;
    if (live != null && live.call != null) {
      live.call.onCompleted();
    }
    channel.shutdown();
  }

  /// Breaks off what is still under way.
  public void closeNow() {
    closed = true;
    heartbeats.cancel(false);
    channel.shutdownNow();
  }

  private void connect() {
    if (closed) {
      return;
    }
    channel.resetConnectBackoff(); // else the channel waits for up to two minutes beside us
    Stream fresh = new Stream();
    stream = fresh;
    WindowsGrpc.newStub(channel).connect(fresh);
    fresh.hello();
  }

  private void heartbeat() {
    Stream live = stream;
    if (live != null && live.welcomed && live.call != null && live.call.isReady()) {
      live.call.onNext(
          AgentMessage.newBuilder()
              .setHeartbeat(
                  Heartbeat.newBuilder().setClockEpochMs(clock.getAsLong()).setStatus(status.get()))
              .build());
      live.send();
    }
  }

  private void lost(String reason) {
    stream = null;
    if (closed) {
      return;
    }
    if (state != State.LOST) {
      // The tenth failed attempt is not news.
      log.warn(
          "collector {} unreachable ({}); spooling, will keep trying", config.address(), reason);
      if (state == State.LIVE) {
        outageSince = clock.getAsLong();
      }
      state = State.LOST;
    }
    long wait = backoff / 2 + random.nextLong(backoff);
    backoff = Math.min(MAX_BACKOFF_MILLIS, 2 * backoff);
    var _ = loop.schedule(this::connect, wait, TimeUnit.MILLISECONDS);
  }

  private void welcomed(Welcome welcome) {
    backoff = MIN_BACKOFF_MILLIS;
    if (state == State.LOST) {
      log.info(
          "collector {} back after {} s; {} batches waiting",
          config.address(),
          (clock.getAsLong() - outageSince) / 1000,
          spool.waiting());
    } else {
      log.info("connected to collector {} as {}", config.address(), spool.identity().agentId());
    }
    state = State.LIVE;
    spool.acknowledged(welcome.getAcknowledgedSequence());
  }

  /// In one line: the status, and what it rests on, such as a refused certificate.
  private static String reason(Status answer) {
    var text = new StringBuilder(answer.getCode().toString());
    if (answer.getDescription() != null) {
      text.append(": ").append(answer.getDescription().lines().findFirst().orElse(""));
    }
    Throwable root = answer.getCause();
    while (root != null && root.getCause() != null) {
      root = root.getCause();
    }
    return root == null ? text.toString() : text.append(": ").append(root.getMessage()).toString();
  }

  private final class Stream implements ClientResponseObserver<AgentMessage, CollectorMessage> {
    private @Nullable ClientCallStreamObserver<AgentMessage> call;
    private boolean welcomed;
    private long sent;
    private long acknowledged;

    @Override
    public void beforeStart(ClientCallStreamObserver<AgentMessage> requests) {
      call = requests;
      requests.setOnReadyHandler(Link.this::wake);
    }

    void hello() {
      if (call != null) {
        hello
            .setFirstSequence(spool.firstSequence())
            .setClockEpochMs(clock.getAsLong())
            .clearWorkloads()
            .addAllWorkloads(workloads.get());
        call.onNext(AgentMessage.newBuilder().setHello(hello).build());
      }
    }

    void send() {
      while (call != null && call.isReady() && sent - acknowledged < MAX_IN_FLIGHT) {
        List<Batch> next = spool.after(sent, 1);
        if (next.isEmpty()) {
          return;
        }
        call.onNext(AgentMessage.newBuilder().setBatch(next.getFirst()).build());
        sent = next.getFirst().getSequence();
      }
    }

    @Override
    public void onNext(CollectorMessage message) {
      if (closed) {
        return; // and so is the spool
      }
      switch (message.getKindCase()) {
        case WELCOME -> {
          welcomed = true;
          acknowledged = message.getWelcome().getAcknowledgedSequence();
          sent = acknowledged;
          welcomed(message.getWelcome());
          send();
        }
        case ACK -> {
          acknowledged = message.getAck().getSequence();
          spool.acknowledged(acknowledged);
          send();
        }
        case DICTIONARY ->
            dictionary.accept(
                message.getDictionary().getWorkload(),
                Wire.fromWire(message.getDictionary().getTemplatesList()));
        case KIND_NOT_SET -> log.debug("an answer this version does not know");
      }
    }

    @Override
    public void onError(Throwable fault) {
      if (this == stream) {
        lost(reason(Status.fromThrowable(fault)));
      }
    }

    @Override
    public void onCompleted() {
      if (this == stream) {
        lost("the collector closed the stream");
      }
    }
  }
}
