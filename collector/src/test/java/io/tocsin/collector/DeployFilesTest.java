package io.tocsin.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// What operators copy from `deploy` parses.
class DeployFilesTest {
  private static final Path DEPLOY = Path.of(System.getProperty("tocsin.root"), "deploy");

  @Test
  void everyYamlFileParses() throws IOException {
    List<Path> files;
    try (var tree = Files.walk(DEPLOY)) {
      files = tree.filter(file -> file.toString().matches(".*\\.ya?ml")).toList();
    }
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      String text = Files.readString(file);
      assertThatCode(() ->
              new Load(LoadSettings.builder().setLabel(file.toString()).build())
                  .loadAllFromString(text)
                  .forEach(document -> {}))
          .as(file.toString())
          .doesNotThrowAnyException();
    }
  }
}
