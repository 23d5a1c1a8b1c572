package io.tocsin.collector;

import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tocsin.agent.config.CommandLine;
import io.tocsin.agent.config.ConfigException;
import io.tocsin.agent.config.ConfigFile;
import io.tocsin.agent.config.Setting;
import io.tocsin.collector.alert.Alerter;
import io.tocsin.collector.alert.Incidents;
import io.tocsin.collector.deployment.DirectoryConfig;
import io.tocsin.collector.deployment.DirectoryPlatform;
import io.tocsin.collector.deployment.KubernetesConfig;
import io.tocsin.collector.deployment.KubernetesPlatform;
import io.tocsin.collector.deployment.NomadConfig;
import io.tocsin.collector.deployment.NomadPlatform;
import io.tocsin.collector.deployment.Platform;
import io.tocsin.collector.deployment.SwarmConfig;
import io.tocsin.collector.deployment.SwarmPlatform;
import io.tocsin.collector.ingest.IngestServer;
import io.tocsin.collector.ingest.InputLog;
import io.tocsin.collector.monitor.MonitorLoop;
import io.tocsin.collector.respond.Responder;
import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StoreException;
import io.tocsin.collector.web.LiveView;
import io.tocsin.collector.web.Tokens;
import io.tocsin.collector.web.WebServer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The collector: `ingest` > `window` > `deployment` > `detect` > `calibrate` > `judge` > `alert` >
/// `respond`. Opened from the store upwards, closed the other way round: the intake first, then
/// each stage drains into the next.
public final class Collector implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Collector.class);
  public static final String VERSION = "0.1.0";

  private static final String USAGE =
      """
      Usage: tocsin collector [--config FILE] [--data DIR] [--port N] [--agent-port N]

      Takes in what agents count, scores it, judges releases, alerts and rolls back. Every key has its
      default; TOCSIN_<KEY> in the environment overrides the file, an option overrides both.
        --config FILE        deploy/config/collector.yaml shows every key
        --data DIR           where its state lives
        --port N             of the page, 7600
        --agent-port N       of the agents' listener, 7601
        --check-config FILE  says what is wrong with a file, and starts nothing\
      """;
  private static final Map<String, String> OPTIONS =
      Map.of(
          "--data", "TOCSIN_DATA_DIRECTORY",
          "--port", "TOCSIN_LISTEN_PEOPLE_PORT",
          "--agent-port", "TOCSIN_LISTEN_AGENTS_PORT");

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final WebServer web;
  private final IngestServer ingest;

  private Collector(CollectorConfig config, List<Setting> settings, LongSupplier clock) {
    try {
      Path data = config.data().directory();
      long seed = config.detect().seed();
      StateStore store = opened(StateStore.at(data.resolve("store")));
      InputLog inputs = opened(new InputLog(store, clock));
      MonitorLoop monitors =
          opened(MonitorLoop.open(config.monitors(), store, inputs, clock, seed));

      List<Platform> platforms = new ArrayList<>();
      for (Platform platform : platforms(config, data, clock)) {
        platforms.add(opened(platform));
        platform.watch(
            monitors.releases().stream()
                .filter(release -> release.workload().startsWith(platform.name() + "/"))
                .toList(),
            observation -> MonitorLoop.observe(inputs, observation));
      }

      Desk desk = new Desk(config, settings, store, inputs, monitors, clock);
      LiveView view = LiveView.over(store, desk, clock, config.thresholds());
      Responder respond =
          opened(
              Responder.start(
                  config.respond(),
                  store,
                  platforms,
                  clock,
                  new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("respond").factory()),
                  view::responded));
      Alerter alert =
          opened(
              Alerter.start(
                  config.alert(),
                  store,
                  clock,
                  seed,
                  task -> Thread.ofVirtual().name("webhooks").start(task),
                  respond::chainHead,
                  monitors::alive));
      Conclusions conclusions =
          new Conclusions(
              Incidents.restore(config.alert(), store), store, respond, alert, view, clock);
      monitors.start(conclusions);
      this.ingest =
          opened(
              IngestServer.start(
                  config.listen().agents(), inputs, store, clock, VERSION, monitors::templates));
      desk.seat(ingest, respond, alert, conclusions, platforms);

      PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      new JvmMemoryMetrics().bindTo(metrics);
      new ProcessorMetrics().bindTo(metrics);
      desk.bindTo(metrics);
      Tokens tokens = Tokens.open(data, clock);
      desk.tokens(tokens::names);
      this.web =
          opened(
              WebServer.start(config.listen().people().web(), view, desk, tokens, metrics, clock));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /// Starts everything.
  ///
  /// @throws StoreException when the data directory is in use or not writable
  /// @throws IllegalArgumentException when a listener would be reachable and unprotected
  public static Collector start(CollectorConfig config) {
    return new Collector(config, List.of(), System::currentTimeMillis);
  }

  /// Port of the people's listener.
  public int peoplePort() {
    return web.port();
  }

  /// Port of the agents' listener.
  public int agentsPort() {
    return ingest.port();
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        log.warn("did not close cleanly: {}", e.toString());
      }
    }
  }

  private <T extends AutoCloseable> T opened(T stage) {
    open.push(stage);
    return stage;
  }

  private static List<Platform> platforms(CollectorConfig config, Path data, LongSupplier clock) {
    List<Platform> platforms = new ArrayList<>();
    CollectorConfig.Platforms wanted = config.platforms();
    if (!wanted.directories().isEmpty()) {
      DirectoryConfig base =
          DirectoryConfig.of(
              wanted.host().isEmpty() ? hostName() : wanted.host(), wanted.directories());
      platforms.add(
          DirectoryPlatform.open(
              new DirectoryConfig(
                  base.host(),
                  base.folders(),
                  wanted.directoryPoll(),
                  base.commandTimeout(),
                  base.instanceDeadline()),
              data,
              clock));
    }
    if (!wanted.swarm().isEmpty()) {
      platforms.add(SwarmPlatform.open(SwarmConfig.of(wanted.swarm()), data, clock));
    }
    if (!wanted.kubernetes().server().isEmpty()) {
      platforms.add(
          KubernetesPlatform.open(
              KubernetesConfig.of(wanted.kubernetes()), data, clock, config.detect().seed()));
    }
    if (!wanted.nomad().server().isEmpty()) {
      platforms.add(
          NomadPlatform.open(NomadConfig.of(wanted.nomad()), data, clock, config.detect().seed()));
    }
    return platforms;
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  /// Runs until told to stop.
  public static void main(String[] args) throws InterruptedException {
    try {
      CommandLine line = CommandLine.parse(args, OPTIONS);
      if (line.help()) {
        System.out.println(USAGE);
        return;
      }
      var loaded =
          ConfigFile.load(
              CollectorConfig.class,
              CollectorConfig.DEFAULT,
              line.config(),
              line.environment(System.getenv()));
      if (line.checkOnly()) {
        System.out.println(line.config() + " is right.");
        return;
      }
      Collector collector =
          new Collector(loaded.value(), loaded.settings(), System::currentTimeMillis);
      CountDownLatch stopped = new CountDownLatch(1);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(() -> {
                collector.close();
                stopped.countDown();
              }));
      stopped.await();
    } catch (ConfigException
        | StoreException
        | IllegalArgumentException
        | IllegalStateException
        | CompletionException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }
}
