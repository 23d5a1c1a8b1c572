package io.tocsin.collector.deployment;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The operator's command that restarts one instance.
///
/// @param words with `{instance}` where its name goes
/// @param folder working directory
record RestartCommand(List<String> words, Path folder, Duration timeout) {
  private static final int MAX_OUTPUT = 4_096;
  private static final int LOOK_EVERY_MILLIS = 20;

  /// Runs it; returns what went wrong, empty when nothing did.
  String run(String instance) throws InterruptedException {
    List<String> command =
        words.stream().map(word -> word.replace("{instance}", instance)).toList();
    Process process;
    try {
      process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
      process.getOutputStream().close();
    } catch (IOException e) {
      return "%s in %s cannot be started: %s".formatted(command, folder, e.getMessage());
    }
    try {
      var output = new StringBuilder();
      long deadline = System.nanoTime() + timeout.toNanos();
      // Read what is there rather than up to the end: the service that the command leaves behind
      // may keep the pipe open for ever.
      while (!process.waitFor(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
        drain(process.getInputStream(), output);
        if (System.nanoTime() > deadline) {
          return "%s in %s did not end within %d s; it said: %s"
              .formatted(command, folder, timeout.toSeconds(), output.toString().strip());
        }
      }
      drain(process.getInputStream(), output);
      return process.exitValue() == 0
          ? ""
          : "%s in %s ended with %d; it said: %s"
              .formatted(command, folder, process.exitValue(), output.toString().strip());
    } finally {
      if (process.isAlive()) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
  }

  private static void drain(InputStream from, StringBuilder into) {
    try {
      for (int ready = from.available(); ready > 0; ready = from.available()) {
        String text = new String(from.readNBytes(ready), StandardCharsets.UTF_8);
        into.append(text, 0, Math.min(text.length(), MAX_OUTPUT - into.length()));
      }
    } catch (IOException e) {
      // The command closed its output: there is no more to say.
    }
  }
}
