package io.tocsin.collector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Data flows down the list, imports point up it; `web` and `cli` read, and nobody imports them.
class ImportDirectionTest {
  private static final List<String> PATH =
      List.of(
          "store",
          "evidence",
          "ingest",
          "window",
          "deployment",
          "detect",
          "calibrate",
          "judge",
          "profile",
          "monitor",
          "alert",
          "respond",
          "backtest",
          "web",
          "cli");
  private static final Set<String> OF_THE_AGENT =
      Set.of("config", "tail", "redact", "template", "window");
  private static final Pattern IMPORT =
      Pattern.compile("import (?:static )?io\\.tocsin\\.(agent|collector)(?:\\.([a-z]+))?\\.");

  @Test
  void importsPointUpstream() throws IOException {
    List<String> wrong = new ArrayList<>();
    Path root = Path.of("src/main/java/io/tocsin/collector");
    try (var files = Files.walk(root)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        boolean main = root.equals(file.getParent());
        int from = main ? PATH.size() : PATH.indexOf(root.relativize(file).getName(0).toString());
        assertThat(from).as("stage of " + file).isNotNegative();
        var imports = IMPORT.matcher(Files.readString(file));
        while (imports.find()) {
          String stage = imports.group(2) == null ? "" : imports.group(2);
          boolean right =
              imports.group(1).equals("agent")
                  ? OF_THE_AGENT.contains(stage)
                  : PATH.contains(stage) && (main || PATH.indexOf(stage) <= from);
          if (!right) {
            wrong.add(root.relativize(file) + ": " + imports.group());
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
  }
}
