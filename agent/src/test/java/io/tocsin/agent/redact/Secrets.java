package io.tocsin.agent.redact;

import java.math.BigInteger;
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
          "mysql -h db -u anna -p%s shop",
          "running ['mysqldump', '-u', 'anna', '-p%s', 'shop']",
          "sshpass -p %s ssh anna@10.0.0.1",
          "redis-cli -h cache -a %s ping",
          "curl -s -u anna:%s https://example.net",
          "spring:\n  datasource:\n    password: |\n      %s\n    pool: 3",
          "- token: >-  # rotated\n    two words and\n\n    %s\nother: 1",
          "jdbc:mysql://db:3306/shop?user=anna&password=%s&ssl=true",
          "jdbc:oracle:thin:anna/x@db;password=%s",
          "mongodb+srv://anna:%s@c0.example.net/shop?w=1",
          "amqps://anna:%s@mq.example.net:5671/v",
          "host=db port=5432 user=anna password='%s' dbname=shop",
          "Driver={ODBC Driver 18};Server=db;Uid=anna;Pwd={%s};Encrypt=yes",
          "Endpoint=https://a.azconfig.io;Id=x;Secret=%s",
          "POST https://hooks.slack.com/services/T0AB/B0CD/%s 200",
          "https://discord.com/api/webhooks/123/%s",
          "set AZURE_CLIENT_SECRET=%s",
          "\"private_key_id\": \"x\", \"private_key\": \"%s\"",
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
        "LTAI" + any(random, 20),
        "AKID" + any(random, 32),
        "GOOG1E" + any(random, 56),
        "dop_v1_" + hex(random, 64),
        "dapi" + hex(random, 32),
        "glsa_" + any(random, 32),
        any(random, 3) + random.nextInt(10) + "Q~" + any(random, 34),
        iban(random, ""),
        iban(random, " "),
        "+49 %d %d".formatted(151 + random.nextInt(40), 1_000_000 + random.nextInt(8_000_000)),
        "+1 (%d) 555-%d".formatted(200 + random.nextInt(700), 1_000 + random.nextInt(9_000)),
        "+44%d".formatted(7_000_000_000L + random.nextInt(999_999_999)),
        card(random, ""),
        card(random, " "),
        card(random, "-"));
  }

  private static String hex(Random random, int length) {
    var out = new StringBuilder();
    for (int i = 0; i < length; i++) {
      out.append(Character.forDigit(random.nextInt(16), 16));
    }
    return out.toString();
  }

  /// Of Germany or Malta, the latter with letters; check digits by the book.
  private static String iban(Random random, String separator) {
    String country = random.nextBoolean() ? "DE" : "MT";
    var account = new StringBuilder(country.equals("MT") ? "MALT" : "");
    while (account.length() < (country.equals("MT") ? 27 : 18)) {
      account.append(random.nextInt(10));
    }
    var digits = new StringBuilder();
    for (char c : (account + country + "00").toCharArray()) {
      digits.append(Character.digit(c, Character.MAX_RADIX));
    }
    int check = 98 - new BigInteger(digits.toString()).mod(BigInteger.valueOf(97)).intValue();
    String whole = "%s%02d%s".formatted(country, check, account);
    return whole.replaceAll("(.{4})(?=.)", "$1" + separator);
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
