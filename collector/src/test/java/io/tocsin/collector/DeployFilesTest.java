package io.tocsin.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.tocsin.agent.AgentConfig;
import io.tocsin.agent.config.ConfigFile;
import io.tocsin.agent.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// What operators copy from `deploy` parses, and names nothing that does not exist.
class DeployFilesTest {
  private static final Path DEPLOY = Path.of(System.getProperty("tocsin.root"), "deploy");
  // An example is commented out by `#` without the space that a comment has behind it.
  private static final Pattern EXAMPLE = Pattern.compile("(?m)^( *)#(?=[a-z]|  )");
  private static final Pattern VARIABLE = Pattern.compile("TOCSIN_[A-Z_]+");

  @TempDir Path directory;

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

  @Test
  void theAgentsFileHoldsEveryKeyWithItsDefault() throws IOException {
    holdsEveryKey("agent.yaml", AgentConfig.class, AgentConfig.DEFAULT);
  }

  @Test
  void theCollectorsFileHoldsEveryKeyWithItsDefault() throws IOException {
    holdsEveryKey("collector.yaml", CollectorConfig.class, CollectorConfig.DEFAULT);
  }

  @Test
  void unitsAndManifestsSetVariablesOfRealKeys() throws IOException {
    List<String> known = new ArrayList<>();
    known.addAll(variables("agent.yaml", AgentConfig.class, AgentConfig.DEFAULT));
    known.addAll(variables("collector.yaml", CollectorConfig.class, CollectorConfig.DEFAULT));
    for (String folder : List.of("systemd", "kubernetes")) {
      List<Path> files;
      try (var listed = Files.list(DEPLOY.resolve(folder))) {
        files = listed.toList();
      }
      for (Path file : files) {
        assertThat(VARIABLE.matcher(Files.readString(file)).results().map(m -> m.group()))
            .as(file.toString())
            .isSubsetOf(known);
      }
    }
  }

  private <T extends Record> void holdsEveryKey(String name, Class<T> type, T defaults)
      throws IOException {
    Path file = DEPLOY.resolve("config").resolve(name);
    assertThat(ConfigFile.read(type, defaults, file, Map.of())).isEqualTo(defaults);
    assertThat(withExamples(name, type, defaults))
        .allSatisfy(setting -> assertThat(setting.source()).as(setting.key()).contains(name));
  }

  private <T extends Record> List<String> variables(String file, Class<T> type, T defaults)
      throws IOException {
    return withExamples(file, type, defaults).stream()
        .map(setting -> setting.key().replaceAll("\\[\\d+]$", "").replaceAll("[.-]", "_"))
        .map(name -> "TOCSIN_" + name.toUpperCase(Locale.ROOT))
        .toList();
  }

  private <T extends Record> List<Setting> withExamples(String name, Class<T> type, T defaults)
      throws IOException {
    String text = Files.readString(DEPLOY.resolve("config").resolve(name));
    Path all = directory.resolve(name);
    Files.writeString(all, EXAMPLE.matcher(text).replaceAll("$1"));
    return ConfigFile.load(type, defaults, all, Map.of()).settings();
  }
}
