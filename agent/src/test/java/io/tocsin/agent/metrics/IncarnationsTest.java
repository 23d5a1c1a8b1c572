package io.tocsin.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.agent.instance.Instance;
import io.tocsin.agent.instance.Running;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class IncarnationsTest {

  private final Incarnations incarnations = new Incarnations();

  private static Running running(String id, String platform, String name) {
    return new Running(
        new Instance(id, platform, "h", "w", name, "", "", 0, "", ""),
        List.of(),
        OptionalLong.empty(),
        null,
        null);
  }

  private List<String> look(long second, Running... now) {
    return Stream.of(now)
        .map(one -> one.instance().id())
        .filter(incarnations.restarted(List.of(now), second * 1_000)::contains)
        .toList();
  }

  @Test
  void whoFollowsAnotherInItsPlaceIsARestartOnce() {
    assertThat(look(0, running("a1", "systemd", "a"))).as("the agent started").isEmpty();
    assertThat(look(2, running("a2", "systemd", "a"))).containsExactly("a2");
    assertThat(look(4, running("a2", "systemd", "a"))).isEmpty();
    assertThat(look(6)).isEmpty();
    assertThat(look(300, running("a3", "systemd", "a")))
        .as("after a back-off")
        .containsExactly("a3");
    assertThat(look(302, running("b1", "systemd", "b"))).as("a new place").isEmpty();
  }

  @Test
  void whoComesLongAfterOrBesideAnotherIsNone() {
    look(0, running("a1", "directory", "a"));
    look(2);
    assertThat(look(700, running("a2", "directory", "a"))).isEmpty();
    assertThat(look(702, running("a2", "directory", "a"), running("a3", "directory", "a")))
        .isEmpty();
    assertThat(look(704, running("a2", "directory", "a"))).as("known before").isEmpty();
  }

  @Test
  void aSlotOfASwarmIsOnePlaceForAllItsTasks() {
    look(0, running("x:1", "swarm", "shop.1.abc"), running("y:1", "swarm", "shop.2.def"));
    assertThat(
            look(2, running("z:1", "swarm", "shop.1.ghi"), running("y:1", "swarm", "shop.2.def")))
        .containsExactly("z:1");
  }
}
