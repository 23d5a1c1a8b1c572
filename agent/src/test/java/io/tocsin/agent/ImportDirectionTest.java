package io.tocsin.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Data flows down the list, imports point up it.
class ImportDirectionTest {
  private static final List<String> PATH =
      List.of(
          "config", "instance", "tail", "metrics", "redact", "template", "window", "spool", "link");
  private static final Pattern IMPORT =
      Pattern.compile("import (?:static )?io\\.tocsin\\.(agent|collector)(?:\\.([a-z]+))?\\.");

  @Test
  void importsPointUpstream() throws IOException {
    List<String> wrong = new ArrayList<>();
    Path root = Path.of("src/main/java/io/tocsin/agent");
    try (var files = Files.walk(root)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        Path stage = root.relativize(file).getName(0);
        int from = PATH.indexOf(stage.toString());
        if (root.equals(file.getParent())) {
          continue; // Agent sees every stage
        }
        assertThat(from).as("stage of " + file).isNotNegative();
        var imports = IMPORT.matcher(Files.readString(file));
        while (imports.find()) {
          int to = imports.group(2) == null ? -1 : PATH.indexOf(imports.group(2));
          if (imports.group(1).equals("collector") || to < 0 || to > from) {
            wrong.add(root.relativize(file) + ": " + imports.group());
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
  }
}
