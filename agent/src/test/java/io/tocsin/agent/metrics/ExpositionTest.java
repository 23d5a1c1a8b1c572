package io.tocsin.agent.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.tocsin.agent.metrics.Sample.Kind;
import io.tocsin.agent.metrics.Sample.Label;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpositionTest {

  private final List<Sample> samples = new ArrayList<>();
  private final Exposition exposition = new Exposition(samples::add);

  private void read(String text) {
    exposition.feed(Unpooled.wrappedBuffer(text.getBytes(UTF_8)));
    exposition.finish();
  }

  @Test
  void bothFormatsAreRead() {
    read(
        """
        # HELP jobs Waiting jobs.
        # TYPE jobs gauge
        jobs{queue="mail",a="x\\"y,}"} 3.5 1700000000000
        # TYPE sent_total counter
        sent_total 1e3
        # TYPE received counter
        received_total{ from = "a" , } 7 # {trace_id="1"} 1.0
        received_created 1.7e9
        # TYPE took histogram
        took_bucket{le="+Inf"} 4
        took_sum +Inf
        took_count 4
        plain NaN
        # EOF
        """);

    assertThat(samples)
        .containsExactly(
            new Sample(
                "jobs",
                Kind.GAUGE,
                List.of(new Label("a", "x\\\"y,}"), new Label("queue", "mail")),
                3.5),
            new Sample("sent_total", Kind.COUNTER, List.of(), 1000),
            new Sample("received_total", Kind.COUNTER, List.of(new Label("from", "a")), 7),
            new Sample("received_created", Kind.UNTYPED, List.of(), 1.7e9),
            new Sample("took_bucket", Kind.HISTOGRAM, List.of(new Label("le", "+Inf")), 4),
            new Sample("took_sum", Kind.HISTOGRAM, List.of(), Double.POSITIVE_INFINITY),
            new Sample("took_count", Kind.HISTOGRAM, List.of(), 4),
            new Sample("plain", Kind.UNTYPED, List.of(), Double.NaN));
    assertThat(exposition.damaged()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no_value", "no_value{a=\"b\"}", "{a=\"b\"} 1", "open{a=\"b 1", "open{a=\"b\" 1",
        "unquoted{a=b} 1", "9starts_with_a_digit 1", "hex 0x1p3", "java 1d", "words are here",
        "open{a=\"b\\", "<html>"
      })
  void aDamagedLineIsSkippedAndCountedAndTheNextIsRead(String line) {
    read(line + "\ngood 1\n");

    assertThat(samples).extracting(Sample::name).containsExactly("good");
    assertThat(exposition.damaged()).isEqualTo(1);
  }

  @Test
  void aLineWithoutEndIsBounded() {
    String endless = "x".repeat(20_000);
    exposition.feed(Unpooled.wrappedBuffer(endless.getBytes(UTF_8)));
    read(endless + " 1\ngood 1\n");

    assertThat(samples).extracting(Sample::name).containsExactly("good");
    assertThat(exposition.damaged()).isEqualTo(1);
  }

  @Test
  void samplesBeyondTheBoundAreCountedAndNotKept() {
    read("a 1\n".repeat(Exposition.MAX_SAMPLES + 5));

    assertThat(samples).hasSize(Exposition.MAX_SAMPLES);
    assertThat(exposition.dropped()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8})
  void theAnswerReadsTheSameHoweverItIsCut(long seed) {
    String text = "# TYPE a counter\na_total{b=\"ü€\"} 1\nbroken\n\n  c 2 \r\n# EOF\n";
    var whole = new ArrayList<Sample>();
    new Exposition(whole::add).feed(Unpooled.wrappedBuffer(text.getBytes(UTF_8)));
    var random = new Random(seed);
    byte[] bytes = text.getBytes(UTF_8);
    for (int at = 0; at < bytes.length; ) {
      int take = Math.min(bytes.length - at, 1 + random.nextInt(5));
      exposition.feed(Unpooled.wrappedBuffer(bytes, at, take));
      at += take;
    }

    assertThat(samples).as("seed " + seed).isEqualTo(whole).hasSize(2);
    assertThat(exposition.damaged()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8})
  void garbageIsCountedAndNeverThrows(long seed) {
    var random = new Random(seed);
    byte[] garbage = new byte[200_000];
    random.nextBytes(garbage);
    exposition.feed(Unpooled.wrappedBuffer(garbage));
    exposition.finish();

    assertThat(exposition.damaged()).as("seed " + seed).isPositive();
  }
}
