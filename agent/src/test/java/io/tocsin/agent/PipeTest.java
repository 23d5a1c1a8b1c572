package io.tocsin.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tocsin.agent.tail.RawLine;
import io.tocsin.agent.tail.TailConfig;
import io.tocsin.agent.tail.Tailer;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipeTest {
  private static final long NOW = 1_800_000_000_000L;

  @TempDir Path data;
  private final List<RawLine> lines = new ArrayList<>();

  @Test
  void itIsOverWhenItsLastLineIsInAWindowThatTheCollectorHas() {
    var in = new ByteArrayInputStream("first\nthe last".getBytes(StandardCharsets.UTF_8));
    var pipe = new Pipe(in, data, "shop", "host1", NOW);
    try (var tailer = new Tailer(TailConfig.DEFAULT, System::currentTimeMillis)) {
      tailer.follow(pipe.discovery().look().running());
      pipe.pass(tailer);
      await().until(() -> pipe.discovery().look().running().isEmpty());
      assertThat(pipe.over(tailer, NOW + 1_000, 0, NOW)).as("not read yet").isFalse();

      tailer.follow(List.of());
      await()
          .until(() -> {
            var _ = tailer.poll(lines::add);
            return lines.size() == 2;
          });
      assertThat(lines).extracting(RawLine::text).containsExactly("first", "the last");
      assertThat(pipe.over(tailer, NOW, 0, NOW)).as("not sealed").isFalse();
      assertThat(pipe.over(tailer, NOW + 1, 1, NOW + 1)).as("not acknowledged").isFalse();
      assertThat(pipe.over(tailer, NOW + 1, 0, NOW + 1)).isTrue();
      assertThat(pipe.over(tailer, NOW + 1, 1, NOW + 30_001)).as("waited for").isFalse();
      assertThat(pipe.over(tailer, NOW + 1, 1, NOW + 30_002)).as("long enough").isTrue();
    }
  }
}
