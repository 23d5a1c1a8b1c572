package io.tocsin.collector;

import io.tocsin.collector.alert.Route;
import io.tocsin.collector.alert.RouteStatus;
import io.tocsin.collector.deployment.Finding;
import io.tocsin.collector.deployment.Platform;
import io.tocsin.collector.ingest.AgentView;
import io.tocsin.collector.web.DoctorRow;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Tries what the collector needs. Changes nothing and sends no alert. Asked by many it tries once
/// in ten seconds: nobody makes it knock at other people's doors more often.
final class Doctor {
  private static final Duration KEEP = Duration.ofSeconds(10);
  // The people's listener gives up after 10 s.
  private static final Duration PATIENCE = Duration.ofSeconds(8);
  private static final int CONNECT_MILLIS = 3_000;
  private static final long LEAST_FREE = 1L << 30;
  private static final double LEAST_SHARE = 0.05;
  // Above it the page shows an agent's clock, too.
  private static final long MOST_SKEW_MILLIS = 2_000;

  private final Path data;
  private final List<Route> routes;
  private final List<Platform> platforms;
  private final Live live;
  private final LongSupplier nanos;
  private final Duration patience;
  private @Nullable List<DoctorRow> kept;
  private long triedAt;

  /// What is asked of the running stages.
  ///
  /// @param broken what is wrong with the evidence's chain; empty when it is intact
  record Live(
      Supplier<Collection<AgentView>> agents,
      Supplier<List<RouteStatus>> routes,
      Supplier<String> broken,
      Supplier<Boolean> stopped) {}

  /// @param data the collector's directory
  /// @param nanos as `System.nanoTime`
  Doctor(Path data, List<Route> routes, List<Platform> platforms, Live live, LongSupplier nanos) {
    this(data, routes, platforms, live, nanos, PATIENCE);
  }

  /// @param patience with what lies beyond this process
  Doctor(
      Path data,
      List<Route> routes,
      List<Platform> platforms,
      Live live,
      LongSupplier nanos,
      Duration patience) {
    this.patience = patience;
    this.data = data;
    this.routes = List.copyOf(routes);
    this.platforms = List.copyOf(platforms);
    this.live = live;
    this.nanos = nanos;
  }

  synchronized List<DoctorRow> rows() {
    List<DoctorRow> before = kept;
    if (before != null && nanos.getAsLong() - triedAt < KEEP.toNanos()) {
      return before;
    }
    List<DoctorRow> rows = new ArrayList<>(tried());
    agents(rows);
    clocks(rows);
    disk(rows);
    String broken = live.broken().get();
    rows.add(
        row(
            "evidence",
            "the chain",
            broken.isEmpty(),
            broken.isEmpty() ? "intact" : broken,
            "keep a copy of the data directory, and find out who changed it"));
    boolean stopped = live.stopped().get();
    rows.add(
        row(
            "rollbacks",
            "the kill switch",
            !stopped,
            stopped ? "all rollbacks are stopped" : "armed",
            "tocsin kill-switch arm, once the reason is gone"));
    List<DoctorRow> done = List.copyOf(rows);
    kept = done;
    triedAt = nanos.getAsLong();
    return done;
  }

  /// What lies beyond this process, all at once and not for long.
  private List<DoctorRow> tried() {
    List<Callable<List<DoctorRow>>> attempts = new ArrayList<>();
    List<String> areas = new ArrayList<>();
    for (Platform platform : platforms) {
      String area = "platform " + platform.name();
      areas.add(area);
      attempts.add(() -> platform.examine().stream().map(f -> of(area, f)).toList());
    }
    for (Route route : routes) {
      areas.add("alerts");
      attempts.add(() -> List.of(reached(route), fared(route)));
    }
    List<DoctorRow> rows = new ArrayList<>();
    if (platforms.isEmpty()) {
      rows.add(
          new DoctorRow(
              "platforms",
              "configured",
              null,
              "none: releases are judged as far as agents see them, and none is taken back",
              "add one under platforms in the configuration"));
    }
    if (routes.isEmpty()) {
      rows.add(
          new DoctorRow(
              "alerts",
              "routes",
              null,
              "none: incidents are shown on the page only",
              "add one under alert.routes in the configuration"));
    }
    // Not closed: that would wait for what has no end, and everybody else who asks with it.
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      List<Future<List<DoctorRow>>> answers =
          threads.invokeAll(attempts, patience.toMillis(), TimeUnit.MILLISECONDS);
      for (int i = 0; i < answers.size(); i++) {
        rows.addAll(answer(areas.get(i), answers.get(i)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      threads.shutdownNow();
    }
    return rows;
  }

  private List<DoctorRow> answer(String area, Future<List<DoctorRow>> answer)
      throws InterruptedException {
    String found;
    try {
      return answer.get();
    } catch (CancellationException e) {
      found = "no answer within " + patience.toSeconds() + " s";
    } catch (ExecutionException e) {
      found = String.valueOf(e.getCause());
    }
    return List.of(row(area, "answers", false, found, "see that it is reachable from here"));
  }

  private static DoctorRow of(String area, Finding finding) {
    return new DoctorRow(area, finding.what(), finding.ok(), finding.detail(), finding.next());
  }

  /// Only knocks: an alert that is sent to try is `tocsin test-alert`.
  private static DoctorRow reached(Route route) {
    URI url = route.url();
    int port = url.getPort() > 0 ? url.getPort() : "https".equals(url.getScheme()) ? 443 : 80;
    String where = url.getHost() + ":" + port;
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(url.getHost(), port), CONNECT_MILLIS);
      return row("alerts", route.name() + " is reached", true, where + " takes connections", "");
    } catch (IOException e) {
      return row(
          "alerts",
          route.name() + " is reached",
          false,
          where + ": " + e.getMessage(),
          "see the route's url, and that nothing on the way refuses it");
    }
  }

