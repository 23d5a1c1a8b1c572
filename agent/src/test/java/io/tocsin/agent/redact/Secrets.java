package io.tocsin.agent.redact;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Lines with generated secrets in them, in the framings that logs use.
public final class Secrets {

  /// @param secret what must not survive
  public record Line(String text, String secret) {}

  private static final List<String> KEYED =
      List.of(
          "password=%s",
          "connecting password=%s user=anna",
          "login failed, DB_PASSWORD_2=%s, giving up",
          "cfg{user=anna, passwd=%s}",
          "db.pwd = %s",
          "userPass=%s;",
          "secret: %s",
          "access-token: %s",
          "{\"user\":\"anna\",\"password\":\"%s\"}",
          "{\"user\": \"anna\", \"clientSecret\" : \"%s\" , \"n\":1}",
          "{'password': '%s', 'n': 1}",
          "got {\"body\":\"{\\\"password\\\":\\\"%s\\\",\\\"n\\\":1}\"}",
          "{\"a\":\"{\\\"b\\\":\\\"{\\\\\\\"token\\\\\\\":\\\\\\\"%s\\\\\\\"}\\\"}\"}",
          "{:password=>\"%s\"}",
          "level=info api_key=%s msg=ok",
          "level=info token=\"%s\" msg=ok",
          "  password: %s",
          "  password: two words and %s",
          "  - passphrase: '%s'",
          "Authorization: Basic %s==",
          "> authorization: Bearer %s",
          "curl -H 'Authorization: Bearer %s' https://example.net",
          "{\"Authorization\":\"Bearer %s\"}",
          "Authorization: Digest username=anna, response=%s",
          "Proxy-Authorization: Basic %s",
          "Cookie: a=b; sid=%s; c=d",
          "Set-Cookie: JSESSIONID=%s; Path=/; HttpOnly",
          "x-api-key: %s",
          "GET https://anna:%s@example.net/x HTTP/1.1",
          "redis://:%s@10.0.0.1:6379/0",
          "postgres://anna:p/%s@db:5432/shop",
          "GET /x?a=1&access_token=%s&b=2 HTTP/1.1",
          "GET /x?key=%s HTTP/1.1",
          "https://a.example.net/c?sv=1&sig=%s&se=2",
          "Server=tcp:db,1433;User ID=sa;Password=%s;Encrypt=True",
          "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=%s==;EndpointSuffix=x",
          "Endpoint=sb://a/;SharedAccessKeyName=n;SharedAccessKey=%s=",
          "aws_secret_access_key = %s",
          "<password>%s</password>",
          "mysqldump --password %s shop",
          "mysqldump --password=%s shop",
          "wrong password '%s' given",
          "form params[password]=%s",
          "first line\n  password=%s\n  at x",
          "{\"passwords\":[\"x\",\"%s\"]}",
          "Bearer %s");

  private Secrets() {}

  public static List<Line> lines(Random random) {
    List<Line> lines = new ArrayList<>();
    for (String framing : KEYED) {
      String secret = RedactorTest.letters(random, 24 + random.nextInt(20));
      lines.add(new Line(framing.formatted(secret), secret));
    }
    for (String secret : shaped(random)) {
      for (String framing :
          List.of("%s", "got %s.", "x=%s, y", "{\"a\":\"%s\"}", "https://h/%s?b", "a\n%s\nb")) {
        lines.add(new Line(framing.formatted(secret), secret));
      }
    }
    String key = RedactorTest.letters(random, 60);
    String block = "-----BEGIN %s-----%s" + key + "%s-----END %s-----";
    lines.add(new Line(block.formatted("PRIVATE KEY", "\n", "\n", "PRIVATE KEY"), key));
    lines.add(
        new Line(
            "{\"k\":\""
                + block.formatted("RSA PRIVATE KEY", "\\n", "\\n", "RSA PRIVATE KEY")
                + "\"}",
            key));
    String half = RedactorTest.letters(random, 40);
    lines.add(new Line("keys AKIA" + upper(random) + " and " + half, half));
    return lines;
  }

  private static List<String> shaped(Random random) {
    return List.of(
        "eyJ" + any(random, 30) + "." + any(random, 60) + "." + any(random, 43),
        "AKIA" + upper(random),
        "AIza" + any(random, 35),
        "ghp_" + any(random, 36),
        "github_pat_" + any(random, 60),
        "glpat-" + any(random, 20),
        "xoxb-" + any(random, 12) + "-" + any(random, 24),
        "sk_live_" + any(random, 24),
        "SG." + any(random, 22) + "." + any(random, 43),
        "npm_" + any(random, 36),
        any(random, 8) + "." + any(random, 5) + "@mail.example.org",
        card(random, ""),
        card(random, " "),
        card(random, "-"));
  }

  private static String any(Random random, int length) {
    return RedactorTest.letters(random, length);
  }

  private static String upper(Random random) {
    var out = new StringBuilder();
    for (int i = 0; i < 16; i++) {
      out.append("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".charAt(random.nextInt(32)));
    }
    return out.toString();
  }

  private static String card(Random random, String separator) {
    int[] digits = new int[16];
    digits[0] = 4;
    int sum = 8;
    for (int i = 1; i < 15; i++) {
      digits[i] = random.nextInt(10);
      int weighted = i % 2 == 0 ? 2 * digits[i] : digits[i];
      sum += weighted > 9 ? weighted - 9 : weighted;
    }
    digits[15] = (10 - sum % 10) % 10;
    var out = new StringBuilder();
    for (int i = 0; i < 16; i++) {
      out.append(i > 0 && i % 4 == 0 ? separator : "").append(digits[i]);
    }
    return out.toString();
  }
}
