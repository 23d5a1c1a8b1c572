package io.tocsin.collector.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tocsin.collector.alert.Incident.State;
import io.tocsin.collector.calibrate.Anomaly;
import io.tocsin.collector.deployment.Release;
import io.tocsin.collector.deployment.ReleaseEvent;
import io.tocsin.collector.judge.Outcome.Healthy;
import io.tocsin.collector.judge.Outcome.Regressed;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.judge.VerificationOutcome;
import io.tocsin.collector.monitor.Fact;
import io.tocsin.collector.profile.Guess;
import io.tocsin.collector.profile.Guess.News;
import io.tocsin.collector.store.StateStore;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IncidentsTest {
  private static final String SHOP = "directory/host1/shop";
  private static final String STOCK = "directory/host1/stock";
  private static final String HEAD = "c0ffee";
  private static final long MINUTE = 60_000;
  private static final AlertConfig CONFIG =
      new AlertConfig(
          List.of(Routes.to(URI.create("https://example.org/hook"))),
          List.of(),
          Duration.ofMinutes(10),
          Duration.ofHours(2),
          Duration.ofDays(1),
          URI.create("https://tocsin.example.org"));

  private final StateStore store = StateStore.inMemory();
  private final List<Delivery> sent = new ArrayList<>();
  private Incidents incidents = new Incidents(CONFIG);

  @Test
  void anomaliesOfOneWorkloadAreOneIncidentAndOneWebhook() {
    accept(unusual(SHOP, "", 10, 30));
    accept(unusual(SHOP, "", 11, 40));

    assertThat(incidents.open())
        .singleElement()
        .satisfies(incident -> {
          assertThat(incident.anomaliesSeen()).isEqualTo(2);
          assertThat(incident.title())
              .isEqualTo(
                  "shop is unusual: errors at 12.5, usually 0 to 2. As rare as once in 30 h.");
          assertThat(incident.sinceMillis()).isEqualTo(10 * MINUTE);
        });
    assertThat(sent).extracting(Delivery::type).containsExactly("incident.opened");
  }

  @Test
  void guessingIsOneIncidentUntilItEndsAndComingInIsToldAgain() {
    accept(guess(News.BEGAN, "10.0.0.9", 9, "", 10));
    accept(guess(News.BEGAN, "10.0.0.8", 9, "", 11));
    assertThat(sent).extracting(Delivery::type).containsExactly("incident.opened");
    assertThat(incidents.open().getFirst().title())
        .isEqualTo(
            "10.0.0.8 guesses passwords of shop: 9 lines of failed logins within ten minutes.");

    accept(guess(News.CAME_IN, "10.0.0.9", 40, "anna", 12));
    keep(incidents.tick(60 * MINUTE, HEAD));
    assertThat(incidents.open().getFirst().title())
        .isEqualTo(
            "10.0.0.9 logged in to shop as anna after 40 lines of failed logins. Was that the"
                + " owner?");

    accept(guess(News.ENDED, "10.0.0.9", 40, "", 61));
    assertThat(incidents.open()).isEmpty();
    assertThat(sent)
        .extracting(Delivery::type)
        .containsExactly("incident.opened", "incident.updated", "incident.resolved");
  }

  @Test
  void whatIsWorseIsToldAgainAndRanksHigher() {
    accept(unusual(SHOP, "shop-1", 10, 30));
    double before = incidents.open().getFirst().risk();
    accept(unusual(SHOP, "", 11, 900));

    assertThat(incidents.open().getFirst().risk()).isGreaterThan(before);
    assertThat(sent)
        .extracting(Delivery::type)
        .containsExactly("incident.opened", "incident.updated");
    assertThat(sent).extracting(Delivery::webhookId).doesNotHaveDuplicates();
  }

  @Test
  void anIncidentIsOverAfterTheQuietTime() {
    accept(unusual(SHOP, "", 10, 30));
    keep(incidents.tick(19 * MINUTE, HEAD));
    assertThat(incidents.open()).hasSize(1);

    keep(incidents.tick(20 * MINUTE, HEAD));

    assertThat(incidents.open()).isEmpty();
    assertThat(new IncidentBook(store).newest(10))
        .singleElement()
        .extracting(Incident::state)
        .isEqualTo(State.RESOLVED);
    assertThat(sent).last().extracting(Delivery::type).isEqualTo("incident.resolved");
  }

  @Test
  void anIncidentIsToldToWhoAnswersForIt() {
    var config =
        new AlertConfig(
            List.of(owned("all"), owned("shop-only", "shop"), owned("both", "shop", "stock")),
            List.of(new Owner("*/shop", "shop"), new Owner("*/stock", "stock")),
            Duration.ofMinutes(10),
            Duration.ofHours(2),
            Duration.ofDays(1),
            null);
    incidents = new Incidents(config);
    accept(unusual(SHOP, "", 10, 30));
    accept(unusual(STOCK, "", 10, 30));
    accept(unusual("directory/host1/nobodys", "", 10, 30));

    assertThat(sent)
        .extracting(Delivery::route)
        .containsExactly("all", "shop-only", "both", "all", "both", "all");
  }

  @Test
  void anIncidentThatNoRouteTakesWasNotTold() {
    incidents =
        new Incidents(
            new AlertConfig(
                List.of(owned("stock-only", "stock")),
                List.of(new Owner("*/stock", "stock")),
                Duration.ofMinutes(10),
                Duration.ofHours(2),
                Duration.ofDays(1),
                null));
    accept(unusual(SHOP, "", 10, 30));
    assertThat(sent).isEmpty();
    assertThat(incidents.open().getFirst().noticesMade()).isZero();
  }

  private static Route owned(String name, String... owners) {
    return Routes.to(
        name,
        URI.create("https://example.org/hook"),
        Routes.SECRET,
        Shape.STANDARD_WEBHOOKS,
        List.of(owners),
        Duration.ZERO);
  }

  @Test
  void theReleaseBeforeItExplainsItWithinTheWatch() {
    accept(released(SHOP, "1.1", 5, false));
    accept(unusual(SHOP, "", 10, 30));
    assertThat(incidents.open().getFirst().releaseName()).isEqualTo("v1.1");
  }

  @Test
  void neitherAnOldReleaseNorOurOwnRollbackExplainsIt() {
    accept(released(SHOP, "1.1", 5, false));
    accept(unusual(SHOP, "", 5 + 121, 30));
    assertThat(incidents.open().getFirst().release()).isNull();

    accept(released(STOCK, "1.0", 5, true));
    accept(unusual(STOCK, "", 10, 30));
    assertThat(incidents.open()).allMatch(incident -> incident.release() == null);
  }

  @Test
  void aRegressedReleaseHoldsItsIncidentOpenUntilTheRollbackHelped() {
    accept(released(SHOP, "1.1", 5, false));
    accept(unusual(SHOP, "", 10, 30));
    accept(regressed(SHOP, "1.1", 11, true));
    accept(regressed(SHOP, "1.1", 12, false));
    keep(incidents.tick(300 * MINUTE, HEAD));
    assertThat(incidents.open())
        .singleElement()
        .satisfies(incident -> {
          assertThat(incident.title()).isEqualTo("shop: release v1.1 regressed. 41 errors.");
          assertThat(incident.verdict()).isEqualTo("regressed");
        });

    accept(released(SHOP, "1.0", 301, true));
    assertThat(incidents.open()).hasSize(1);
    accept(verified(SHOP, VerificationOutcome.HELPED, 305));

    assertThat(incidents.open()).isEmpty();
    assertThat(sent)
        .extracting(Delivery::type)
        .containsExactly("incident.opened", "incident.updated", "incident.resolved");
    assertThat(sent.getLast().body())
        .contains("\"sentence\":\"It helped.\"", "\"chainHead\":\"c0ffee\"")
        .contains("\"url\":\"https://tocsin.example.org/i/" + sent.getLast().incident() + "\"");
  }

  @Test
  void aRollbackThatDidNotHelpIsCritical() {
    accept(regressed(SHOP, "1.1", 11, true));
    accept(verified(SHOP, VerificationOutcome.DID_NOT_HELP, 20));

    assertThat(incidents.open())
        .singleElement()
        .extracting(Incident::severity)
        .isEqualTo(Severity.CRITICAL);
    assertThat(sent).last().extracting(Delivery::type).isEqualTo("incident.updated");
  }

  @Test
  void aHealthyVerdictOpensNothing() {
    accept(judged(SHOP, "1.1", 11, new Healthy("fine"), true));
    assertThat(incidents.open()).isEmpty();
  }

  @Test
  void oneIncidentStandsForAllThatShareACause() {
    accept(unusual(SHOP, "", 10, 30));
    accept(unusual(STOCK, "", 10, 30));
    accept(shared(11, false, SHOP, STOCK));
    accept(unusual(SHOP, "", 12, 900));

    assertThat(incidents.open())
        .singleElement()
        .satisfies(incident -> {
          assertThat(incident.workloads()).containsExactly(SHOP, STOCK);
          assertThat(incident.anomaliesSeen()).isEqualTo(3);
          assertThat(incident.title())
              .isEqualTo("Shared cause: inventory, for 2 workloads (shop, stock).");
        });
    assertThat(new IncidentBook(store).newest(10))
        .filteredOn(incident -> incident.partOf() != null)
        .hasSize(2);

    accept(shared(20, true, SHOP, STOCK));
    assertThat(incidents.open()).isEmpty();
  }

  @Test
  void whoIsTakenIntoASharedCauseHearsThatItIsOpen() {
    incidents =
        new Incidents(
            new AlertConfig(
                List.of(owned("shop-only", "shop"), owned("stock-only", "stock")),
                List.of(new Owner("*/shop", "shop"), new Owner("*/stock", "stock")),
                Duration.ofMinutes(10),
                Duration.ofHours(2),
                Duration.ofDays(1),
                null));
    accept(unusual(SHOP, "", 10, 30));
    accept(shared(11, false, SHOP));
    accept(unusual(STOCK, "", 10, 30));
    sent.clear();

    accept(shared(12, false, SHOP, STOCK));
    accept(shared(13, false, SHOP, STOCK));

    assertThat(sent)
        .extracting(Delivery::route, Delivery::type)
        .containsExactly(
            tuple("stock-only", "incident.resolved"), tuple("stock-only", "incident.opened"));
    assertThat(sent).extracting(Delivery::incident).doesNotHaveDuplicates();
  }

  @Test
  void aSharedCauseDoesNotTakeInARegressedRelease() {
    accept(regressed(SHOP, "1.1", 10, true));
    accept(shared(11, false, SHOP, STOCK));
    assertThat(incidents.open()).hasSize(2);
  }

  @Test
  void aDeadFeedIsAnIncidentUntilItIsBack() {
    accept(new Fact.FeedDead(SHOP, 12 * MINUTE, 10 * MINUTE, List.of("a", "b"), false));
    keep(incidents.tick(60 * MINUTE, HEAD));
    assertThat(incidents.open())
        .singleElement()
        .extracting(Incident::title)
        .isEqualTo("The feed is dead on 2 instances of shop. Cannot judge until it is back.");

    accept(new Fact.FeedDead(SHOP, 61 * MINUTE, 10 * MINUTE, List.of("a", "b"), true));
    assertThat(incidents.open()).isEmpty();
  }

  @Test
  void aSilenceSuppressesWebhooksNotIncidents() {
    keep(incidents.silence(Silence.of("directory/*/shop", 0, 30 * MINUTE, "works", "ops")));
    accept(unusual(SHOP, "", 10, 30));
    accept(unusual(STOCK, "", 10, 30));

    assertThat(incidents.open()).hasSize(2);
    assertThat(sent).singleElement().extracting(Delivery::body).asString().contains(STOCK);
  }

  @Test
  void whatOutlastsItsSilenceIsToldThen() {
    keep(incidents.silence(Silence.of(SHOP, 0, 30 * MINUTE, "works", "ops")));
    accept(regressed(SHOP, "1.1", 10, true));
    assertThat(sent).isEmpty();

    keep(incidents.tick(30 * MINUTE, HEAD));

    assertThat(sent).extracting(Delivery::type).containsExactly("incident.opened");
    assertThat(incidents.silences()).isEmpty();
  }

  @Test
  void aSilenceEndsWithinThirtyDays() {
    assertThatThrownBy(() -> Silence.of("*", 0, Duration.ofDays(31).toMillis(), "", "ops"))
        .hasMessage("expected a silence that ends within 30 days, found PT744H");
  }

  @Test
  void aFalseAlarmIsOverAndDoesNotComeBackAtTheNextWindow() {
    accept(regressed(SHOP, "1.1", 10, true));
    keep(incidents.label(incidents.open().getFirst(), Feedback.FALSE_ALARM, 11 * MINUTE, HEAD));
    accept(regressed(SHOP, "1.1", 12, false));

    assertThat(incidents.open()).isEmpty();
    assertThat(new IncidentBook(store).newest(1).getFirst().feedback())
        .isEqualTo(Feedback.FALSE_ALARM);
  }

  @Test
  void anomaliesAreBounded() {
    for (int minute = 0; minute < 200; minute++) {
      accept(unusual(SHOP, "", minute, 30));
    }
    var incident = incidents.open().getFirst();
    assertThat(incident.anomalies()).hasSize(Incident.MAX_ANOMALIES);
    assertThat(incident.anomaliesSeen()).isEqualTo(200);
  }

  @Test
  void afterARestartTheSameFactsGiveTheSameRows() {
    List<Fact> facts =
        List.of(
            released(SHOP, "1.1", 5, false),
            unusual(SHOP, "", 10, 30),
            regressed(SHOP, "1.1", 11, true),
            unusual(STOCK, "stock-1", 12, 1_000),
            shared(13, false, STOCK),
            verified(SHOP, VerificationOutcome.MADE_WORSE, 20),
            shared(30, true, STOCK));
    var straight = new Incidents(CONFIG);
    for (Fact fact : facts) {
      var expected = straight.accept(fact, HEAD);
      incidents = Incidents.restore(CONFIG, store);
      var found = incidents.accept(fact, HEAD);
      store.write(found.rows());
      assertThat(found.changed()).isEqualTo(expected.changed());
      assertThat(found.webhooks()).isEqualTo(expected.webhooks());
    }
  }

  @Test
  void whatIsLongOverIsForgotten() {
    accept(unusual(SHOP, "", 10, 30));
    accept(unusual(STOCK, "", 30, 30));
    keep(incidents.tick(25 * MINUTE, HEAD));

    assertThat(new IncidentBook(store).prune(26 * MINUTE)).isEqualTo(1);
    assertThat(new IncidentBook(store).newest(10))
        .singleElement()
        .satisfies(incident -> assertThat(incident.workloads()).containsExactly(STOCK));
  }

  private void accept(Fact fact) {
    keep(incidents.accept(fact, HEAD));
  }

  private void keep(Outcome outcome) {
    store.write(outcome.rows());
    sent.addAll(outcome.webhooks());
  }

  private static Fact unusual(String workload, String instance, long minute, double onceInHours) {
    var carrier = new Anomaly.Carrier("errors", 0.8, 0, 2, 12.5);
    return new Fact.Unusual(
        new Anomaly(workload, instance, minute * MINUTE, onceInHours, List.of(carrier)));
  }

  private static Fact released(String workload, String release, long minute, boolean byTocsin) {
    return new Fact.ReleaseNoticed(
        new ReleaseEvent(
            workload,
            null,
            new Release(workload, release, "v" + release),
            minute * MINUTE,
            byTocsin,
            false,
            List.of()));
  }

  private static Fact regressed(String workload, String release, long minute, boolean changed) {
    return judged(workload, release, minute, new Regressed("41 errors."), changed);
  }

  private static Fact judged(
      String workload,
      String release,
      long minute,
      io.tocsin.collector.judge.Outcome outcome,
      boolean changed) {
    var verdict =
        new Verdict(
            workload,
            release,
            "1.0",
            minute * MINUTE,
            outcome,
            null,
            5,
            6,
            1,
            2,
            2,
            null,
            List.of(),
            List.of());
    return new Fact.Judged(verdict, changed);
  }

  private static Fact verified(String workload, VerificationOutcome outcome, long minute) {
    String sentence = outcome == VerificationOutcome.HELPED ? "It helped." : "It did not help.";
    return new Fact.Verified(workload, minute * MINUTE, "1.1", "1.0", outcome, sentence);
  }

  private static Fact shared(long minute, boolean ended, String... workloads) {
    return new Fact.SharedCause(
        "site", minute * MINUTE, 9 * MINUTE, "inventory", List.of(workloads), ended);
  }

  private static Fact guess(News news, String source, long failures, String user, long minute) {
    return new Fact.Guessing(
        SHOP, new Guess(source, 10 * MINUTE, minute * MINUTE, failures, user, news));
  }
}
