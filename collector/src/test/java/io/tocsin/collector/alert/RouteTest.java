package io.tocsin.collector.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.agent.config.ConfigFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTest {
  @ParameterizedTest
  @ValueSource(strings = {"https://hooks.example.org/x", "http://localhost:1/", "http://[::1]:1/"})
  void httpsAndThisMachineAreFine(String url) {
    assertThat(Routes.to(URI.create(url)).url()).isEqualTo(URI.create(url));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.org/",
        "ftp://example.org/",
        "/hook",
        "https://u:p@example.org/",
        "http://127.0.0.1.example.org/"
      })
  void anythingElseMustBeSaidInWords(String url) {
    assertThatThrownBy(() -> Routes.to(URI.create(url)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("route ops: expected ")
        .hasMessageNotContainingAny("u:p", Routes.SECRET);
  }

  @ParameterizedTest
  @ValueSource(strings = {"hunter2", "whsec_", "whsec_c2hvcnQ=", "whsec_%%%"})
  void aBadSecretIsRefusedAndNotQuoted(String secret) {
    assertThatThrownBy(() ->
            new Route(
                "ops",
                URI.create("https://example.org"),
                secret,
                Shape.STANDARD_WEBHOOKS,
                List.of(),
                Duration.ZERO,
                Duration.ofSeconds(1),
                false))
        .hasMessageContaining("expected a secret of whsec_ and 24 to 64 bytes in base64")
        .hasMessageNotContainingAny("hunter2", "c2hvcnQ", "%%%");
  }

  @Test
  void aRouteIsReadFromYamlWithItsDefaults(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("collector.yaml");
    Files.writeString(
        file,
        "routes:\n  - {name: ops, url: 'https://example.org/x', secret: " + Routes.SECRET + "}\n");

    var config = ConfigFile.read(AlertConfig.class, AlertConfig.defaults(), file, Map.of());

    assertThat(config.routes())
        .singleElement()
        .satisfies(route -> {
          assertThat(route.heartbeat()).isEqualTo(Duration.ofMinutes(5));
          assertThat(route.plainHttpAllowed()).isFalse();
          assertThat(route.shape()).isEqualTo(Shape.STANDARD_WEBHOOKS);
          assertThat(route.owners()).isEmpty();
          assertThat(route.toString()).doesNotContain(Routes.SECRET);
        });
  }
}
