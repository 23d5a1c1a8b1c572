package io.tocsin.collector;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.collector.alert.Route;
import io.tocsin.collector.alert.RouteStatus;
import io.tocsin.collector.alert.Shape;
import io.tocsin.collector.deployment.Finding;
import io.tocsin.collector.deployment.Observation;
import io.tocsin.collector.deployment.Platform;
import io.tocsin.collector.deployment.Release;
import io.tocsin.collector.deployment.Rollout;
import io.tocsin.collector.deployment.Situation;
import io.tocsin.collector.deployment.Submission;
import io.tocsin.collector.ingest.AgentView;
import io.tocsin.collector.web.DoctorRow;
import io.tocsin.v1.AgentStatus;
import io.tocsin.v1.Flow;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
  private final List<AgentView> agents = new ArrayList<>();
  private final List<RouteStatus> routes = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong();
  private String broken = "";
  private boolean stopped;
  private @TempDir Path directory;

  private Doctor doctor(List<Route> configured, Platform... platforms) {
    return new Doctor(
        directory,
        configured,
        List.of(platforms),
        new Doctor.Live(() -> agents, () -> routes, () -> broken, () -> stopped),
        nanos::get);
  }

  private static AgentView agent(String id, boolean live, long skewMillis) {
    return new AgentView(
        id,
        "host",
        "0.1.0",
        live,
        0,
        skewMillis,
        0,
        0,
        0,
        List.of(),
        AgentStatus.getDefaultInstance(),
        new AgentView.Account(Flow.getDefaultInstance(), 0, 0));
  }

  private static Route route(int port) {
    return new Route(
        "ops",
        URI.create("http://127.0.0.1:" + port + "/hook"),
        null,
        Shape.SLACK,
        List.of(),
        Duration.ZERO,
        Duration.ofSeconds(2),
        false);
  }

  private static RouteStatus status(long delivered, int dead, @Nullable String error) {
    return new RouteStatus(
        "ops", "127.0.0.1", Shape.SLACK, List.of(), 0, dead, delivered, 0, 0, null, error);
  }

  private static DoctorRow row(Collection<DoctorRow> rows, String area, String what) {
    return rows.stream()
        .filter(row -> row.area().equals(area) && row.what().contains(what))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void anInstallationWithNothingSaysWhatToAddAndFailsOnlyWhatIsBroken() {
    List<DoctorRow> rows = doctor(List.of()).rows();
    assertThat(row(rows, "platforms", "configured").ok()).isNull();
    assertThat(row(rows, "alerts", "routes").next()).contains("alert.routes");
    assertThat(row(rows, "agents", "connected").ok()).isFalse();
    assertThat(row(rows, "clock", "agrees").ok()).isNull();
    assertThat(row(rows, "disk", "written").ok()).isTrue();
    assertThat(row(rows, "evidence", "chain").ok()).isTrue();
  }

  @Test
  void aBrokenChainAndAStoppedSwitchAreToldWithTheNextStep() {
    broken = "entry 7 was changed";
    stopped = true;
    List<DoctorRow> rows = doctor(List.of()).rows();
    assertThat(row(rows, "evidence", "chain").detail()).isEqualTo("entry 7 was changed");
    assertThat(row(rows, "rollbacks", "kill switch").next()).contains("tocsin kill-switch arm");
  }

  @Test
  void aRouteIsKnockedAtAndNothingIsSent() throws IOException {
    try (var receiver = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      routes.add(status(3, 0, null));
      List<DoctorRow> rows = doctor(List.of(route(receiver.getLocalPort()))).rows();
      assertThat(row(rows, "alerts", "is reached").ok()).isTrue();
      assertThat(row(rows, "alerts", "delivers").detail())
          .isEqualTo("3 delivered, 0 waiting, 0 given up");
      receiver.setSoTimeout(5_000);
      try (var knock = receiver.accept()) {
        assertThat(knock.getInputStream().read()).as("nothing but the knock").isEqualTo(-1);
      }
    }
  }

  @Test
  void aRouteThatFailsIsToldWithItsError() throws IOException {
    int closed;
    try (var gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = gone.getLocalPort();
    }
    routes.add(status(0, 2, "expected 2xx, found 503"));
    List<DoctorRow> rows = doctor(List.of(route(closed))).rows();
    assertThat(row(rows, "alerts", "is reached").ok()).isFalse();
    assertThat(row(rows, "alerts", "delivers"))
        .satisfies(r -> assertThat(r.ok()).isFalse())
        .satisfies(r -> assertThat(r.detail()).contains("2 given up; expected 2xx, found 503"));
  }

  @Test
  void whereMostAgentsAgreeAgainstUsItIsOurClockThatIsOff() {
    agents.addAll(List.of(agent("a", true, 5_000), agent("b", true, 4_000), agent("c", true, 0)));
    DoctorRow ours = row(doctor(List.of()).rows(), "clock", "agrees");
    assertThat(ours.ok()).isFalse();
    assertThat(ours.detail()).contains("this machine's");

    agents.set(1, agent("b", true, -1_000));
    DoctorRow theirs = row(doctor(List.of()).rows(), "clock", "agrees");
    assertThat(theirs.detail()).isEqualTo("a is off by 5000 ms");
  }

  @Test
  void aSilentAgentIsNamed() {
    agents.addAll(List.of(agent("a", true, 0), agent("b", false, 0)));
    DoctorRow row = row(doctor(List.of()).rows(), "agents", "connected");
    assertThat(row.ok()).isFalse();
    assertThat(row.detail()).isEqualTo("1 of 2; not: b");
  }

  @Test
  void aPlatformIsAskedOnceInTenSecondsHoweverManyAsk() {
    var platform = new Examined();
    Doctor doctor = doctor(List.of(), platform);
    assertThat(row(doctor.rows(), "platform fake", "watch").ok()).isTrue();
    doctor.rows();
    assertThat(platform.asked).isEqualTo(1);
    nanos.addAndGet(Duration.ofSeconds(11).toNanos());
    doctor.rows();
    assertThat(platform.asked).isEqualTo(2);
  }

  @Test
  void aPlatformThatBreaksIsOneRowAndTheOthersAreTold() {
    var breaking = new Examined();
    breaking.breaks = true;
    List<DoctorRow> rows = doctor(List.of(), breaking, new Examined()).rows();
    assertThat(rows)
        .filteredOn(r -> r.area().equals("platform fake"))
        .hasSize(2)
        .anyMatch(r -> Objects.equals(r.ok(), false) && r.detail().contains("broken pipe"));
  }

  @Test
  @Timeout(30)
  void whatHasNoEndIsGivenUpAndKeepsNobodyWaiting() {
    var endless = new Examined();
    var end = new CountDownLatch(1);
    endless.until = end;
    Doctor doctor =
        new Doctor(
            directory,
            List.of(),
            List.of(endless),
            new Doctor.Live(() -> agents, () -> routes, () -> broken, () -> stopped),
            nanos::get,
            Duration.ofMillis(50));
    try {
      assertThat(row(doctor.rows(), "platform fake", "answers").detail()).contains("no answer");
    } finally {
      end.countDown();
    }
  }

  private static final class Examined implements Platform {
    private int asked;
    private boolean breaks;
    private @Nullable CountDownLatch until;

    @Override
    public String name() {
      return "fake";
    }

    @Override
    public List<Finding> examine() {
      asked++;
      CountDownLatch end = until;
      boolean interrupted = false;
      while (end != null && end.getCount() > 0) {
        try {
          end.await();
        } catch (InterruptedException e) {
          interrupted = true; // as whoever waits for a lock, or for a name to be looked up
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      if (breaks) {
        throw new IllegalStateException("broken pipe");
      }
      return List.of(new Finding("watch", true, "yes", ""));
    }

    @Override
    public boolean locks() {
      return false;
    }

    @Override
    public void watch(List<Release> known, Consumer<Observation> sink) {}

    @Override
    public Situation look(String workload) {
      throw new UnsupportedOperationException();
    }

    @Override
    public @Nullable String unreachable(Release target) {
      return null;
    }

    @Override
    public Submission rollBack(Release bad, Release target, Situation seen) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean sent(Release bad, Release target) {
      return false;
    }

    @Override
    public Rollout progress(Release target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }
}
