package io.tocsin.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tocsin.agent.config.ConfigException.Mistake;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {
  private static final Side DEFAULTS =
      new Side(
          "node",
          new Spool(Path.of("/var/lib/spool"), 256L << 20, Duration.ofDays(2)),
          List.of("/var/log/*.log"),
          Map.of(),
          List.of(),
          Mode.OBSERVE,
          null,
          "");

  @TempDir Path directory;
  private Path file = Path.of("");

  @BeforeEach
  void file() {
    file = directory.resolve("agent.yaml");
  }

  enum Mode {
    OBSERVE,
    ASK_FIRST
  }

  record Spool(Path directory, long maxBytes, Duration maxAge) {
    Spool {
      if (maxBytes < 4096) {
        throw new IllegalArgumentException(
            "expected max-bytes of at least 4 KiB, found " + maxBytes);
      }
    }
  }

  record Route(
      URI url,
      @Secret String secret,
      int attempts,
      @Default("5 min") Duration heartbeat,
      @Nullable String note) {
    Route {
      if (secret.length() < 4) {
        throw new IllegalArgumentException("the secret " + secret + " is too short");
      }
    }
  }

  record Tls(Path certificate, boolean required) {}

  record Side(
      String name,
      Spool spool,
      List<String> files,
      Map<String, Double> weights,
      List<Route> routes,
      Mode mode,
      @Nullable Tls tls,
      @Secret String token) {}

  @Test
  void whatTheFileDoesNotSayIsTheDefault() throws IOException {
    assertThat(read("")).isEqualTo(DEFAULTS);
    assertThat(read("# nothing yet\nspool:\n  # max-bytes: 1 GiB\n")).isEqualTo(DEFAULTS);
    assertThat(ConfigFile.read(Side.class, DEFAULTS, null, Map.of())).isEqualTo(DEFAULTS);
  }

  @Test
  void everyTypeIsBound() throws IOException {
    var side =
        read(
            """
            name: 1.10
            spool: {directory: /tmp/spool, max-bytes: 64 MiB, max-age: 90 min}
            files: [/srv/a.log, "/srv/b c.log"]
            weights:
              errors: 0.5
              latency: 2
            routes:
              - url: https://example.org/hook
                secret: whsec_abcd
                attempts: 3
            mode: ask-first
            tls:
              certificate: tls.crt
              required: true
            """);

    assertThat(side)
        .isEqualTo(
            new Side(
                "1.10",
                new Spool(Path.of("/tmp/spool"), 64L << 20, Duration.ofMinutes(90)),
                List.of("/srv/a.log", "/srv/b c.log"),
                Map.of("errors", 0.5, "latency", 2.0),
                List.of(
                    new Route(
                        URI.create("https://example.org/hook"),
                        "whsec_abcd",
                        3,
                        Duration.ofMinutes(5),
                        null)),
                Mode.ASK_FIRST,
                new Tls(Path.of("tls.crt"), true),
                ""));
  }

  @ParameterizedTest
  @CsvSource({
    "500 ms,500",
    "10 s,10000",
    "10s,10000",
    "1.5 min,90000",
    "1h,3600000",
    "2 d,172800000"
  })
  void durationsAreWrittenWithTheirUnit(String text, long millis) throws IOException {
    assertThat(read("spool: {max-age: " + text + "}").spool().maxAge())
        .isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @CsvSource({"8192,8192", "64 kB,64000", "64KiB,65536", "1.5 GiB,1610612736"})
  void sizesAreWrittenWithTheirUnit(String text, long bytes) throws IOException {
    assertThat(read("spool: {max-bytes: " + text + "}").spool().maxBytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"10", "-1 s", "10 sec", "s", "10 s 5", "99999999999999999999 d", "0.1 ms"})
  void aDurationThatIsNoneIsAMistake(String text) throws IOException {
    assertThat(mistakes("spool: {max-age: " + text + "}", Map.of()))
        .singleElement()
        .extracting(Mistake::what)
        .asString()
        .contains("`spool.max-age`: expected a duration such as", "found \"" + text);
  }

  @Test
  void theEnvironmentOverridesTheFile() throws IOException {
    var environment =
        Map.of(
            "TOCSIN_SPOOL_MAX_BYTES", "8 KiB",
            "TOCSIN_FILES", "/a.log, /b.log",
            "TOCSIN_MODE", "ask-first",
            "TOCSIN_TLS_CERTIFICATE", "/tls.crt",
            "TOCSIN_TLS_REQUIRED", "true",
            "TOCSIN_ADDRESS", "belongs to the command line");

    var side = read("spool:\n  max-bytes: 1 GiB\n", environment);

    assertThat(side.spool().maxBytes()).isEqualTo(8192);
    assertThat(side.files()).containsExactly("/a.log", "/b.log");
    assertThat(side.mode()).isEqualTo(Mode.ASK_FIRST);
    assertThat(side.tls()).isEqualTo(new Tls(Path.of("/tls.crt"), true));
  }

  @Test
  void allMistakesAreReportedAtOnceEachWithItsPlace() throws IOException {
    var mistakes =
        mistakes(
            """
            name: [a, list]
            spol:
              max-bytes: 1
            spool:
              max-bytes: lots
              max-age: 1 h
              max-age: 2 h
            mode: sometimes
            routes:
              - url: https://example.org/hook
                secret: whsec_abcd
                attemps: 3
            """,
            Map.of("TOCSIN_SPOOL_MAX_AGE", "for ever"));

    assertThat(mistakes)
        .containsExactly(
            new Mistake(
                "TOCSIN_SPOOL_MAX_AGE",
                "`spool.max-age`: expected a duration such as 500 ms, 10 s, 5 min, 1 h or 2 d, found"
                    + " \"for ever\""),
            at(1, 7, "`name`: expected text, found a list"),
            at(2, 1, "unknown key `spol`; did you mean `spool`?"),
            at(
                5,
                14,
                "`spool.max-bytes`: expected a size such as 256 MiB or 64 kB, found \"lots\""),
            at(7, 3, "expected `spool.max-age` once, found it again; keep one of them"),
            at(8, 7, "`mode`: expected one of ask-first, observe, found \"sometimes\""),
            at(10, 5, "expected `routes[0].attempts`, which has no default, found none"),
            at(12, 5, "unknown key `routes[0].attemps`; did you mean `routes[0].attempts`?"));
  }

  @ParameterizedTest
  @CsvSource({
    "'max-bytes: 1', 'did you mean `spool.max-bytes`?'",
    "'maxBytes: 1', 'did you mean `spool.max-bytes`?'",
    "'spool.max-bytes: 1', 'write `max-bytes:` under `spool:`'",
    "'spool: {max_bytes: 1}', 'did you mean `spool.max-bytes`?'",
    "'fiels: []', 'did you mean `files`?'",
    "'kubernetes: 1', 'expected one of name, spool, files, weights, routes, mode, tls, token'"
  })
  void aMisspeltKeyIsGuessedAt(String yaml, String guess) throws IOException {
    assertThat(mistakes(yaml, Map.of()))
        .anySatisfy(
            mistake -> assertThat(mistake.what()).startsWith("unknown key").contains(guess));
  }

  @Test
  void whatARecordRefusesIsAMistakeWithTheLineOfItsMap() throws IOException {
    assertThat(mistakes("name: a\nspool:\n  max-bytes: 12\n", Map.of()))
        .containsExactly(at(3, 3, "`spool`: expected max-bytes of at least 4 KiB, found 12"));
  }

  @Test
  void noSecretIsQuoted() throws IOException {
    Files.writeString(
        file,
        "token: hunter2\nroutes:\n  - {url: 'https://a.example', secret: abc, attempts: 1}\n");
    var refused = thrown(Map.of());
    assertThat(refused).hasMessageContaining("the secret (secret) is too short");

    Files.writeString(file, "token: [hunter2]\n");
    assertThat(thrown(Map.of())).hasMessageNotContainingAny("hunter2");

    Files.writeString(file, "token: hunter2\n  name: 'broken\n");
    assertThat(thrown(Map.of())).hasMessageNotContainingAny("hunter2");

    var loaded = ConfigFile.load(Side.class, DEFAULTS, null, Map.of("TOCSIN_TOKEN", "hunter2"));
    assertThat(loaded.settings())
        .contains(new Setting("token", "(secret)", "TOCSIN_TOKEN"))
        .noneMatch(setting -> setting.value().contains("hunter2"));
  }

  @Test
  void everyValueSaysWhereItComesFrom() throws IOException {
    Files.writeString(file, "name: shop\nfiles:\n  - /a.log\n");
    var loaded = ConfigFile.load(Side.class, DEFAULTS, file, Map.of("TOCSIN_SPOOL_MAX_AGE", "1 h"));
    assertThat(loaded.settings())
        .contains(
            new Setting("name", "shop", file + ":1"),
            new Setting("spool.max-bytes", "268435456", "default"),
            new Setting("spool.max-age", "PT1H", "TOCSIN_SPOOL_MAX_AGE"),
            new Setting("files[0]", "/a.log", file + ":3"),
            new Setting("tls", "(none)", "default"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name: 'open",
        "a: b: c",
        "- a\n- b\n",
        "just text",
        "a: *nowhere",
        "---\na: 1\n---\nb: 2\n",
        "{a: 1",
        "\t- x"
      })
  void whatIsNoSettingsFileIsOneMistakeWithItsPlace(String yaml) throws IOException {
    assertThat(mistakes(yaml, Map.of()))
        .singleElement()
        .satisfies(m -> assertThat(m.where()).matches(".*agent\\.yaml:\\d+:\\d+"));
  }

  @Test
  void aliasesAndSizeAreBounded() throws IOException {
    var bomb = new StringBuilder("files: &a [x, x]\n");
    for (int i = 0; i < 200; i++) {
      bomb.append("k").append(i).append(": [*a, *a]\n");
    }
    assertThat(mistakes(bomb.toString(), Map.of())).isNotEmpty();
    assertThat(mistakes("[".repeat(200_000), Map.of())).hasSize(1);
    assertThat(mistakes("# " + "x".repeat(ConfigFile.MAX_BYTES), Map.of()))
        .containsExactly(
            new Mistake(file.toString(), "expected at most 1048576 bytes, found more"));
  }

  @Test
  void aFileThatIsNotThereIsAMistake() {
    assertThat(thrown(Map.of())).hasMessageContaining("expected a readable file, found none");
  }

  private Mistake at(int line, int column, String what) {
    return new Mistake(file + ":" + line + ":" + column, what);
  }

  private Side read(String yaml) throws IOException {
    return read(yaml, Map.of());
  }

  private Side read(String yaml, Map<String, String> environment) throws IOException {
    Files.writeString(file, yaml);
    return ConfigFile.read(Side.class, DEFAULTS, file, environment);
  }

  private List<Mistake> mistakes(String yaml, Map<String, String> environment) throws IOException {
    Files.writeString(file, yaml);
    return thrown(environment).mistakes();
  }

  private ConfigException thrown(Map<String, String> environment) {
    return catchThrowableOfType(
        ConfigException.class, () -> ConfigFile.read(Side.class, DEFAULTS, file, environment));
  }
}
