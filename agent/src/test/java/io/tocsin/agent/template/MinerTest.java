package io.tocsin.agent.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.agent.redact.CleanLines;
import io.tocsin.agent.redact.Secrets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MinerTest {

  private static final List<String> LINES =
      List.of(
          "2026-01-01 10:00:00,123 INFO [main] a.b.Shop: order 17 of 3 items paid in 12 ms",
          "2026-01-01 10:00:01,123 INFO [main] a.b.Shop: order 18 of 5 items paid in 2 s",
          "2026-01-01 10:00:01,200 ERROR [w-1] a.b.Shop: cannot reach 10.0.0.7:5432 (attempt 3)",
          "{\"level\":\"warn\",\"ts\":1,\"msg\":\"slow query took 512 ms\",\"db\":{\"msg\":\"x\"}}",
          "level=error ts=1 msg=\"disk 7 is full\" code=3",
          "Jan  1 10:00:02 host sshd[77]: Failed password for root from 10.0.0.9 port 22 ssh2");

  private final Miner miner = new Miner(TemplateConfig.standard());

  @Test
  void valuesAreNoPartOfATemplate() {
    long first = add(LINES.get(0));
    assertThat(add(LINES.get(1))).isEqualTo(first);
    assertThat(text(first)).isEqualTo("order <*> of <*> items paid in <*>");
  }

  @ParameterizedTest
  @CsvSource({"0,INFO", "2,ERROR", "3,WARN", "4,ERROR", "5,UNKNOWN"})
  void theLevelIsFoundInHeadJsonAndLogfmt(int line, Level level) {
    LogEvent event = miner.add(CleanLines.of(LINES.get(line)));
    assertThat(event.level()).isEqualTo(level);
    assertThat(template(event.template()).level()).isEqualTo(level);
  }

  @Test
  void ofStructuredLinesTheMessageIsMined() {
    assertThat(text(add(LINES.get(3)))).isEqualTo("slow query took <*> ms");
    assertThat(text(add(LINES.get(4)))).isEqualTo("disk <*> is full");
  }

  @Test
  void whatHappenedIsNoValue() {
    long started = add("VM Started on host 7");
    long paused = add("VM Paused on host 7");
    add("VM Resumed on host 7");
    add("VM Stopped on host 7");
    miner.settle();
    assertThat(started).isNotEqualTo(paused);
    assertThat(miner.templates()).hasSize(4).allMatch(t -> t.into() == 0);
  }

  @Test
  void aGeneralisationIsNewsAndTheIdGivenStays() {
    long anna = add("login of user anna refused by policy");
    miner.drainNews();
    long bert = add("login of user bert refused by policy");
    List<Template> news = miner.drainNews();
    assertThat(news).extracting(Template::id).contains(anna, bert);
    assertThat(template(anna).into()).isEqualTo(bert);
    assertThat(text(bert)).isEqualTo("login of user <*> refused by policy");
    assertThat(add("login of user carl refused by policy")).isEqualTo(bert);
    assertThat(miner.drainNews()).isEmpty();
  }

  @Test
  void idsAreTheSameOnEveryAgentInAnyOrder() {
    List<String> shuffled = new ArrayList<>(LINES);
    Collections.shuffle(shuffled, new Random(7));
    var other = new Miner(TemplateConfig.standard());
    shuffled.forEach(line -> other.add(CleanLines.of(line)));
    for (String line : LINES) {
      assertThat(other.add(CleanLines.of(line)).template()).isEqualTo(add(line));
    }
  }

  @Test
  void afterARestartTheSameLinesAreNoNews() {
    List<String> lines = new ArrayList<>(LINES);
    lines.add("login of user anna refused by policy");
    lines.add("login of user bert refused by policy");
    lines.forEach(this::add);
    miner.settle();
    var ids = lines.stream().map(this::add).toList();
    var restarted = new Miner(TemplateConfig.standard());
    restarted.learn(miner.templates());
    assertThat(lines.stream().map(l -> restarted.add(CleanLines.of(l)).template()).toList())
        .isEqualTo(ids);
    assertThat(restarted.drainNews()).isEmpty();
    assertThat(restarted.add(CleanLines.of("login of user zoe refused by policy")).template())
        .as("an open place stays open")
        .isEqualTo(ids.getLast());
  }

  @Test
  void aFloodOfWordingsCountsUnderOther() {
    var random = new Random(3);
    for (int i = 0; i < 3_000; i++) {
      miner.add(CleanLines.of(letters(random) + " " + letters(random)));
    }
    assertThat(miner.templates()).hasSizeLessThanOrEqualTo(1_000);
    assertThat(miner.floods()).isGreaterThanOrEqualTo(2_000);
    miner.settle();
    assertThat(add("a wording after the flood")).isNotEqualTo(Template.OTHER);
  }

  @Test
  void theBoundsHoldOverWindows() {
    var small = new Miner(new TemplateConfig(64, 32, 128, 20));
    var random = new Random(3);
    for (int i = 0; i < 2_000; i++) {
      small.add(CleanLines.of(letters(random) + " " + letters(random) + " " + letters(random)));
      if (i % 20 == 19) {
        small.settle();
        assertThat(small.templates()).hasSizeLessThanOrEqualTo(32);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void noSecretGetsIntoATemplate(long seed) {
    List<Secrets.Line> lines = Secrets.lines(new Random(seed));
    lines.forEach(line -> miner.add(CleanLines.of(line.text())));
    String all = miner.templates().toString();
    for (Secrets.Line line : lines) {
      assertThat(all).as("seed %d: %s", seed, line.text()).doesNotContain(line.secret());
    }
  }

  @Test
  void aMaskIsAValue() {
    long first = add("login with password=hunter22 for anna@example.net done");
    assertThat(add("login with password=hunter23 for bert@example.net done")).isEqualTo(first);
    assertThat(text(first)).doesNotContain("<secret:");
  }

  private long add(String line) {
    return miner.add(CleanLines.of(line)).template();
  }

  private String text(long id) {
    return template(id).text();
  }

  private Template template(long id) {
    return miner.templates().stream().filter(t -> t.id() == id).findFirst().orElseThrow();
  }

  private static String letters(Random random) {
    var out = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      out.append((char) ('g' + random.nextInt(20)));
    }
    return out.toString();
  }
}
