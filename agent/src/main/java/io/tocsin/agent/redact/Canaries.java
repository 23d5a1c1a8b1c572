package io.tocsin.agent.redact;

import io.tocsin.agent.instance.Instance;
import io.tocsin.agent.tail.RawLine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// False secrets of every kind, which no redaction that works lets through.
final class Canaries {

  private static final Instance NOBODY =
      new Instance("self-test", "file", "", "", "", "", "", 0, "", "");
  private static final String BODY = "Canary0Canary1Canary2Canary3Canary4Canary5";

  private static final List<String> FRAMINGS =
      List.of(
          "%s",
          "2026-01-01 00:00:00,000 ERROR [main] a.b.Client: cannot connect: %s (attempt 3)",
          "level=error msg=\"cannot connect\" detail=%s attempt=3",
          "GET /login?next=%s HTTP/1.1",
          "first line\n\tat a.b.Client.connect: %s\n\tat a.b.Main.main");

  /// Secrets that a key beside them gives away, in the ways people write keys.
  private static final List<String> KEYED =
      List.of(
          "password=%s",
          "user=anna password: %s,",
          "{\"user\":\"anna\",\"password\":\"%s\",\"try\":3}",
          "{\"body\":\"{\\\"api_key\\\":\\\"%s\\\"}\"}",
          "level=warn client_secret=\"%s\" try=3",
          "Authorization: Basic %s",
          "Authorization: Bearer %s",
          "Cookie: theme=dark; sid=%s",
          "Set-Cookie: sid=%s; Path=/",
          "X-Api-Key: %s",
          "https://anna:%s@db.example.net/x",
          "GET /v1?access_token=%s&page=2 HTTP/1.1",
          "Server=db;User Id=sa;Password=%s;Encrypt=true",
          "AccountName=a;AccountKey=%s;EndpointSuffix=core.example.net",
          "spring:\n  datasource:\n    password: %s\n    pool: 3",
          "spring:\n  password: >-\n    first %s\n    last %s\n  pool: 3",
          "mysqldump -u root -p%s shop",
          "curl -u anna:%s https://example.net",
          "posting to https://hooks.slack.com/services/T0/B0/%s");

  /// Secrets over several lines of one instance, each line handed on by itself.
  private static final List<List<String>> OVER_LINES =
      List.of(
          List.of("-----BEGIN PRIVATE KEY-----", BODY, "-----END PRIVATE KEY-----"),
          List.of("  api_key: |", "    " + BODY, "  next: 1"));

  private Canaries() {}

  static void check(Redactor redactor) {
    for (String framing : KEYED) {
      check(redactor, "a value behind its key", framing.replace("%s", BODY), BODY);
    }
    for (List<String> lines : OVER_LINES) {
      lines.forEach(line -> check(redactor, "a secret over several lines", line, BODY));
    }
    byShape()
        .forEach((kind, secret) -> {
          for (String framing : FRAMINGS) {
            check(redactor, kind.label(), framing.formatted(secret), secret);
          }
        });
  }

  private static Map<Kind, String> byShape() {
    Map<Kind, String> shapes = new LinkedHashMap<>();
    shapes.put(Kind.JWT, "eyJ" + BODY + "." + "eyJ" + BODY + "." + BODY);
    shapes.put(Kind.AWS, "AKIA" + "CANARYCANARYCAN0");
    shapes.put(Kind.GOOGLE, "AIza" + BODY.substring(0, 35));
    shapes.put(Kind.GITHUB, "ghp_" + BODY.substring(0, 36));
    shapes.put(Kind.GITLAB, "glpat-" + BODY.substring(0, 20));
    shapes.put(Kind.SLACK, "xoxb-" + "123456789012-" + BODY.substring(0, 24));
    shapes.put(Kind.STRIPE, "sk_live_" + BODY.substring(0, 24));
    shapes.put(Kind.EMAIL, "canary@mail.example.net");
    shapes.put(Kind.CARD, "4111 1111 1111 1111");
    shapes.put(Kind.IBAN, "DE89 3704 0044 0532 0130 00");
    shapes.put(Kind.PHONE, "+49 30 901820");
    shapes.put(Kind.AZURE, "Can8Q~" + BODY.substring(0, 34));
    shapes.put(Kind.PROVIDER, "LTAI" + BODY.substring(0, 16));
    shapes.put(
        Kind.PEM, "-----BEGIN RSA PRIVATE KEY-----\n" + BODY + "\n-----END RSA PRIVATE KEY-----");
    return shapes;
  }

  private static void check(Redactor redactor, String kind, String line, String secret) {
    for (boolean glanced : new boolean[] {true, false}) { // all of them are ASCII
      String text = redactor.redact(new RawLine(NOBODY, line, 0, false, glanced)).text();
      if (text.contains(secret) || text.contains(BODY)) {
        throw new RedactionException(
            "redaction self-test: a canary (%s) survived in \"%s\"; does redact.allow name it?"
                .formatted(kind, text));
      }
    }
  }
}
