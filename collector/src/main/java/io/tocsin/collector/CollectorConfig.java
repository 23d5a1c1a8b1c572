package io.tocsin.collector;

import io.tocsin.collector.alert.AlertConfig;
import io.tocsin.collector.calibrate.CalibrateConfig;
import io.tocsin.collector.deployment.DirectoryConfig;
import io.tocsin.collector.deployment.KubernetesConfig;
import io.tocsin.collector.deployment.NomadConfig;
import io.tocsin.collector.detect.DetectConfig;
import io.tocsin.collector.ingest.IngestConfig;
import io.tocsin.collector.judge.JudgeConfig;
import io.tocsin.collector.monitor.MonitorConfig;
import io.tocsin.collector.respond.RespondConfig;
import io.tocsin.collector.web.ReleaseDetail;
import io.tocsin.collector.web.WebConfig;
import io.tocsin.collector.window.SealConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The collector's configuration file; every key is optional.
///
/// @param data where its state lives
/// @param listen for people and for agents
/// @param window how windows are sealed
/// @param detect how long things take to be normal
/// @param budget false alarms allowed
/// @param judge how a release is judged
/// @param alert who is told
/// @param respond what Tocsin may do
/// @param platforms where releases are noticed and taken back
public record CollectorConfig(
    Data data,
    Listen listen,
    Window window,
    Detect detect,
    Budget budget,
    Judge judge,
    AlertConfig alert,
    RespondConfig respond,
    Platforms platforms) {

  /// @param directory of this collector alone
  public record Data(Path directory) {}

  /// @param people REST, page, metrics
  /// @param agents windows
  public record Listen(People people, IngestConfig agents) {}

  /// The people's listener; see [WebConfig].
  ///
  /// @param host to bind; beyond loopback only with `tls` or `insecure`
  /// @param insecure the operator says in words that plain text beyond loopback is meant: `i-know`
  /// @param names host names people use for it
  public record People(
      String host, int port, WebConfig.@Nullable Tls tls, String insecure, List<String> names) {
    public People {
      names = List.copyOf(names);
    }

    WebConfig web() {
      return new WebConfig(host, port, tls, insecure.equals("i-know"), names);
    }
  }

  /// @param length of a window; the agents' must be the same
  /// @param seal when a window is complete
  /// @param together disturbances that begin within so long of each other may have one cause
  public record Window(Duration length, SealConfig seal, Duration together) {}

  /// See [DetectConfig].
  public record Detect(
      Duration learn,
      Duration shortTerm,
      Duration longTerm,
      Duration follow,
      Duration block,
      Duration history,
      long seed) {
    DetectConfig over(Duration window) {
      return new DetectConfig(
          window.toMillis(),
          learn.toMillis(),
          shortTerm.toMillis(),
          longTerm.toMillis(),
          follow.toMillis(),
          block.toMillis(),
          history.toMillis());
    }
  }

  /// See [CalibrateConfig].
  public record Budget(
      double falseAlarmsPerMonth, Duration gap, Duration quiet, double fallPerMinute) {
    CalibrateConfig over(Duration window) {
      return new CalibrateConfig(
          window.toMillis(), falseAlarmsPerMonth, gap.toMillis(), quiet.toMillis(), fallPerMinute);
    }
  }

  /// See [JudgeConfig].
  public record Judge(
      double alphaVerdict,
      double alphaAct,
      double harmlessRatio,
      double healthyRatio,
      double excess,
      Duration block,
      Duration startUp,
      Duration fastBake,
      Duration giveUp,
      double restartsPerBake,
      Duration verify,
      double minCompleteness,
      double unknownSpread) {
    JudgeConfig over(Duration window) {
      return new JudgeConfig(
          alphaVerdict,
          alphaAct,
          harmlessRatio,
          healthyRatio,
          excess,
          window.toMillis(),
          block.toMillis(),
          startUp.toMillis(),
          fastBake.toMillis(),
          giveUp.toMillis(),
          restartsPerBake,
          verify.toMillis(),
          minCompleteness,
          unknownSpread);
    }
  }

  /// @param host name of this machine, as its agents know it; empty: as the system says
  /// @param directories services deployed as folders on this machine
  /// @param directoryPoll how often their `current` is read
  /// @param swarm address of a Docker engine that manages a swarm, e.g.
  ///   `unix:///var/run/docker.sock`; empty: none
  /// @param kubernetes which cluster
  /// @param nomad which region
  public record Platforms(
      String host,
      List<DirectoryConfig.Folder> directories,
      Duration directoryPoll,
      String swarm,
      KubernetesConfig.Access kubernetes,
      NomadConfig.Access nomad) {
    public Platforms {
      directories = List.copyOf(directories);
    }
  }

  ReleaseDetail.Thresholds thresholds() {
    // Twenty is what the test for health asks for (STATISTICS item 10).
    return new ReleaseDetail.Thresholds(
        1 / judge.alphaVerdict(),
        1 / judge.alphaAct(),
        20,
        judge.startUp().toMillis(),
        judge.fastBake().toMillis());
  }

  MonitorConfig monitors() {
    return new MonitorConfig(
        window.seal(),
        detect.over(window.length()),
        budget.over(window.length()),
        judge.over(window.length()),
        window.together().toMillis());
  }

  public static final CollectorConfig DEFAULT =
      new CollectorConfig(
          new Data(Path.of("/var/lib/tocsin/collector")),
          new Listen(new People("127.0.0.1", 7600, null, "", List.of()), IngestConfig.DEFAULT),
          new Window(Duration.ofSeconds(10), SealConfig.DEFAULT, Duration.ofMinutes(1)),
          new Detect(
              Duration.ofHours(6),
              Duration.ofMinutes(10),
              Duration.ofMinutes(30),
              Duration.ofHours(6),
              Duration.ofMinutes(10),
              Duration.ofDays(14),
              42),
          new Budget(1, Duration.ofMinutes(10), Duration.ofHours(12), 0.05),
          new Judge(
              0.01,
              0.001,
              1.5,
              2,
              0.001,
              Duration.ofMinutes(1),
              Duration.ofMinutes(2),
              Duration.ofMinutes(30),
              Duration.ofHours(24),
              1,
              Duration.ofMinutes(10),
              0.98,
              0.4),
          AlertConfig.defaults(),
          RespondConfig.of(List.of()),
          new Platforms(
              "",
              List.of(),
              Duration.ofSeconds(2),
              "",
              KubernetesConfig.Access.DEFAULT,
              NomadConfig.Access.DEFAULT));
}
