package io.tocsin.collector.deployment;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A folder of releases with real processes for instances.
public final class FolderBench implements PlatformContract.Bench {
  private static final String RESTART =
      """
      #!/bin/sh
      # restart <instance>: stops it if it runs, and starts it from where current points.
      echo "$1" >> restarts
      [ -f broken ] && { echo "no port left"; exit 3; }
      [ -f slow ] && sleep "$(cat slow)"
      i=instances/$1; mkdir -p "$i"
      [ -f "$i/pid" ] && kill "$(cat "$i/pid")" 2>/dev/null
      rm -f "$i/pid"
      basename "$(readlink current)" > "$i/release"
      sleep 300 > /dev/null 2>&1 &
      echo $! > "$i/pid.new" && mv "$i/pid.new" "$i/pid"
      """;

  private final Path data;
  public final Path folder;

  public FolderBench(Path directory) {
    this(directory, 2);
  }

  public FolderBench(Path directory, int instances) {
    data = directory.resolve("data");
    folder = directory.resolve("shop");
    try {
      for (String release : List.of("1.0", "1.1", "1.2")) {
        Files.createDirectories(folder.resolve("releases").resolve(release));
      }
      Path restart = folder.resolve("restart");
      Files.writeString(restart, RESTART);
      Files.setPosixFilePermissions(restart, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.createSymbolicLink(folder.resolve("current"), Path.of("releases", "1.0"));
      for (int i = 1; i <= instances; i++) {
        run("./restart", String.valueOf(i));
      }
      Files.delete(folder.resolve("restarts"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Platform open() {
    var watched = new DirectoryConfig.Folder(folder, List.of("./restart", "{instance}"));
    return DirectoryPlatform.open(
        new DirectoryConfig(
            "host1",
            List.of(watched),
            Duration.ofMillis(50),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10)),
        data,
        System::currentTimeMillis);
  }

  @Override
  public Release release(String name) {
    return new Release("directory/host1/shop", name, name);
  }

  @Override
  public void deploy(String name) {
    point(name);
    for (FolderInstance instance : new ReleaseFolder("host1", folder).instances()) {
      run("./restart", instance.name());
    }
    file("restarts", null);
  }

  /// Somebody moves the link and restarts nothing.
  public void point(String name) {
    run("ln", "-sfn", "releases/" + name, "next");
    run("mv", "-T", "next", "current");
  }

  @Override
  public void forget(String name) {
    run("rm", "-r", "releases/" + name);
  }

  /// Writes, or removes, a file of the folder.
  public void file(String name, @Nullable String text) {
    try {
      if (text == null) {
        Files.deleteIfExists(folder.resolve(name));
      } else {
        Files.writeString(folder.resolve(name), text);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Instances restarted since the last deployment, in order.
  public List<String> restarts() {
    try {
      Path restarts = folder.resolve("restarts");
      return Files.exists(restarts) ? Files.readAllLines(restarts) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What each instance runs, in their order.
  public List<String> running() {
    return new ReleaseFolder("host1", folder)
        .instances().stream().map(i -> i.running() ? i.release() : "down").toList();
  }

  @Override
  public void close() {
    for (FolderInstance instance : new ReleaseFolder("host1", folder).instances()) {
      if (instance.running()) {
        ProcessHandle.of(instance.pid()).ifPresent(ProcessHandle::destroyForcibly);
      }
    }
    await().until(() -> running().stream().allMatch("down"::equals));
  }

  private void run(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (process.waitFor() != 0) {
        throw new IllegalStateException(List.of(command) + " ended with " + process.exitValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
