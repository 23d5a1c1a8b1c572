package io.tocsin.agent.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.agent.redact.CleanLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StructuredLinesTest {
  private final Miner miner = new Miner(TemplateConfig.standard());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        // zap, logrus, bunyan and pino, GELF, Logstash, ECS flat and nested, Serilog, .NET,
        // OpenTelemetry, Google's, the journal's, PostgreSQL's
        "ERROR|{\"level\":\"error\",\"ts\":1.5,\"msg\":\"disk full\"}",
        "ERROR|{\"severity\":\"ERROR\",\"message\":\"disk full\",\"time\":\"x\"}",
        "ERROR|{\"name\":\"a\",\"level\":50,\"msg\":\"disk full\",\"v\":0}",
        "ERROR|{\"version\":\"1.1\",\"short_message\":\"disk full\",\"level\":3}",
        "ERROR|{\"@timestamp\":\"x\",\"message\":\"disk full\",\"level\":\"ERROR\",\"level_value\":40000}",
        "ERROR|{\"@timestamp\":\"x\",\"log.level\":\"error\",\"message\":\"disk full\"}",
        "ERROR|{\"@timestamp\":\"x\",\"log\":{\"level\":\"error\",\"logger\":\"a\"},\"message\":\"disk full\"}",
        "ERROR|{\"@t\":\"x\",\"@mt\":\"disk full\",\"@l\":\"Error\"}",
        "INFO|{\"EventId\":0,\"LogLevel\":\"Information\",\"Message\":\"disk full\",\"State\":{\"Message\":\"x\"}}",
        "WARN|{\"body\":\"disk full\",\"severityText\":\"WARN\",\"severityNumber\":13}",
        "ERROR|{\"severity\":\"ERROR\",\"textPayload\":\"disk full\"}",
        "ERROR|{\"MESSAGE\":\"disk full\",\"PRIORITY\":\"3\",\"_PID\":\"1\"}",
        "ERROR|{\"error_severity\":\"ERROR\",\"message\":\"disk full\"}",
        "WARN|time=2026-01-01T00:00:00Z level=warning msg=\"disk full\" n=1",
        "WARN|ts=1 lvl=warn message=\"disk full\"",
        "WARN|level=warn event=\"disk full\"",
        "FATAL|<10>Oct 11 22:14:15 host app[1]: disk full",
        "ERROR|<11>1 2026-01-01T00:00:00.003Z host app 8710 ID47 - disk full",
        "ERROR|<11>1 2026-01-01T00:00:00.003Z host app 8710 ID47 [a@1 x=\"]\\\"]\"][b@2] disk full",
        "WARN|<12>Oct 11 22:14:15 host disk full",
        "DEBUG|<14>Oct 11 22:14:15 host app: DEBUG disk full"
      })
  void messageAndLevelAreFound(Level level, String line) {
    LogEvent event = miner.add(CleanLines.of(line));
    assertThat(event.level()).isEqualTo(level);
    assertThat(text(event)).endsWith("disk full");
  }

  @Test
  void aPriorityGoesBeforeAnyInnerForm() {
    LogEvent event =
        miner.add(
            CleanLines.of(
                "<14>1 - host app - - - \ufeff{\"level\":\"error\",\"msg\":\"disk full\"}"));
    assertThat(event.level()).isEqualTo(Level.ERROR);
    assertThat(text(event)).isEqualTo("disk full");
    assertThat(text(miner.add(CleanLines.of("<14>Oct 11 22:14:15 h a: @cee:{\"msg\":\"x y\"}"))))
        .as("cee behind a tag stays as it is")
        .contains("cee");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<999>not a priority",
        "<>",
        "<1",
        "<14>",
        "<14>1 a b",
        "<14>1 a b c d e [x",
        "{",
        "{\"log\":{\"level\":",
        "{\"log\":{\"level\":\"error\"}}",
        "a=",
        "level=",
        "=x"
      })
  void whatIsBrokenIsALineLikeAnyOther(String line) {
    assertThat(miner.add(CleanLines.of(line)).template()).isNotZero();
  }

  @Test
  void aCrashNobodyCaughtIsAnError() {
    assertThat(miner.add(CleanLines.of("panic: boom\n\ngoroutine 1 [running]:")).level())
        .isEqualTo(Level.FATAL);
    assertThat(miner.add(CleanLines.of("Traceback (most recent call last):\n  File")).level())
        .isEqualTo(Level.ERROR);
  }

  private String text(LogEvent event) {
    return miner.templates().stream()
        .filter(t -> t.id() == event.template())
        .findFirst()
        .orElseThrow()
        .text();
  }
}
