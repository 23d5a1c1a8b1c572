package io.tocsin.collector.ingest;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tocsin.collector.ingest.TemplateBook.Known;
import io.tocsin.collector.store.StateStore;
import io.tocsin.v1.Ack;
import io.tocsin.v1.AgentMessage;
import io.tocsin.v1.Batch;
import io.tocsin.v1.CollectorMessage;
import io.tocsin.v1.Dictionary;
import io.tocsin.v1.Hello;
import io.tocsin.v1.Welcome;
import io.tocsin.v1.WindowsGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The agents' listener: one stream an agent, a batch acknowledged once it is durable in the
/// [InputLog]. What does not fit the contract closes the stream with a status that says why;
/// nothing of it is kept.
public final class IngestServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(IngestServer.class);
  private static final int MAX_MESSAGE = 4 << 20;
  // Templates in one message: the longest there can be, 9 kB each in UTF-8, stay below the limit at
  // the agent, which would close the stream over it again and again.
  private static final int MAX_DICTIONARY = 400;
  private static final Context.Key<String> CERTIFIED = Context.key("certified agent id");

  private final Server server;
  private final Agents agents;
  private final Refusals refusals;

  private IngestServer(Server server, Agents agents, Refusals refusals) {
    this.server = server;
    this.agents = agents;
    this.refusals = refusals;
  }

  /// Binds and serves.
  ///
  /// @param dictionaries the known templates of a workload; may be empty
  /// @throws IllegalArgumentException when binding beyond loopback would be insecure and nobody
  ///   said so
  public static IngestServer start(
      IngestConfig config,
      InputLog inputs,
      StateStore store,
      LongSupplier clock,
      String version,
      Function<String, List<Known>> dictionaries) {
    try {
      InetAddress address = InetAddress.getByName(config.host());
      IngestConfig.Tls tls = config.tls();
      if (!address.isLoopbackAddress() && tls == null && !config.insecure().equals("i-know")) {
        throw new IllegalArgumentException(
            "listen.agents: %s is reachable from other machines and has no TLS, so nothing was started; set listen.agents.tls, bind 127.0.0.1, or say listen.agents.insecure: i-know"
                .formatted(config.host()));
      }
      Agents agents = new Agents(store, config.maxAgents());
      Refusals refusals = new Refusals();
      var service =
          new Service(inputs, agents, refusals, clock, version, dictionaries, tls != null);
      NettyServerBuilder builder =
          NettyServerBuilder.forAddress(new InetSocketAddress(address, config.port()))
              .addService(ServerInterceptors.intercept(service, new CertifiedName()))
              .maxInboundMessageSize(MAX_MESSAGE)
              .maxInboundMetadataSize(8 << 10)
              .maxConcurrentCallsPerConnection(4)
              .permitKeepAliveTime(10, TimeUnit.SECONDS)
              .permitKeepAliveWithoutCalls(true)
              .keepAliveTime(config.keepAlive().toMillis(), TimeUnit.MILLISECONDS)
              .handshakeTimeout(10, TimeUnit.SECONDS);
      if (tls != null) {
        builder.sslContext(Certificates.server(tls)).addTransportFilter(refusals.unproven());
      }
      Server server = builder.build().start();
      log.info("agents connect to {}:{}", config.host(), server.getPort());
      return new IngestServer(server, agents, refusals);
    } catch (IOException e) {
      throw new IllegalStateException(
          "cannot listen for agents on %s:%d: %s; is another collector running, or choose listen.agents.port"
              .formatted(config.host(), config.port(), e.getMessage()),
          e);
    }
  }

  /// The port bound.
  public int port() {
    return server.getPort();
  }

  /// Every agent ever heard, by id.
  public Collection<AgentView> agents() {
    return agents.views();
  }

  /// Connections and streams turned away since the start, of one kind.
  public long refused(Refusal kind) {
    return refusals.counted(kind);
  }

  @Override
  public void close() {
    server.shutdown();
    try {
      if (!server.awaitTermination(2, TimeUnit.SECONDS)) {
        server.shutdownNow();
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  /// Reads the common name of the client's certificate, where there is one.
  private static final class CertifiedName implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
      if (session == null) {
        return next.startCall(call, headers);
      }
      try {
        var certificate = (X509Certificate) session.getPeerCertificates()[0];
        String name = Certificates.commonName(certificate);
        Context context = Context.current().withValue(CERTIFIED, name);
        return Contexts.interceptCall(context, call, headers, next);
      } catch (SSLPeerUnverifiedException e) {
        call.close(Status.UNAUTHENTICATED.withDescription("no client certificate"), new Metadata());
        return new ServerCall.Listener<>() {};
      }
    }
  }

  private static final class Service extends WindowsGrpc.WindowsImplBase {
    private final InputLog inputs;
    private final Agents agents;
    private final Refusals refusals;
    private final LongSupplier clock;
    private final String version;
    private final Function<String, List<Known>> dictionaries;
    private final boolean certified;

    Service(
        InputLog inputs,
        Agents agents,
        Refusals refusals,
        LongSupplier clock,
        String version,
        Function<String, List<Known>> dictionaries,
        boolean certified) {
      this.inputs = inputs;
      this.agents = agents;
      this.refusals = refusals;
      this.clock = clock;
      this.version = version;
      this.dictionaries = dictionaries;
      this.certified = certified;
    }

    @Override
    public StreamObserver<AgentMessage> connect(StreamObserver<CollectorMessage> answers) {
      var call = (ServerCallStreamObserver<CollectorMessage>) answers;
      String name = certified ? CERTIFIED.get() : null;
      Stream stream = new Stream(this, call, name);
      call.disableAutoRequest();
      call.setOnCancelHandler(stream::gone);
      call.request(1);
      return stream;
    }
  }

  /// One agent's stream. gRPC calls it from one thread at a time.
  private static final class Stream implements StreamObserver<AgentMessage> {
    private final Service service;
    private final ServerCallStreamObserver<CollectorMessage> call;
    private final @Nullable String certifiedName;
    private final Set<String> sentDictionaries = new HashSet<>();
    private @Nullable String agent;
    private boolean first = true;
    private volatile boolean closed;

    Stream(
        Service service,
        ServerCallStreamObserver<CollectorMessage> call,
        @Nullable String certifiedName) {
      this.service = service;
      this.call = call;
      this.certifiedName = certifiedName;
    }

    @Override
    public void onNext(AgentMessage message) {
      if (closed) {
        return;
      }
      switch (message.getKindCase()) {
        case HELLO -> {
          hello(message.getHello());
          next();
        }
        case BATCH -> batch(message.getBatch());
        case HEARTBEAT -> {
          if (agent != null) {
            var heartbeat = message.getHeartbeat();
            service.agents.heard(
                agent,
                heartbeat.getClockEpochMs(),
                heartbeat.getStatus(),
                service.clock.getAsLong());
          }
          next();
        }
        case KIND_NOT_SET -> next(); // a message this version does not know
      }
    }

    @Override
    public void onError(Throwable fault) {
      gone();
    }

    @Override
    public void onCompleted() {
      gone();
      if (!closed) {
        closed = true;
        call.onCompleted();
      }
    }

    void gone() {
      String bound = agent;
      if (bound != null) {
        service.agents.disconnect(bound, this);
      }
    }

    private void hello(Hello hello) {
      String id = hello.getAgentId();
      if (agent != null) {
        refuse(Refusal.OUT_OF_ORDER, "a second Hello on one stream");
      } else if (!id.matches("[A-Za-z0-9._:@-]{1,128}") || hello.getWorkloadsCount() > 1_000) {
        refuse(
            Refusal.MALFORMED,
            "agent_id: expected 1 to 128 of letters, digits, . _ : @ -, found %d characters; at most 1,000 workloads, found %d"
                .formatted(id.length(), hello.getWorkloadsCount()));
      } else if (certifiedName != null && !certifiedName.equals(id)) {
        refuse(
            Refusal.MISNAMED,
            "the certificate names %s, agent.id says %s".formatted(certifiedName, id));
      } else {
        String taken = service.agents.connect(hello, this, service.clock.getAsLong());
        if (taken != null) {
          refuse(Refusal.TAKEN, taken);
          return;
        }
        agent = id;
        call.onNext(
            CollectorMessage.newBuilder()
                .setWelcome(
                    Welcome.newBuilder()
                        .setAcknowledgedSequence(service.agents.sequence(id))
                        .setClockEpochMs(service.clock.getAsLong())
                        .setCollectorVersion(service.version))
                .build());
        hello.getWorkloadsList().forEach(this::sendDictionary);
      }
    }

    private void batch(Batch batch) {
      String id = agent;
      if (id == null) {
        refuse(Refusal.OUT_OF_ORDER, "expected Hello first, found Batch");
        return;
      }
      String fault = Limits.fault(batch);
      if (fault != null) {
        refuse(Refusal.MALFORMED, "batch " + batch.getSequence() + ": " + fault);
        return;
      }
      long known = service.agents.sequence(id);
      if (batch.getSequence() > known) {
        // Only the first batch of a stream may leave a hole: the agent's spool gave up what is
        // missing.
        long missed = batch.getSequence() - known - 1;
        if (missed > 0 && !first) {
          refuse(
              Refusal.OUT_OF_ORDER,
              "expected batch %d, found %d".formatted(known + 1, batch.getSequence()));
          return;
        }
        first = false;
        for (var window : batch.getWindowsList()) {
          sendDictionary(window.getInstance().getWorkload());
        }
        Agents.Standing standing =
            service.agents.after(id, batch, missed, service.clock.getAsLong());
        var _ =
            service
                .inputs
                .append(
                    InputLog.Kind.BATCH,
                    Arrival.encode(id, service.agents.skewMillis(id), batch),
                    List.of(Agents.change(standing)))
                .whenComplete((offset, failure) -> durable(standing, batch, failure));
      } else {
        answer(known); // a repeat after a lost acknowledgement
      }
    }

    /// Called by the log's thread. Only now may the next message come: one batch a stream is under
    /// way, so a failed write never leaves a hole behind it.
    private void durable(Agents.Standing standing, Batch batch, @Nullable Throwable failure) {
      if (failure != null) {
        service.agents.refused(standing.id());
        refuse(
            Refusal.UNWRITABLE, "the collector cannot write its store now; keep it and try again");
        return;
      }
      service.agents.received(standing, batch);
      answer(batch.getSequence());
    }

    private synchronized void answer(long sequence) {
      if (!closed && !call.isCancelled()) {
        call.onNext(
            CollectorMessage.newBuilder().setAck(Ack.newBuilder().setSequence(sequence)).build());
        call.request(1);
      }
    }

    private synchronized void sendDictionary(String workload) {
      if (!workload.isEmpty()
          && sentDictionaries.size() < 10_000
          && sentDictionaries.add(workload)) {
        List<Known> known = service.dictionaries.apply(workload);
        for (int from = 0; from < known.size(); from += MAX_DICTIONARY) {
          var part = Dictionary.newBuilder().setWorkload(workload).setVersion(known.size());
          known.subList(from, Math.min(known.size(), from + MAX_DICTIONARY)).stream()
              .map(Arrival::toWire)
              .forEach(part::addTemplates);
          if (!closed && !call.isCancelled()) {
            call.onNext(CollectorMessage.newBuilder().setDictionary(part).build());
          }
        }
      }
    }

    private synchronized void next() {
      if (!closed) {
        call.request(1);
      }
    }

    private synchronized void refuse(Refusal kind, String why) {
      if (closed) {
        return;
      }
      closed = true;
      gone();
      service.refusals.count(kind, why);
      call.onError(kind.status().withDescription(why).asRuntimeException());
    }
  }
}
