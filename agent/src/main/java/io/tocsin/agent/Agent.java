package io.tocsin.agent;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.tocsin.agent.config.CommandLine;
import io.tocsin.agent.config.ConfigException;
import io.tocsin.agent.config.ConfigFile;
import io.tocsin.agent.instance.Discovery;
import io.tocsin.agent.instance.Running;
import io.tocsin.agent.link.Link;
import io.tocsin.agent.metrics.MetricsConfig;
import io.tocsin.agent.metrics.Sampler;
import io.tocsin.agent.redact.CleanLine;
import io.tocsin.agent.redact.RedactConfig;
import io.tocsin.agent.redact.RedactionException;
import io.tocsin.agent.redact.Redactor;
import io.tocsin.agent.spool.Spool;
import io.tocsin.agent.spool.SpoolConfig;
import io.tocsin.agent.spool.SpoolException;
import io.tocsin.agent.tail.Positions;
import io.tocsin.agent.tail.RawLine;
import io.tocsin.agent.tail.TailConfig;
import io.tocsin.agent.tail.Tailer;
import io.tocsin.agent.template.LogEvent;
import io.tocsin.agent.template.Login;
import io.tocsin.agent.template.Request;
import io.tocsin.agent.window.HostClock;
import io.tocsin.agent.window.WindowCounter;
import io.tocsin.agent.window.WindowSummary;
import io.tocsin.v1.AgentStatus;
import io.tocsin.v1.Hello;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The agent: `tail`, `metrics` > `redact` > `template` > `window` > `spool` > `link`, on one
/// thread.
public final class Agent implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Agent.class);
  public static final String VERSION = "0.1.0";

  private static final String USAGE =
      """
      Usage: tocsin agent [--config FILE] [--data DIR] [--collector HOST:PORT] [--from-start]
                          [--stdin NAME]

      Tails logs and samples metrics beside services, and streams what it counts to a collector. Every
      key has its default; TOCSIN_<KEY> in the environment overrides the file, an option overrides both.
        --config FILE          deploy/config/agent.yaml shows every key
        --data DIR             where its state lives
        --collector HOST:PORT  where windows go
        --from-start           reads logs that are there at the first start from their beginning
        --stdin NAME           service 2>&1 | tocsin agent --stdin NAME: reads what it writes, ends with it
        --check-config FILE    says what is wrong with a file, and starts nothing\
      """;
  private static final Map<String, String> OPTIONS =
      Map.of(
          "--data", "TOCSIN_DATA_DIRECTORY",
          "--collector", "TOCSIN_COLLECTOR_ADDRESS",
          "--from-start", "TOCSIN_WATCH_FROM_START=true",
          "--stdin", "TOCSIN_WATCH_STDIN");

  private static final long POLL_MILLIS = 100;
  private static final long LOOK_MILLIS = 2_000;
  private static final long SAMPLE_MILLIS = 1_000;
  private static final long KEEP_TEMPLATES_MILLIS = 60_000;
  // One pass of the loop reads for at most so long before timers and the stream get their turn.
  private static final long MAX_PASS_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  // Sealed further ahead by a clock that was wrong then: windows begin again where it is now.
  private static final long MAX_AHEAD_MILLIS = 3_600_000;
  // Seals that the spool would not take; then the oldest goes, and is counted.
  private static final int MAX_UNSPOOLED = 1_000;

  private final EventLoopGroup group;
  private final EventLoop loop;
  private final HostClock clock;
  private final @Nullable Pipe pipe;
  private final Discovery discovery;
  private final Tailer tailer;
  private final Sampler sampler;
  private final Redactor redactor;
  private final boolean pseudonyms;
  private final Dictionaries dictionaries;
  private final WindowCounter windows;
  private final Spool spool;
  private final Link link;
  private final Account account = new Account();
  private final CountDownLatch over = new CountDownLatch(1);

  private final List<WindowSummary> unspooled = new ArrayList<>();
  private List<Running> running = List.of();
  private List<String> unreadable = List.of();
  private long lastLook;
  private long lastSample;
  private long lastKeep;
  private boolean closed;

  private Agent(AgentConfig config, Spool spool, String host) {
    this.spool = spool;
    this.group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    this.loop = group.next();
    this.clock = new HostClock(System::currentTimeMillis, System::nanoTime);
    this.redactor =
        new Redactor(
            new RedactConfig(
                Set.copyOf(config.redact().allow()),
                Set.copyOf(config.redact().keys()),
                fleetKey(config.redact())),
            spool.identity().hostKey());
    redactor.selfTest();
    this.pseudonyms = !fleetKey(config.redact()).isEmpty();
    this.pipe =
        config.watch().stdin().isEmpty()
            ? null
            : new Pipe(
                System.in,
                config.data().directory(),
                config.watch().stdin(),
                host,
                System.currentTimeMillis());
    this.discovery = Sources.of(config.watch(), host, pipe);
    this.tailer = new Tailer(tail(config.watch().fromStart()), System::currentTimeMillis);
    if (spool.positions().length > 0) {
      tailer.resume(Positions.decode(spool.positions()));
    }
    this.sampler =
        new Sampler(MetricsConfig.forWindows(config.window().length().toMillis()), loop, clock);
    this.dictionaries = new Dictionaries(spool.templates());
    long length = config.window().length().toMillis();
    long begun = Math.floorDiv(clock.getAsLong(), length) * length;
    long sealed = spool.sealedUntilMillis();
    boolean believed = sealed <= begun + MAX_AHEAD_MILLIS;
    this.windows = new WindowCounter(config.window(), believed ? Math.max(begun, sealed) : begun);
    windows.resume(spool.open());
    this.link =
        new Link(
            config.collector(),
            loop,
            group,
            spool,
            clock,
            new SecureRandom(),
            Hello.newBuilder()
                .setVersion(VERSION)
                .setHost(host)
                .setWindowMs((int) config.window().length().toMillis()),
            dictionaries::workloads,
            this::status,
            dictionaries::learn);
  }

  /// Starts; everything runs on the agent's one thread from here on.
  ///
  /// @throws RedactionException when the self-test of masking fails: nothing is read then
  /// @throws SpoolException when the data directory is in use or not writable
  public static Agent start(AgentConfig config) {
    String host = config.agent().host().isEmpty() ? hostName() : config.agent().host();
    Spool spool =
        Spool.open(
            new SpoolConfig(config.data().directory(), config.data().maxBytes(), 4L << 20),
            config.agent().id(),
            host,
            new SecureRandom());
    Agent agent = new Agent(config, spool, host);
    log.info(
        "agent {} on {}: windows of {} s, spool in {}",
        spool.identity().agentId(),
        host,
        config.window().length().toSeconds(),
        config.data().directory());
    var _ = agent.loop.scheduleWithFixedDelay(agent::pass, 0, POLL_MILLIS, TimeUnit.MILLISECONDS);
    return agent;
  }

  /// Stops where the last seal left it: what was read since is read again after the next start.
  @Override
  public void close() {
    try {
      loop.submit(this::stop).get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      log.warn("did not stop cleanly: {}; nothing is lost, it is read again", e.toString());
    }
    link.closeNow();
    var _ = group.shutdownGracefully(0, 2, TimeUnit.SECONDS);
  }

  private void stop() {
    closed = true;
    dictionaries.keep(spool);
    link.close();
    sampler.close();
    tailer.close();
    spool.close();
  }

  private void pass() {
    if (closed) {
      return;
    }
    try {
      long now = clock.getAsLong();
      if (now - lastLook >= LOOK_MILLIS) {
        lastLook = now;
        look();
      }
      if (pipe != null) {
        pipe.pass(tailer);
      }
      if (now - lastSample >= SAMPLE_MILLIS) {
        lastSample = now;
        sampler.sample();
      }
      long deadline = System.nanoTime() + MAX_PASS_NANOS;
      boolean more = true;
      while (more && System.nanoTime() < deadline) {
        more = tailer.poll(this::count);
      }
      now = clock.getAsLong();
      if (windows.due(now)) {
        seal(now);
      }
      if (pipe != null && over.getCount() > 0) {
        long waiting = spool.waiting() + unspooled.size();
        if (pipe.over(tailer, windows.sealedUntilMillis(), waiting, now)) {
          account.ended(waiting);
          over.countDown();
        }
      }
    } catch (RuntimeException e) {
      // The loop is the agent: a fault in one pass is said and counted, the next pass goes on.
      account.fault(e);
    }
  }

  private void look() {
    Discovery.Look look = discovery.look();
    running = look.running();
    unreadable = look.unreadable();
    tailer.follow(running);
    sampler.watch(running);
  }

  private void count(RawLine line) {
    try {
      CleanLine clean = redactor.redact(line);
      LogEvent event = dictionaries.of(line.instance().workload()).add(clean);
      windows.add(event, Request.of(clean), Login.of(clean, event, pseudonyms));
      account.lineCounted();
    } catch (RuntimeException | StackOverflowError e) {
      // One line that nobody can read must not keep the others from being sealed: it is read and
      // not parsed, and completeness says so.
      account.fault(e);
    }
  }

  private void seal(long now) {
    dictionaries.settle();
    List<WindowSummary> sealed = windows.seal(now, running, tailer::progress, sampler.readings());
    account.sealed(sealed.size());
    unspooled.addAll(sealed);
    try {
      spool.append(
          now,
          unspooled,
          dictionaries.news(),
          status(),
          tailer.positions().encode(),
          windows.partial(),
          windows.sealedUntilMillis());
      unspooled.clear();
      dictionaries.spooled();
      account.spooled();
    } catch (SpoolException e) {
      account.unspooled(e);
      while (unspooled.size() > MAX_UNSPOOLED) {
        unspooled.removeFirst();
        account.windowLost();
      }
    }
    link.wake();
    if (now - lastKeep >= KEEP_TEMPLATES_MILLIS) {
      lastKeep = now;
      dictionaries.keep(spool);
    }
  }

  private AgentStatus status() {
    List<String> cannotRead = new ArrayList<>(account.trouble());
    cannotRead.addAll(unreadable);
    cannotRead.addAll(tailer.unreadable());
    if (pipe != null) {
      cannotRead.addAll(pipe.unreadable());
    }
    long lag = 0;
    long dropped = 0;
    for (Running each : running) {
      var progress = tailer.progress(each.instance().id());
      lag += progress.bytesLag();
      dropped +=
          progress.linesDropped().entrySet().stream()
              .filter(cause -> !cause.getKey().equals("too-long")) // cut, and handed on
              .mapToLong(cause -> cause.getValue())
              .sum();
    }
    return account
        .status()
        .setSpoolBytes(spool.bytes())
        .setSpoolRecords(spool.waiting())
        .setRecordsDropped(spool.dropped())
        .setFlow(spool.flow())
        .setBytesLag(lag)
        .setLinesDropped(dropped)
        .setFiles(tailer.files())
        .addAllUnreadable(cannotRead.stream().distinct().limit(50).toList())
        .putAllMasked(redactor.masked())
        .build();
  }

  private static TailConfig tail(boolean fromStart) {
    TailConfig usual = TailConfig.DEFAULT;
    return new TailConfig(
        fromStart,
        usual.maxBytesPerPoll(),
        usual.maxLineBytes(),
        usual.maxOpenFiles(),
        usual.rotateWaitMillis());
  }

  /// @throws RedactionException when there is none, and identities are to be pseudonymised
  private static String fleetKey(AgentConfig.Redact redact) {
    return switch (redact.identities()) {
      case KEEP -> "";
      case PSEUDONYMISE -> RedactConfig.fleetKey(redact.fleetKey());
    };
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
      AgentConfig config =
          ConfigFile.read(
              AgentConfig.class,
              AgentConfig.DEFAULT,
              line.config(),
              line.environment(System.getenv()));
      if (line.checkOnly()) {
        System.out.println(line.config() + " is right.");
        return;
      }
      Agent agent = Agent.start(config);
      Runtime.getRuntime().addShutdownHook(new Thread(agent::close));
      agent.over.await();
      System.exit(0);
    } catch (ConfigException
        | SpoolException
        | RedactionException
        | UncheckedIOException
        | IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }
}
