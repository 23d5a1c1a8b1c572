package io.tocsin.agent.redact;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.agent.instance.Instance;
import io.tocsin.agent.tail.RawLine;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GlanceTest {

  private static final byte[] KEY = "a key of this host".getBytes(StandardCharsets.UTF_8);

  /// What rules look for, whole and in parts; `*` becomes letters and digits, `#` digits.
  private static final List<String> PIECES =
      List.of(
          "password",
          "Passwd",
          "DB_PASSWORD_2",
          "pass",
          "bypass",
          "pwd",
          "PWD=/",
          "auth",
          "preauth",
          "pw",
          "secret",
          "client-secret",
          "credentials",
          "api_key",
          "apiKey",
          "x.api-key",
          "key",
          "publickey",
          "code",
          "sig",
          "session",
          "sid",
          "token",
          "tokens",
          "access_token",
          "cookie",
          "Set-Cookie",
          "authorization",
          "Authorization: Basic ",
          "bearer ",
          "Bearer",
          "door-code",
          "pin2",
          "token_type",
          "passwordLength",
          "secretName",
          "password_policy",
          "<password>",
          "</password>",
          "\\\"password\\\":\\\"",
          "--password ",
          "-p ",
          "--",
          "-----BEGIN ",
          "-----BEGIN RSA PRIVATE KEY-----",
          "-----END",
          "eyJ",
          "eyJ********.*******.*****",
          "EYJ",
          "AKIA****************",
          "asia",
          "ASIA",
          "AIza***********************************",
          "AIza",
          "ya29.********************",
          "ghp_******************************",
          "ghost",
          "ghs_",
          "sk-",
          "disk-12",
          "task_test_",
          "sk_live_****************",
          "xoxb-**********",
          "SG.",
          "msg=",
          "npm",
          "hf_******************************",
          "hvs.",
          "whsec_",
          "github_pat_**********************",
          "glpat-********************",
          "dckr_pat_",
          "4111111111111111",
          "4111 1111 1111 1111",
          "4111-1111-1111-1111",
          "3782 822463 10005",
          "blk_-4111111111111111",
          "2026-11-25",
          "####",
          "####-####-##",
          "#############",
          "################",
          "1.4111111111111111",
          "a",
          "b9",
          "**",
          "Foo@1a2b3c",
          "anna@example.net",
          "@",
          "a@b.c",
          "a@b.co",
          "a@b",
          "://",
          "http://",
          "u:p@h",
          "https://anna:****@h/x",
          "redis://:****@10.0.0.1",
          "?",
          "&",
          "&amp;",
          "?key=",
          "&sig=",
          "=",
          ":",
          "::",
          " = ",
          ": ",
          "=>",
          ">",
          "<",
          "\"",
          "'",
          "`",
          "\\",
          "\\\"",
          "]",
          "[",
          "{",
          "}",
          "(",
          ")",
          ",",
          ";",
          ".",
          "-",
          "_",
          "/",
          "+",
          "~",
          "%",
          "*",
          " ",
          "  ",
          "\t",
          "\n",
          "DE89370400440532013000",
          "DE89 3704 0044 0532 0130 00",
          "MT84MALT011000012345MTLCAST001S",
          "DE89",
          "XDE89370400440532013000",
          "+49 30 901820",
          "+4915112345678",
          "x+4915112345678",
          "+1 (555) 555-1234",
          "+0100 ",
          "phone",
          "phoneNumber: ",
          "0301234567",
          "  password: |\n    *****\n  x: 1",
          "- token: >-\n    **** ****\n",
          "mysql -h db ",
          "mysqldump ",
          "-p**** ",
          "sshpass ",
          "redis-cli -a ",
          "curl -u anna:****",
          "-u ",
          "hooks.slack.com/services/T0/B0/****",
          "discord.com/api/webhooks/1/****",
          "api.telegram.org/bot",
          "***4Q~**********************************",
          "Q~",
          "LTAI****************",
          "AGE-SECRET-KEY-1**********************************************************",
          "dapi********************************",
          "********************************************************************",
          "/services/",
          "\\n",
          "\\t",
          "\\u0026",
          "\\u003d",
          "\\x22",
          "%20",
          "%2F",
          "%C3",
          "%3D",
          "%40",
          "for user anna",
          "null",
          "true",
          "***",
          "<secret:password:a1b2c3>",
          "<secret:",
          "hunter22",
          "x");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13})
  void whatAScanWouldMaskIsSuspected(long seed) {
    same(seed, new RedactConfig(Set.of("hunter23"), Set.of("door-code", "pin2")));
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 34})
  void soAreIdentitiesThatBecomePseudonyms(long seed) {
    same(seed, new RedactConfig(Set.of(), Set.of("pin2"), "a key of all of the hosts"));
  }

  private static void same(long seed, RedactConfig config) {
    var random = new Random(seed);
    List<Secrets.Line> secrets = List.of();
    var glancing = new Redactor(config, KEY);
    var scanning = new Redactor(config, KEY);
    int untouched = 0;
    for (int i = 0; i < 20_000; i++) {
      if (i % 1_000 == 0) {
        secrets = Secrets.lines(random);
      }
      String line = random.nextInt(4) == 0 ? secret(random, secrets) : line(random);
      String clean = scanning.redact(raw(line, false)).text();
      untouched += clean.equals(line) ? 1 : 0;
      assertThat(glancing.redact(raw(line, true)).text())
          .as("seed %d: %s", seed, line)
          .isEqualTo(clean);
    }
    assertThat(untouched).isBetween(1_000, 19_000);
    assertThat(glancing.masked()).isEqualTo(scanning.masked());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Session of user anna opened by (uid=0) from 10.0.0.1 port 4711 after publickey check",
        "2026-11-25 10:15:30,123 INFO [main] a.b.Shop: Foo@1a2b3c took 12 ms for /a?b=c, code 17",
        "INFO store.DataServer: Taking in block blk_-1608999687919862906, source: /10.1.2.3:50010",
        "disk-1 is full, task_test failed, the ghost through the keyhole; password policy changed",
        "GET /api/users/anna/basket?page=3&size=10 HTTP/1.1 200 http://example.net/",
      })
  void ordinaryLinesAreDoneWithAtOnce(String line) {
    assertThat(suspects(line)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "@a.", "password ]", "--pass ", "sk-", "1234 5678 ", "eyj", "a@b-"})
  void workGrowsLinearlyOnHostileLines(String unit) {
    long small = stepsOf(unit, 1 << 12);
    long large = stepsOf(unit, 1 << 15);
    assertThat((double) large / small).as("8 times the length").isLessThan(8.5);
  }

  private static long stepsOf(String unit, int length) {
    var glance = new Glance(new KeyNames(Set.of(), false));
    String line = unit.repeat(length / unit.length());
    glance.suspects(line, line.getBytes(StandardCharsets.US_ASCII));
    return glance.steps();
  }

  private static boolean suspects(String line) {
    return new Glance(new KeyNames(Set.of(), false))
        .suspects(line, line.getBytes(StandardCharsets.US_ASCII));
  }

  private static String line(Random random) {
    var out = new StringBuilder();
    for (int n = 1 + random.nextInt(9); n > 0; n--) {
      String piece = PIECES.get(random.nextInt(PIECES.size()));
      for (int i = 0; i < piece.length(); i++) {
        char c = piece.charAt(i);
        switch (c) {
          case '*' -> out.append(RedactorTest.letters(random, 1));
          case '#' -> out.append(random.nextInt(10));
          default -> out.append(c);
        }
      }
      out.append(random.nextInt(3) == 0 ? " " : "");
    }
    return out.toString();
  }

  /// A line with a secret, perhaps between pieces, cut, or within another text's escapes.
  private static String secret(Random random, List<Secrets.Line> secrets) {
    String text = secrets.get(random.nextInt(secrets.size())).text();
    int from = random.nextInt(3) == 0 ? random.nextInt(text.length()) : 0;
    String part = text.substring(from);
    return switch (random.nextInt(6)) {
      case 0 -> line(random) + part;
      case 1 -> part + line(random);
      case 2 ->
          "{\"msg\":\"%s\"}"
              .formatted(part.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
      case 3 -> part.replace("=", "\\u003d").replace("&", "\\u0026");
      case 4 -> "GET /a?next=" + part.replace("%", "%25").replace(" ", "%20").replace("/", "%2F");
      default -> part;
    };
  }

  private static RawLine raw(String text, boolean ascii) {
    var web = new Instance("web-1", "file", "h", "file/h/web", "web", "", "", 0, "", "");
    return new RawLine(web, text, 0, false, ascii);
  }
}
