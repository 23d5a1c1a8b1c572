package io.tocsin.collector.deployment;

import io.tocsin.collector.deployment.PlatformException.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Releases in folders, a `current` link, instances restarted one by one: plain machines, the demo,
/// tests without root. A release's id is its folder's name.
///
/// Its optimistic lock is the present target of `current`, read again just before a new link is
/// renamed over it; a lock file keeps a second collector out meanwhile. A deployment script that
/// moves `current` in the very moment of the rename is not seen: that much the file system does not
/// offer.
public final class DirectoryPlatform implements Platform {
  private static final Logger log = LoggerFactory.getLogger(DirectoryPlatform.class);

  private final DirectoryConfig config;
  private final LongSupplier clock;
  private final long bootMillis = FolderInstance.bootMillis();
  private final Map<String, DirectoryWorkload> workloads = new LinkedHashMap<>();
  private final ExecutorService rollbacks =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("directory-rollback").factory());
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("directory-watch").daemon().factory());

  // Confined to the watching thread.
  private final Map<String, Release> known = new HashMap<>();
  private final Map<String, String> troubles = new HashMap<>();
  private final Map<String, Placement> placed = new HashMap<>();

  /// Reads the folders' state only when it is asked or told to watch.
  ///
  /// @param dataDirectory of the collector; keeps the rollbacks under way
  /// @param clock epoch milliseconds
  public static DirectoryPlatform open(
      DirectoryConfig config, Path dataDirectory, LongSupplier clock) {
    return new DirectoryPlatform(config, dataDirectory, clock);
  }

  private DirectoryPlatform(DirectoryConfig config, Path dataDirectory, LongSupplier clock) {
    this.config = config;
    this.clock = clock;
    Path intents = dataDirectory.resolve("rollbacks");
    try {
      Files.createDirectories(intents);
    } catch (IOException e) {
      throw new UncheckedIOException(intents + ": cannot be made", e);
    }
    for (DirectoryConfig.Folder watched : config.folders()) {
      var folder = new ReleaseFolder(config.host(), watched.path());
      var workload =
          new DirectoryWorkload(
              folder,
              new RestartCommand(watched.restart(), folder.path(), config.commandTimeout()),
              config.instanceDeadline(),
              intents.resolve(folder.name() + ".json"),
              rollbacks);
      if (workloads.put(folder.workload(), workload) != null) {
        throw new IllegalArgumentException(
            "two folders are named %s: the name is the workload's, so they cannot both be watched"
                .formatted(folder.name()));
      }
    }
  }

  @Override
  public String name() {
    return "directory";
  }

  @Override
  public boolean locks() {
    return true;
  }

  @Override
  public void watch(List<Release> known, Consumer<Observation> sink) {
    var _ =
        watch.scheduleWithFixedDelay(
            new Runnable() {
              private boolean first = true;

              @Override
              public void run() {
                if (first) {
                  known.forEach(r -> DirectoryPlatform.this.known.put(r.workload(), r));
                  first = false;
                }
                workloads.values().forEach(w -> observe(w, sink));
              }
            },
            0,
            config.poll().toMillis(),
            TimeUnit.MILLISECONDS);
  }

  @Override
  public List<Finding> examine() {
    return config.folders().stream()
        .flatMap(watched -> new FolderExam(config.host(), watched).findings().stream())
        .toList();
  }

  @Override
  public Situation look(String workload) {
    return find(workload).look();
  }

  @Override
  public @Nullable String unreachable(Release target) {
    ReleaseFolder folder = find(target.workload()).folder();
    return folder.has(target.id()) ? null : "its folder %s is gone".formatted(target.id());
  }

  @Override
  public Submission rollBack(Release bad, Release target, Situation seen) {
    return find(bad.workload()).rollBack(bad, target, seen);
  }

  @Override
  public boolean sent(Release bad, Release target) {
    return find(bad.workload()).sent(bad, target);
  }

  @Override
  public Rollout progress(Release target) {
    return find(target.workload()).progress(target);
  }

  @Override
  public void close() {
    watch.shutdownNow();
    rollbacks.shutdownNow();
    rollbacks.close();
    workloads.values().forEach(DirectoryWorkload::release);
  }

  private DirectoryWorkload find(String workload) {
    DirectoryWorkload found = workloads.get(workload);
    if (found == null) {
      throw new PlatformException(
          Fault.NOT_FOUND,
          "%s is not watched; watched are %s".formatted(workload, workloads.keySet()));
    }
    return found;
  }

  private void observe(DirectoryWorkload workload, Consumer<Observation> sink) {
    ReleaseFolder folder = workload.folder();
    try {
      workload.resume();
      observeRelease(workload, sink);
      observeInstances(folder, sink);
      if (troubles.remove(folder.workload()) != null) {
        log.info("{}: can be watched again", folder.workload());
      }
    } catch (RuntimeException | IOException e) {
      String trouble = String.valueOf(e.getMessage());
      if (!trouble.equals(troubles.put(folder.workload(), trouble))) {
        log.warn("{}: cannot be watched: {}", folder.workload(), trouble);
      }
    }
  }

  private void observeRelease(DirectoryWorkload workload, Consumer<Observation> sink)
      throws IOException {
    ReleaseFolder folder = workload.folder();
    Release now = workload.release(folder.current());
    @Nullable Release before = known.get(now.workload());
    if (before != null && before.id().equals(now.id())) {
      return;
    }
    long at = Math.min(folder.currentSinceMillis(), clock.getAsLong());
    boolean forbidden = folder.rollbackForbidden(now.id());
    boolean ours = workload.isOurs(before, now);
    sink.accept(new ReleaseEvent(now.workload(), before, now, at, ours, forbidden, List.of()));
    known.put(now.workload(), now);
    if (ours) {
      workload.noticed();
    }
  }

  private void observeInstances(ReleaseFolder folder, Consumer<Observation> sink) {
    Set<String> here = new HashSet<>();
    String prefix = "directory:%s:%s:".formatted(config.host(), folder.name());
    for (FolderInstance instance : folder.instances()) {
      if (instance.running() && !instance.release().isEmpty()) {
        long started = bootMillis + instance.startTicks() * 10;
        String key = "%s%s:%d".formatted(prefix, instance.name(), started);
        here.add(key);
        var placement = new Placement(key, folder.workload(), instance.release());
        if (!placement.equals(placed.get(key))) {
          sink.accept(placement);
          placed.put(key, placement);
        }
      }
    }
    placed.keySet().removeIf(key -> key.startsWith(prefix) && !here.contains(key));
  }
}
