package io.tocsin.collector.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.collector.deployment.Release;
import io.tocsin.collector.deployment.ReleaseEvent;
import io.tocsin.collector.judge.Outcome.Regressed;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.monitor.Fact;
import io.tocsin.collector.monitor.MonitorLoop.Numbered;
import io.tocsin.collector.store.StateStore;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LiveViewTest {
  private static final long MINUTE = 60_000;
  private final List<Numbered> facts = new ArrayList<>();

  private void fact(Fact fact) {
    facts.add(new Numbered(facts.size() + 1, fact));
  }

  private void released(String workload, String id, long minute) {
    fact(
        new Fact.ReleaseNoticed(
            new ReleaseEvent(
                workload,
                new Release(workload, "before-" + id, "before " + id),
                new Release(workload, id, id),
                minute * MINUTE,
                false,
                false,
                List.of())));
  }

  /// Nobody was asked, announced or answered anything.
  private static Sources nothingElse() {
    return (Sources)
        Proxy.newProxyInstance(
            Sources.class.getClassLoader(),
            new Class<?>[] {Sources.class},
            (proxy, method, arguments) ->
                method.getReturnType() == Optional.class ? Optional.empty() : List.of());
  }

  @Test
  void aGateFindsItsReleaseHoweverManyOthersHadOneSince() {
    String old = "nomad/default/old";
    released(old, "1.1", 1);
    var verdict =
        new Verdict(
            old,
            "1.1",
            "before-1.1",
            2 * MINUTE,
            new Regressed("41 errors."),
            null,
            5,
            6,
            1,
            2,
            2,
            null,
            List.of(),
            List.of());
    fact(new Fact.Judged(verdict, true));
    for (int workload = 0; workload < 11; workload++) {
      for (int i = 0; i < 100; i++) {
        released("nomad/default/other-" + workload, "r" + i, 10 + i);
      }
    }
    LiveView view =
        LiveView.over(
            StateStore.inMemory(),
            nothingElse(),
            () -> 500 * MINUTE,
            new ReleaseDetail.Thresholds(1, 1, 1, 0, 0));
    view.committed(facts, List.of());

    assertThat(view.releases()).hasSize(1_000).noneMatch(row -> row.workload().equals(old));
    assertThat(view.gate(new GateQuestion(old, null, null)).answer())
        .isEqualTo(GateAnswer.Answer.FAIL);
    assertThat(view.knows(old)).isTrue();
    assertThat(view.knows("nomad/default/nobody")).isFalse();
  }
}
