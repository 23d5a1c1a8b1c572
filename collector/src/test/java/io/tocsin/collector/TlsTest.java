package io.tocsin.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.SslContextBuilder;
import io.tocsin.agent.Agent;
import io.tocsin.agent.AgentConfig;
import io.tocsin.agent.config.ConfigFile;
import io.tocsin.collector.ingest.IngestConfig;
import io.tocsin.collector.ingest.IngestServer;
import io.tocsin.collector.ingest.InputLog;
import io.tocsin.collector.ingest.Refusal;
import io.tocsin.collector.store.StateStore;
import io.tocsin.v1.AgentMessage;
import io.tocsin.v1.CollectorMessage;
import io.tocsin.v1.Hello;
import io.tocsin.v1.WindowsGrpc;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A real collector with TLS on both listeners, and real peers with and without the right papers.
class TlsTest {
  @TempDir static Path shared;
  private static TestAuthority ours;
  private static TestAuthority theirs;
  private static Collector collector;
  private static HttpClient people;

  @TempDir Path directory;

  @BeforeAll
  static void start() throws Exception {
    ours = new TestAuthority(shared.resolve("ours")).issue("collector").issue("agent-1");
    ours.issue("agent-2").issue("elsewhere", "dns:elsewhere");
    theirs = new TestAuthority(shared.resolve("theirs")).issue("agent-2");
    collector = start(shared, listeners());
    people = HttpClient.newBuilder().sslContext(trusting(ours.authority())).build();
  }

  @AfterAll
  static void stop() {
    people.close();
    collector.close();
  }

  @Test
  void anAgentWithItsOwnCertificateIsHeard() throws Exception {
    try (Agent _ = agent("agent-1", ours, ours)) {
      await().until(() -> agent("agent-1").path("windowsReceived").asLong() > 0);
    }
  }

  @Test
  void anAgentWhoseCertificateNamesAnotherIsRefusedByName() throws Exception {
    long before = refused(Refusal.MISNAMED);
    assertThat(hello("agent-3", "agent-2").toString())
        .contains("PERMISSION_DENIED", "the certificate names agent-2, agent.id says agent-3");
    assertThat(refused(Refusal.MISNAMED)).isEqualTo(before + 1);
    assertThat(agents()).doesNotContain("agent-2", "agent-3");
  }

  @Test
  void anAgentWithACertificateOfAnotherAuthorityIsRefusedAndCounted() throws Exception {
    long before = refused(Refusal.UNPROVEN);
    try (Agent _ = agent("agent-2", theirs, ours)) {
      await().until(() -> refused(Refusal.UNPROVEN) > before);
    }
    assertThat(agents()).doesNotContain("agent-2");
  }

