package io.tocsin.agent.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.agent.redact.CleanLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessLineTest {
  private static final String HEAD = "10.0.0.9 - - [25/Nov/2026:02:22:11 +0000] ";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        // status | milliseconds | what follows the head
        "200|NaN|\"GET / HTTP/1.1\" 200 612",
        "304|NaN|\"GET / HTTP/1.1\" 304 -",
        "502|NaN|\"POST /pay HTTP/2.0\" 502 157 \"https://a.example/x\" \"curl/8.1 (a b)\"",
        "200|12|\"GET / HTTP/1.1\" 200 612 \"-\" \"curl\" 0.012",
        "200|12|\"GET / HTTP/1.1\" 200 612 \"-\" \"curl\" rt=0.012 uct=\"0.000\" urt=\"0.900\"",
        "200|12|\"GET / HTTP/1.1\" 200 612 \"-\" \"curl\" uct=0.900 request_time=0.012",
        "200|3|\"GET / HTTP/1.1\" 200 612 \"-\" \"curl\" 417 0.003 [shop-80] [] 10.0.0.1:80 2 0.900",
        "200|12|\"GET / HTTP/1.1\" 200 612 \"-\" \"-\" 17 \"web@docker\" \"http://10.0.0.1:80\" 12ms",
        "200|NaN|\"GET / HTTP/1.1\" 200 612 \"-\" \"curl\" 4711",
        "200|NaN|\"GET / HTTP/1.1\" 200 612 \"0.900\" \"rt=0.900 0.900\"",
        "400|NaN|\"\\x16\\x03\\x01\" 400 157 \"-\" \"-\"",
        "400|NaN|\"-\" 400 0",
        "404|NaN|\"GET /\\\" 500 1 HTTP/1.1\" 404 9"
      })
  void statusAndLatencyAreRead(int status, double millis, String rest) {
    assertThat(Request.of(CleanLines.of(HEAD + rest))).isEqualTo(new Request(status, millis));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shop.example:443 10.0.0.9 - anna [25/Nov/2026:02:22:11 +0000] \"GET / HTTP/1.1\" 200 1",
        "::1 - a user [1] [25/Nov/2026:02:22:11 +0000] \"GET / HTTP/1.1\" 200 1",
        "127.0.0.1 - - [25/Nov/2026 02:22:11] \"GET / HTTP/1.1\" 200 -"
      })
  void hostsUsersAndPythonsServersAreKnown(String line) {
    assertThat(Request.of(CleanLines.of(line))).isEqualTo(new Request(200, Double.NaN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\"",
        "said \"x\"",
        "2026-11-25 02:22:11 INFO client 10.0.0.9 said \"GET / HTTP/1.1\" 500 1",
        "INFO user=10.0.0.9 - - [25/Nov/2026:02:22:11 +0000]\"GET / HTTP/1.1\" 500 1",
        "10.0.0.9 - - [25/11/2026:02:22:11 +0000] \"GET / HTTP/1.1\" 200 1",
        HEAD + "\"GET / HTTP/1.1\" 999 1",
        HEAD + "\"GET / HTTP/1.1\" 2000 1",
        HEAD + "\"GET / HTTP/1.1\" 200",
        HEAD + "\"GET / HTTP/1.1\" 200 x",
        HEAD + "\"GET / HTTP/1.1\"",
        HEAD + "\"GET / HTTP/1.1",
        HEAD + "\"GET / \\",
        "{\"request\":\"GET / HTTP/1.1\",\"status\":500}"
      })
  void whatIsNoAccessLineIsNoRequest(String line) {
    assertThat(Request.of(CleanLines.of(line))).isNull();
  }

  @Test
  void aClientCannotForgeAFailureWithWhatItSends() {
    String forged = "x\\\" 500 1 9.999";
    for (String line :
        new String[] {
          HEAD + "\"GET /" + forged + " HTTP/1.1\" 200 1",
          HEAD + "\"GET / HTTP/1.1\" 200 1 \"" + forged + "\" \"" + forged + "\""
        }) {
      assertThat(Request.of(CleanLines.of(line))).isEqualTo(new Request(200, Double.NaN));
    }
  }
}
