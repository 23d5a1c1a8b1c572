package io.tocsin.agent.redact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tocsin.agent.instance.Instance;
import io.tocsin.agent.tail.RawLine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactorTest {

  private static final byte[] KEY = "a key of this host".getBytes(StandardCharsets.UTF_8);
  private static final String ALNUM =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  private final Redactor redactor = new Redactor(RedactConfig.standard(), KEY);

  @Test
  void itsOwnCanariesDoNotSurvive() {
    assertThatCode(redactor::selfTest).doesNotThrowAnyException();
    assertThat(redactor.masked()).as("canaries do not count").isEmpty();
  }

  @Test
  void aRuleThatLetsACanaryThroughIsNamed() {
    var leaky = new Redactor(new RedactConfig(Set.of("canary@mail.example.net"), Set.of()), KEY);
    assertThatThrownBy(leaky::selfTest)
        .isInstanceOf(RedactionException.class)
        .hasMessageContaining("email")
        .hasMessageContaining("redact.allow");
  }

  @Test
  void aShortHostKeyIsRefused() {
    assertThatThrownBy(() -> new Redactor(RedactConfig.standard(), new byte[3]))
        .hasMessageContaining("3 bytes");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8})
  void noSecretSurvivesInAnyFraming(long seed) {
    var random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      for (Secrets.Line line : Secrets.lines(random)) {
        assertThat(clean(line.text()))
            .as("seed %d: %s", seed, line.text())
            .doesNotContain(line.secret())
            .contains("<secret:");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "at 1764194133123456789 in blk_-1608999687919862906 terminating",
        "Receiving block blk_4111111111111111 src: /10.250.19.102:54106",
        "trace 4111111111111111-abc of 0x4111111111111111",
        "Failed password for invalid user webmaster from 173.234.31.186 port 38926 ssh2",
        "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser=",
        "TTY=pts/0 ; PWD=/root ; USER=root ; COMMAND=/bin/ls",
        "token_type=x passwordLength=12 password_policy: strict secretName: web tokens=512",
        "https://example.net:8080/a@b?page=2&bypass=yes",
        "password= user=anna token: null secret=*** cookie=-",
        "IBAN DE89370400440532013001 has a wrong check digit, DE8937040044053201300 is short",
        "[10/Oct/2000:13:55:36 +1000] 2026-01-01 10:00 offset +12345678 of +1.2345678901",
        "phone: enabled headphone=3 a+4917012345678 1+49170",
        "curl/8.1 -u agent; mysql -P 3306 -p shop",
        "name: | not a block",
        "see ab3Q~short",
        "std::token::parse failed at 2026-01-01",
        "Executor task 4444444444444443 and 1234 5678 9012 3456",
      })
  void whatIsNoSecretStays(String text) {
    assertThat(clean(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // the sign of an empty value is no padding
        "password = \"aGVsbG8SECRET=\"",
        "client_secret = c2VjcmV0SECRET==",
        "password= c2VjcmV0SECRET=",
        "password = ab:cdSECRET",
        // signs and quotes as escapes
        "access_token\\u003dSECRET",
        "GET /login?next=%2Fa%3Faccess_token%3DSECRET HTTP/1.1",
        "GET /login?next=%2Fa%3Fkey%3DSECRET HTTP/1.1",
        "{\\x22password\\x22:\\x22SECRET\\x22}",
        "{\\x22password\\x22:\\x22two SECRET\\x22,\\x22n\\x22:1}",
        "{\\u0022password\\u0022:\\u0022SECRET\\u0022}",
        "App\\token=SECRET",
        // what says something about a secret is a whole part
        "DB_PASSWORD_STAGE=SECRET",
        "API_KEY_PROFILE=SECRET",
        "DB_PASSWORD_ACCOUNT=SECRET",
        // URLs as JSON and URLs carry them
        "postgres:\\/\\/anna:SECRET!x@db\\/shop",
        "next=postgres%3A%2F%2Fanna%3ASECRET%40db%2Fshop",
        "https:\\/\\/hooks.slack.com\\/services\\/T0\\/B0\\/SECRET",
        "https://hooks.slack.com/triggers/T0/1/SECRET",
        "https://discord.com/api/v10/webhooks/1/SECRET",
        // lists
        "{\"passwords\":[\"a]b\",\"SECRET\"]}",
        "{\\\"passwords\\\":[\\\"a]b\\\",\\\"SECRET\\\"]}",
      })
  void aSecretInDisguiseIsMasked(String line) {
    assertThat(clean(line)).doesNotContain("SECRET").contains("<secret:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\x22%s\\x22",
        "\"\\u001b[31m%s\"",
        "\"\\u001b[1;31m%s\"",
        "\\x1b[0m%s",
        "\\033[31m%s",
        "\\e[m%s",
        "a%%0A%s"
      })
  void aTokenBeginsBehindAnyEscape(String framing) {
    String github = "ghp_" + letters(new Random(4), 36);
    for (String token : new String[] {"AKIAIOSFODNN7EXAMPLE", github, "4111111111111111"}) {
      assertThat(clean(framing.formatted(token))).doesNotContain(token).contains("<secret:");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /x?email=anna%40example.com HTTP/1.1",
        "anna\\u0040example.com",
        "anna\\x40example.com",
        "for anna@m\u00fcnchen.de",
        "for anna@example.xn--p1ai"
      })
  void addressesOfMailAreFoundAsEscapesAndInAnyScript(String line) {
    assertThat(clean(line)).doesNotContain("anna").contains("<secret:email:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"GET /?cookie=1 HTTP/1.1\" 500 17",
        "\"GET /cookie=1 HTTP/1.1\" 500 17",
        "\"GET /?token=[x HTTP/1.1\" 500 17",
        "\"GET /token=[x HTTP/1.1\" 500 17",
        "\"GET /?x%26authorization=Digest HTTP/1.1\" 500 17"
      })
  void aClientCannotHideItsRequest(String line) {
    assertThat(clean(line)).endsWith("HTTP/1.1\" 500 17");
  }

  @ParameterizedTest
  @ValueSource(strings = {"+4915112345678", "\\u002B4915112345678", "to=%2B4915112345678&n=1"})
  void aTelephoneNumberMayWearItsSignAsAnEscape(String line) {
    assertThat(clean(line)).doesNotContain("15112345678").contains("<secret:phone:");
  }

  @Test
  void equalSecretsGetEqualMarksAndOtherHostsOtherOnes() {
    String mark = clean("password=hunter22");
    assertThat(mark).matches("password=<secret:password:[0-9a-f]{6}>");
    assertThat(clean("password=hunter22")).isEqualTo(mark);
    assertThat(clean("password=hunter23")).isNotEqualTo(mark);
    var elsewhere =
        new Redactor(
            RedactConfig.standard(), "a key of another host".getBytes(StandardCharsets.UTF_8));
    assertThat(elsewhere.redact(raw("password=hunter22")).text()).isNotEqualTo(mark);
    assertThat(redactor.masked()).containsEntry("password", 3L);
  }

  @Test
  void whatWasMaskedStaysAsItIs() {
    String once = clean("login password=hunter22 as anna@example.net");
    assertThat(clean(once)).isEqualTo(once);
  }

  @Test
  void theSiteNamesFurtherKeysAndAllowsValues() {
    var own = new Redactor(new RedactConfig(Set.of("changeit"), Set.of("Door-Code")), KEY);
    assertThat(own.redact(raw("door_code=7734 password=changeit")).text())
        .matches("door_code=<secret:secret:[0-9a-f]{6}> password=changeit");
  }

  @Test
  void aPrivateKeyIsMaskedOverTheLinesOfItsInstanceOnly() {
    assertThat(clean("loading -----BEGIN EC PRIVATE KEY-----")).startsWith("loading <secret:pem:");
    assertThat(clean("MHcCAQEEIIGl")).matches("<secret:pem:[0-9a-f]{6}>");
    assertThat(redactor.redact(new RawLine(instance("other"), "still here", 0, false)).text())
        .isEqualTo("still here");
    assertThat(clean("oUQDQgAE -----END EC PRIVATE KEY----- done")).endsWith("> done");
    assertThat(clean("the next line")).isEqualTo("the next line");
  }

  @Test
  void aLineOfAKeyWhoseBeginningWasNotSeenIsMasked() {
    String body = letters(new Random(5), 62) + "+/";
    assertThat(clean(body)).matches("<secret:pem:[0-9a-f]{6}>");
    assertThat(clean("    " + body)).as("indented, as in YAML").doesNotContain(body);
    String path = "com/example/service/internal/handlers/RequestProcessingPipelineFactory";
    assertThat(clean(path)).isEqualTo(path);
    String digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    assertThat(clean(digest)).isEqualTo(digest);
  }

  @Test
  void aYamlBlockIsMaskedOverTheLinesOfItsInstanceOnly() {
    assertThat(clean("  password: |")).isEqualTo("  password: |");
    assertThat(clean("    hunter22")).matches(" {4}<secret:secret:[0-9a-f]{6}>");
    assertThat(redactor.redact(new RawLine(instance("other"), "    here", 0, false)).text())
        .isEqualTo("    here");
    assertThat(clean("")).isEmpty();
    assertThat(clean("      hunter23")).contains("<secret:");
    assertThat(clean("  pool: 3")).isEqualTo("  pool: 3");
    assertThat(clean("    indented")).isEqualTo("    indented");
  }

  @Test
  void identitiesAreKeptUnlessTheFleetHasAKey() {
    String line =
        "Failed password for anna from 10.0.0.9 port 22, user=bert ip 2001:db8::7 v1.2.3.4.5";
    assertThat(clean(line)).isEqualTo(line);

    var config = new RedactConfig(Set.of(), Set.of(), "a key of the whole fleet");
    var here = new Redactor(config, KEY);
    String mark = "<secret:%s:[0-9a-f]{6}>";
    String user = mark.formatted("user");
    String address = mark.formatted("address");
    String text = here.redact(raw(line)).text();
    assertThat(text)
        .matches(
            "Failed password for %s from %s port 22, user=%s ip %s v1\\.2\\.3\\.4\\.5"
                .formatted(user, address, user, address));
    var elsewhere = new Redactor(config, "a key of another host".getBytes(StandardCharsets.UTF_8));
    assertThat(elsewhere.redact(raw(line)).text()).as("equal on every host").isEqualTo(text);
    assertThat(elsewhere.redact(raw("password=x1")).text())
        .as("secrets are not")
        .isNotEqualTo(here.redact(raw("password=x1")).text());
    assertThat(here.masked()).containsEntry("user", 2L).containsEntry("address", 2L);
    assertThatCode(here::selfTest).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "at 10:00:00 a::b std::cafe::x blk_1.2.3.4 1.2.3 256.1.1.1 4.5.6.7.8",
        "user logged in, login failed, waiting for answer"
      })
  void whatIsNoIdentityStays(String line) {
    var config = new RedactConfig(Set.of(), Set.of(), "a key of the whole fleet");
    assertThat(new Redactor(config, KEY).redact(raw(line)).text()).isEqualTo(line);
  }

  @ParameterizedTest
  @ValueSource(strings = {"::1", "fe80::1", "2001:db8:0:0:0:0:0:1", "::ffff:1", "192.168.0.1"})
  void addressesAreFoundWhereverTheyStand(String address) {
    var config = new RedactConfig(Set.of(), Set.of(), "a key of the whole fleet");
    for (String line :
        new String[] {
          "%s", "from %s.", "[%s]:80", "ip=%s, x", "http://[%s]/", "client:%s", "node:%s"
        }) {
      String text = new Redactor(config, KEY).redact(raw(line.formatted(address))).text();
      assertThat(text).doesNotContain(address).contains("<secret:address:");
    }
  }

  @Test
  void anAddressIsOneInBothItsForms() {
    var config = new RedactConfig(Set.of(), Set.of(), "a key of the whole fleet");
    var fleet = new Redactor(config, KEY);
    String mark = fleet.redact(raw("10.0.0.9")).text();
    assertThat(fleet.redact(raw("::ffff:10.0.0.9")).text()).isEqualTo("::ffff:" + mark);
  }

  @Test
  void aShortFleetKeyIsRefused() {
    assertThatThrownBy(() -> new Redactor(new RedactConfig(Set.of(), Set.of(), "short"), KEY))
        .hasMessageContaining("fleet-key")
        .hasMessageContaining("5 bytes");
  }

  @Test
  void aPrivateKeyThatNeverEndsMasksABoundedNumberOfLines() {
    clean("-----BEGIN PRIVATE KEY-----");
    int masked = 0;
    while (clean("an honest line").startsWith("<secret:pem:")) {
      masked++;
      assertThat(masked).isLessThanOrEqualTo(Redactor.BLOCK_LINES);
    }
    assertThat(masked).isEqualTo(Redactor.BLOCK_LINES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "eyJa-",
        "eyJaaaaaaaaaa.",
        "a@",
        "@a",
        "://",
        "://u:a",
        "4 ",
        "4111 ",
        "4111-",
        "password=",
        "password=\"",
        "password=a,",
        "password:\\\"",
        "\\",
        "key&",
        "AKIA",
        "ghp_",
        "-----BEGIN ",
        "-----BEGIN PRIVATE KEY-----",
        "Authorization: ",
        "Cookie: a\n",
        "a.b-",
        "token: [",
        "<password>",
        "--password ",
        "password='a\\\\",
        ",a=",
        "Bearer ",
        "a@b.c ",
        "DE89 3704 ",
        "+49 ",
        "abc1Q~",
        "curl -u a",
        "mysql -p",
        "token: |\n ",
        "a: |#",
        "hooks.slack.com/services/",
      })
  void workGrowsLinearlyOnHostileLines(String unit) {
    long small = stepsOf(unit, 1 << 17);
    long large = stepsOf(unit, 1 << 20);
    assertThat((double) large / small).as("8 times the length").isLessThan(8.5);
    assertThat(large).as("per character").isLessThan(150L << 20);
  }

  @Test
  void hardlyAnythingInPublicLogsIsMasked() throws IOException {
    Path folder =
        Path.of(System.getProperty("tocsin.root")).resolveSibling("shared").resolve("data/loghub");
    assumeThat(folder).as("Loghub samples").isDirectory();
    long tokens = 0;
    try (var files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".log.gz")).sorted().toList()) {
        try (var in =
            new BufferedReader(
                new InputStreamReader(
                    new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
          for (String line = in.readLine(); line != null; line = in.readLine()) {
            tokens += line.split("\\s+").length;
            clean(line);
          }
        }
      }
    }
    long masked =
        redactor.masked().entrySet().stream()
            .filter(e -> !e.getKey().equals("email"))
            .mapToLong(e -> e.getValue())
            .sum();
    System.out.printf("Loghub: %d tokens, masked %s%n", tokens, redactor.masked());
    assertThat(masked).isLessThanOrEqualTo(tokens / 1000);
  }

  private static long stepsOf(String unit, int length) {
    var config = new RedactConfig(Set.of(), Set.of(), "a key of the whole fleet");
    var fresh = new Redactor(config, KEY); // with every rule there is
    fresh.redact(raw(unit.repeat(length / unit.length())));
    return fresh.steps();
  }

  private String clean(String text) {
    return redactor.redact(raw(text)).text();
  }

  private static RawLine raw(String text) {
    return new RawLine(instance("web-1"), text, 0, false, text.chars().allMatch(c -> c < 128));
  }

  private static Instance instance(String id) {
    return new Instance(id, "file", "h", "file/h/web", "web", "", "", 0, "", "");
  }

  static String letters(Random random, int length) {
    var out = new StringBuilder();
    for (int i = 0; i < length; i++) {
      out.append(ALNUM.charAt(random.nextInt(ALNUM.length())));
    }
    return out.toString();
  }
}