  private DoctorRow fared(Route route) {
    RouteStatus status =
        live.routes().get().stream()
            .filter(r -> r.name().equals(route.name()))
            .findFirst()
            .orElse(null);
    if (status == null) {
      return row("alerts", route.name() + " delivers", false, "it is not started", "restart");
    }
    String error = status.lastError();
    boolean tried = status.delivered() > 0 || error != null || status.dead() > 0;
    String found =
        "%d delivered, %d waiting, %d given up%s"
            .formatted(
                status.delivered(),
                status.waiting(),
                status.dead(),
                error == null ? "" : "; " + error);
    return new DoctorRow(
        "alerts",
        route.name() + " delivers",
        tried ? (Boolean) (error == null && status.dead() == 0) : null,
        found,
        error != null
            ? "mend it, then tocsin test-alert"
            : status.dead() > 0 ? "tocsin dead-letters" : tried ? "" : "tocsin test-alert");
  }

  private void agents(List<DoctorRow> rows) {
    Collection<AgentView> agents = live.agents().get();
    long connected = agents.stream().filter(AgentView::live).count();
    List<String> silent =
        agents.stream().filter(a -> !a.live()).map(AgentView::id).sorted().limit(10).toList();
    rows.add(
        row(
            "agents",
            "connected",
            connected > 0 && silent.isEmpty(),
            "%d of %d%s"
                .formatted(
                    connected,
                    agents.size(),
                    silent.isEmpty() ? "" : "; not: " + String.join(", ", silent)),
            agents.isEmpty() ? "start one: tocsin agent --help" : "tocsin agents"));
  }

  private void clocks(List<DoctorRow> rows) {
    List<AgentView> live = this.live.agents().get().stream().filter(AgentView::live).toList();
    List<AgentView> off =
        live.stream().filter(a -> Math.abs(a.skewMillis()) > MOST_SKEW_MILLIS).toList();
    if (live.isEmpty()) {
      rows.add(new DoctorRow("clock", "agrees with agents'", null, "no agent to compare with", ""));
      return;
    }
    // Where most agree against us, it is ours that is wrong.
    long ahead = off.stream().filter(a -> a.skewMillis() > 0).count();
    boolean ours = live.size() > 1 && 2 * Math.max(ahead, off.size() - ahead) > live.size();
    rows.add(
        row(
            "clock",
            "agrees with agents'",
            off.isEmpty(),
            off.isEmpty()
                ? "within 2 s of all " + live.size()
                : ours
                    ? "most agents' clocks differ the same way: it is this machine's that is off"
                    : String.join(
                        ", ",
                        off.stream()
                            .limit(10)
                            .map(a -> "%s is off by %d ms".formatted(a.id(), a.skewMillis()))
                            .toList()),
            "let the machine's clock be kept, e.g. by systemd-timesyncd or chrony"));
  }

  private void disk(List<DoctorRow> rows) {
    try {
      FileStore store = Files.getFileStore(data);
      long free = store.getUsableSpace();
      boolean enough = free >= LEAST_FREE && free >= LEAST_SHARE * store.getTotalSpace();
      rows.add(
          row(
              "disk",
              data + " has room",
              enough,
              "%d MB free of %d MB".formatted(free >> 20, store.getTotalSpace() >> 20),
              "make room: below 1 GB or 5 % free nothing may be taken in for long"));
    } catch (IOException e) {
      rows.add(row("disk", data + " has room", false, String.valueOf(e.getMessage()), "mount it"));
    }
    rows.add(
        row(
            "disk",
            data + " can be written",
            Files.isWritable(data),
            Files.isWritable(data) ? "yes" : "no",
            "give the directory to the user that runs the collector"));
  }

  private static DoctorRow row(String area, String what, boolean ok, String detail, String next) {
    return new DoctorRow(area, what, ok, detail, ok ? "" : next);
  }
}
