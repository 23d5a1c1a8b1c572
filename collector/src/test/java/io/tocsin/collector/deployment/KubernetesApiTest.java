package io.tocsin.collector.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.tocsin.collector.deployment.PlatformException.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a pod's service account is to the API server, over real TLS.
class KubernetesApiTest {
  private @TempDir Path directory;

  private KubernetesApi api(String server) {
    return new KubernetesApi(
        new KubernetesConfig.Access(
            server, directory.resolve("token"), directory.resolve("ca.crt"), List.of()),
        Duration.ofSeconds(5));
  }

  @Test
  void tokenAndAuthorityAreReadAgainWhenTheyAreReplaced() throws Exception {
    Path first = keys("first");
    Path second = keys("second");
    List<String> shown = new CopyOnWriteArrayList<>();
    HttpsServer server = server(first, 0, shown);
    int port = server.getAddress().getPort();
    try (KubernetesApi api = api("https://localhost:" + port)) {
      certificate(first, directory.resolve("ca.crt"));
      Files.writeString(directory.resolve("token"), "one\n");
      assertThat(api.get("/version", Map.of()).ok()).isTrue();
      Files.writeString(directory.resolve("token"), "two\n");
      assertThat(api.get("/version", Map.of()).ok()).isTrue();
      assertThat(shown).containsExactly("Bearer one", "Bearer two");

      server.stop(0);
      server = server(second, port, shown);
      assertThatExceptionOfType(PlatformException.class)
          .as("a server that the authority does not vouch for")
          .isThrownBy(() -> api.get("/version", Map.of()))
          .satisfies(e -> assertThat(e.fault()).isEqualTo(Fault.UNAVAILABLE));
      certificate(second, directory.resolve("ca.crt"));
      assertThat(api.get("/version", Map.of()).ok()).isTrue();
      assertThat(shown).hasSize(3);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aMissingTokenIsNamedAndNothingIsAsked() throws Exception {
    Path keys = keys("first");
    certificate(keys, directory.resolve("ca.crt"));
    try (KubernetesApi api = api("https://localhost:1")) {
      assertThatExceptionOfType(PlatformException.class)
          .isThrownBy(() -> api.get("/version", Map.of()))
          .withMessageContaining(directory.resolve("token").toString());
    }
  }

  @Test
  void aFileThatHoldsMoreThanATokenIsNamedAndNotQuoted() throws Exception {
    Path keys = keys("first");
    certificate(keys, directory.resolve("ca.crt"));
    Files.writeString(directory.resolve("token"), "one\ntwo\n");
    try (KubernetesApi api = api("https://localhost:1")) {
      assertThatExceptionOfType(PlatformException.class)
          .isThrownBy(() -> api.get("/version", Map.of()))
          .withMessageContaining("token: expected one token, found other text or none")
          .withMessageNotContaining("two");
    }
  }

  @Test
  void anAuthorityThatIsNoneIsNamed() throws IOException {
    Files.writeString(directory.resolve("ca.crt"), "no certificate");
    Files.writeString(directory.resolve("token"), "one");
    try (KubernetesApi api = api("https://localhost:1")) {
      assertThatExceptionOfType(PlatformException.class)
          .isThrownBy(() -> api.get("/version", Map.of()))
          .withMessageContaining("ca.crt: expected certificates in PEM");
    }
  }

  @Test
  void aWriteWithoutAnAnswerMayHaveHappened() throws IOException {
    try (var deaf = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        var api =
            new KubernetesApi(
                new KubernetesConfig.Access(
                    "http://127.0.0.1:" + deaf.getLocalPort(),
                    directory.resolve("token"),
                    directory.resolve("ca.crt"),
                    List.of()),
                Duration.ofMillis(200))) {
      assertThatExceptionOfType(PlatformException.class)
          .isThrownBy(() ->
              api.write(
                  "PATCH",
                  "/apis/apps/v1/namespaces/shop/deployments/web",
                  Map.of(),
                  KubernetesApi.JSON_PATCH,
                  JsonNodeFactory.instance.arrayNode()))
          .satisfies(e -> assertThat(e.fault()).isEqualTo(Fault.UNCERTAIN));
    }
  }

  private static HttpsServer server(Path keys, int port, List<String> shown)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, "changeit".toCharArray());
    }
    var manager = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    manager.init(store, "changeit".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(manager.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        http -> {
          shown.add(http.getRequestHeaders().getFirst("Authorization"));
          http.sendResponseHeaders(200, 2);
          try (var out = http.getResponseBody()) {
            out.write(new byte[] {'{', '}'});
          }
        });
    server.start();
    return server;
  }

  private Path keys(String name) throws IOException, InterruptedException {
    Path keys = directory.resolve(name + ".p12");
    keytool(
        keys, "-genkeypair", "-keyalg", "EC", "-dname", "CN=" + name, "-ext", "san=dns:localhost");
    return keys;
  }

  private static void certificate(Path keys, Path into) throws IOException, InterruptedException {
    Files.deleteIfExists(into);
    keytool(keys, "-exportcert", "-rfc", "-file", into.toString());
  }

  private static void keytool(Path keys, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(
        List.of(
            "-alias",
            "one",
            "-keystore",
            keys.toString(),
            "-storetype",
            "PKCS12",
            "-storepass",
            "changeit"));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
  }
}
