package io.tocsin.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.benchmarks.faults.Run.Told;
import io.tocsin.benchmarks.faults.Scenario.Truth;
import io.tocsin.benchmarks.faults.Totals.Times;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TotalsTest {
  @Test
  void aBadReleaseThatNobodyCouldHaveCalledIsNoMissOfTheCallable() {
    Totals totals =
        Totals.of(
            List.of(
                run(Truth.BAD, "regressed", 30.0, 5.0, null),
                run(Truth.BAD, "undecided so far", null, 5.0, null),
                run(Truth.BAD, "undecided so far", null, null, null)));
    assertThat(totals.recall()).isEqualTo(new Share(1, 2));
    assertThat(totals.recallOfAll()).isEqualTo(new Share(1, 3));
  }

  @Test
  void aWrongRollbackIsOneOfAnythingThatMustStay() {
    Totals totals =
        Totals.of(
            List.of(
                run(Truth.INNOCENT, "regressed", 20.0, null, 25.0),
                run(Truth.ONE_INSTANCE, "regressed", 20.0, null, 25.0),
                run(Truth.INNOCENT, "healthy", null, null, null),
                run(Truth.BAD, "regressed", 20.0, 3.0, 25.0)));
    assertThat(totals.wrongRollbacks()).isEqualTo(new Share(2, 3));
    assertThat(totals.precision()).isEqualTo(new Share(1, 3));
  }

  @Test
  void calledHealthyOnceIsPromotedWhateverCameLater() {
    Run later =
        run(
            Truth.BAD,
            "regressed",
            80.0,
            3.0,
            90.0,
            new Told(40, "healthy", null, ""),
            new Told(80, "regressed", null, ""));
    assertThat(Totals.of(List.of(later)).wrongPromotions()).isEqualTo(new Share(1, 1));
    assertThat(
            Totals.of(List.of(run(Truth.INNOCENT, "healthy", null, null, null))).wrongPromotions())
        .isEqualTo(new Share(0, 0));
  }

  @Test
  void badOnOneInstanceIsRightOnlyWhenItIsNeitherCalledNorPromoted() {
    assertThat(run(Truth.ONE_INSTANCE, "cannot judge", null, null, null).right()).isTrue();
    assertThat(run(Truth.ONE_INSTANCE, "healthy", null, null, null).right()).isFalse();
    assertThat(run(Truth.ONE_INSTANCE, "regressed", 9.0, null, null).right()).isFalse();
  }

  @Test
  void timesAreOverThoseThatGotThere() {
    assertThat(Times.of(List.of())).isEqualTo(new Times(0, null, null));
    assertThat(Times.of(List.of(4.0, 1.0))).isEqualTo(new Times(2, 2.5, 4.0));
    assertThat(Times.of(List.of(3.0, 1.0, 2.0))).isEqualTo(new Times(3, 2.0, 3.0));
  }

  @Test
  void whatCannotBeSaidIsLeftOut() {
    assertThat(Totals.of(List.of()).values())
        .containsEntry("wrong_rollbacks_n", 0.0)
        .doesNotContainKeys("wrong_rollbacks", "precision_upper", "seconds_to_verdict_median");
  }

  static Run run(
      Truth truth,
      String verdict,
      @Nullable Double called,
      @Nullable Double callable,
      @Nullable Double rolledBack,
      Told... story) {
    List<Told> told = story.length == 0 ? List.of(new Told(30, verdict, null, "")) : List.of(story);
    return new Run(
        "clean",
        1,
        truth,
        0,
        0,
        verdict,
        null,
        null,
        null,
        called,
        rolledBack,
        null,
        null,
        List.of(),
        callable,
        90,
        told,
        List.of(),
        List.of());
  }
}