  @Test
  void aClientWithoutACertificateIsRefusedAndCounted() throws Exception {
    long before = refused(Refusal.UNPROVEN);
    assertThat(hello("agent-2", null).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    await().until(() -> refused(Refusal.UNPROVEN) == before + 1);
    assertThat(agents()).doesNotContain("agent-2");
  }

  @Test
  void anAgentTellsNothingToACollectorOfAnotherAuthority() throws Exception {
    long before = refused(Refusal.UNPROVEN);
    try (Agent _ = agent("agent-2", ours, theirs)) {
      await().until(() -> refused(Refusal.UNPROVEN) > before);
    }
    assertThat(agents()).doesNotContain("agent-2");
  }

  @Test
  void anAgentTellsNothingToACollectorWhoseCertificateIsForAnotherHost() throws Exception {
    var papers =
        new IngestConfig.Tls(
            ours.authority(), ours.certificate("elsewhere"), ours.key("elsewhere"));
    try (StateStore store = StateStore.inMemory();
        InputLog inputs = new InputLog(store, System::currentTimeMillis);
        IngestServer elsewhere =
            IngestServer.start(
                new IngestConfig("127.0.0.1", 0, papers, "", 3, Duration.ofSeconds(30)),
                inputs,
                store,
                System::currentTimeMillis,
                "test",
                workload -> List.of());
        Agent _ = agent("agent-2", ours, ours, elsewhere.port())) {
      await().until(() -> elsewhere.refused(Refusal.UNPROVEN) > 0);
      assertThat(elsewhere.agents()).isEmpty();
    }
  }

  @Test
  void thePageComesOverTlsAndItsCookieNeverTravelsWithoutIt() throws Exception {
    assertThat(get("/").body()).contains("<title>");
    String token = Files.readString(shared.resolve("collector/token")).strip();
    HttpRequest login =
        HttpRequest.newBuilder(uri("/api/session"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"token\":\"" + token + "\"}"))
            .build();
    assertThat(people.send(login, HttpResponse.BodyHandlers.ofString()).headers().map())
        .hasEntrySatisfying(
            "set-cookie", cookies -> assertThat(cookies.getFirst()).contains("; Secure"));
  }

  @Test
  void whoDoesNotTrustTheAuthorityDoesNotGetThePage() {
    HttpRequest page = HttpRequest.newBuilder(uri("/")).build();
    try (HttpClient stranger = HttpClient.newHttpClient()) {
      assertThatThrownBy(() -> stranger.send(page, HttpResponse.BodyHandlers.ofString()))
          .isInstanceOf(SSLHandshakeException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"people", "agents"})
  void beyondLoopbackInPlainTextNothingStartsUntilTheKeyThatTheErrorNamesSaysSo(String listener)
      throws Exception {
    String open =
        "listen: {people: {port: 0}, agents: {port: 0}}"
            .replace(listener + ": {", listener + ": {host: 0.0.0.0, ");
    assertThatThrownBy(() -> start(directory, open))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "0.0.0.0", "listen." + listener + ".tls", "listen." + listener + ".insecure: i-know");
    start(directory, open.replace("host:", "insecure: i-know, host:")).close();
  }

  private static String listeners() {
    return """
    listen:
      people:
        port: 0
        tls: {certificate-chain: %s, key: %s}
      agents:
        port: 0
        tls: {authority: %s, certificate: %s, key: %s}
    """
        .formatted(
            ours.certificate("collector"),
            ours.key("collector"),
            ours.authority(),
            ours.certificate("collector"),
            ours.key("collector"));
  }

  private static Collector start(Path directory, String listen) throws IOException {
    Path config = directory.resolve("collector.yaml");
    Files.writeString(
        config,
        """
        data: {directory: %s}
        window: {length: 1 s}
        %s
        """
            .formatted(directory.resolve("collector"), listen));
    return Collector.start(
        ConfigFile.read(CollectorConfig.class, CollectorConfig.DEFAULT, config, Map.of()));
  }

  private Agent agent(String id, TestAuthority issuer, TestAuthority trusted) throws IOException {
    return agent(id, issuer, trusted, collector.agentsPort());
  }

  /// @param issuer of its certificate, which names it
  /// @param trusted what the collector's must chain to
  private Agent agent(String id, TestAuthority issuer, TestAuthority trusted, int port)
      throws IOException {
    Path config = directory.resolve("agent.yaml");
    Files.writeString(
        config,
        """
        agent: {id: %s, host: test}
        data: {directory: %s}
        collector:
          address: 127.0.0.1:%d
          tls: {authority: %s, certificate: %s, key: %s}
        window: {length: 1 s}
        watch: {docker: false, kubernetes: false, systemd: false, files: []}
        """
            .formatted(
                id,
                directory.resolve("agent"),
                port,
                trusted.authority(),
                issuer.certificate(id),
                issuer.key(id)));
    return Agent.start(ConfigFile.read(AgentConfig.class, AgentConfig.DEFAULT, config, Map.of()));
  }

  /// What the collector answers to a Hello.
  ///
  /// @param certificate null: none is shown
  private static Status hello(String id, @Nullable String certificate) throws Exception {
    SslContextBuilder tls = GrpcSslContexts.forClient().trustManager(ours.authority().toFile());
    if (certificate != null) {
      tls.keyManager(ours.certificate(certificate).toFile(), ours.key(certificate).toFile());
    }
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", collector.agentsPort())
            .sslContext(tls.build())
            .build();
    try {
      var answer = new CompletableFuture<Status>();
      WindowsGrpc.newStub(channel)
          .connect(
              new StreamObserver<CollectorMessage>() {
                @Override
                public void onNext(CollectorMessage message) {
                  answer.complete(Status.OK);
                }

                @Override
                public void onError(Throwable fault) {
                  answer.complete(Status.fromThrowable(fault));
                }

                @Override
                public void onCompleted() {}
              })
          .onNext(
              AgentMessage.newBuilder()
                  .setHello(Hello.newBuilder().setAgentId(id).setEpoch(1))
                  .build());
      return answer.get(10, TimeUnit.SECONDS);
    } finally {
      channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
  }

  /// Ids of those that were ever heard.
  private static List<String> agents() throws Exception {
    JsonNode agents = new ObjectMapper().readTree(get("/api/agents").body());
    return agents.valueStream().map(agent -> agent.get("id").asText()).toList();
  }

  private static JsonNode agent(String id) throws Exception {
    return new ObjectMapper().readTree(get("/api/agents/" + id).body());
  }

  /// As `/metrics` says.
  private static long refused(Refusal kind) throws Exception {
    String name = "tocsin_agents_refused_total{why=\"%s\"} ".formatted(kind.word());
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(name.length())))
        .findFirst()
        .orElseThrow();
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return people.send(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static URI uri(String path) {
    return URI.create("https://127.0.0.1:" + collector.peoplePort() + path);
  }

  private static SSLContext trusting(Path authority) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    try (InputStream in = Files.newInputStream(authority)) {
      trusted.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }
}
