package io.tocsin.benchmarks.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs, a line of JSON each, that grow over many calls: what is there is not run again. A last
/// line that was cut short is written anew.
final class ResultFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final @Nullable Path file;
  private final List<Run> runs = new ArrayList<>();

  /// @param file null keeps nothing beyond this process
  /// @throws IOException also when a line other than the last is no run, named with its number
  ResultFile(@Nullable Path file) throws IOException {
    this.file = file;
    if (file == null || Files.notExists(file)) {
      return;
    }
    String text = Files.readString(file);
    int whole = text.lastIndexOf('\n') + 1;
    int number = 0;
    for (String line : text.substring(0, whole).lines().toList()) {
      number++;
      try {
        runs.add(JSON.readValue(line, Run.class));
      } catch (JsonProcessingException e) {
        throw new IOException(
            "%s:%d: expected a run as this version writes it, found %s"
                .formatted(file, number, e.getOriginalMessage()),
            e);
      }
    }
    if (whole < text.length()) {
      Files.writeString(file, text.substring(0, whole));
    }
  }

  List<Run> runs() {
    return List.copyOf(runs);
  }

  boolean has(String scenario, long seed) {
    return runs.stream().anyMatch(run -> run.scenario().equals(scenario) && run.seed() == seed);
  }

  void add(Run run) throws IOException {
    if (file != null) {
      Files.writeString(
          file,
          JSON.writeValueAsString(run) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
    runs.add(run);
  }
}
