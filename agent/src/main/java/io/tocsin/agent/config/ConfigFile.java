package io.tocsin.agent.config;

import io.tocsin.agent.config.ConfigException.Mistake;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/// One YAML file bound to a tree of immutable records.
///
/// Keys are the record components in kebab case, a nested record is a nested map, and every key may
/// be left out (or left empty): then the value of `defaults` holds. Components may be `String`,
/// `boolean`, `int`, `long`, `double` (or their boxes), `Duration` (`500 ms`, `10 s`, `5 min`, `1
/// h`, `2 d`), a size (`int` or `long` whose name ends in `Bytes`: `64 kB`, `256 MiB`), `Path`,
/// `URI`, an enum (in kebab case), a record, a `List` of these, or a `Map` from text to these.
///
/// A record that has no default to start from (an element of a list, or where the default is null)
/// starts from its own `static defaults()` if it has one; otherwise a component without a key is
/// null if `@Nullable`, an empty list or map, what [Default] says, or else a mistake.
///
/// An environment variable overrides its key: `TOCSIN_SPOOL_MAX_BYTES` is `spool.max-bytes`. Lists
/// of scalars are separated by commas; lists of records and maps are set in the file only.
/// Variables that name no key are left alone: both sides and the command line share one
/// environment.
public final class ConfigFile {
  static final int MAX_BYTES = 1 << 20;
  private static final int MAX_ALIASES = 50;

  private ConfigFile() {}

  /// What was read: the tree, and each value with its source.
  public record Loaded<T extends Record>(T value, List<Setting> settings) {
    public Loaded {
      settings = List.copyOf(settings);
    }
  }

  /// Like [#load], for those who need the values alone.
  public static <T extends Record> T read(
      Class<T> type, T defaults, @Nullable Path file, Map<String, String> environment) {
    return load(type, defaults, file, environment).value();
  }

  /// Reads the file, if one is given, and the environment over it.
  ///
  /// @throws ConfigException with every mistake at once
  public static <T extends Record> Loaded<T> load(
      Class<T> type, T defaults, @Nullable Path file, Map<String, String> environment) {
    var root = file == null ? Optional.<Node>empty() : compose(file);
    return new Binder(file == null ? "(no file)" : file.toString(), environment)
        .bind(type, defaults, root.orElse(null));
  }

  private static Optional<Node> compose(Path file) {
    var settings =
        LoadSettings.builder()
            .setLabel(file.toString())
            .setUseMarks(true)
            .setCodePointLimit(MAX_BYTES)
            .setMaxAliasesForCollections(MAX_ALIASES)
            .build();
    try {
      return new Compose(settings).composeString(text(file));
    } catch (MarkedYamlEngineException e) {
      // Not getMessage(): it quotes the lines around, which may hold a secret.
      throw mistake(
          where(file.toString(), e.getProblemMark().or(e::getContextMark)),
          "expected YAML, found: " + e.getProblem());
    } catch (YamlEngineException e) {
      throw mistake(file.toString(), "expected YAML, found: " + e.getMessage());
    } catch (StackOverflowError e) {
      throw mistake(file.toString(), "expected settings, found collections nested without end");
    }
  }

  private static String text(Path file) {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw mistake(file.toString(), "expected a readable file, found none (" + e + ")");
    }
    if (bytes.length > MAX_BYTES) {
      throw mistake(file.toString(), "expected at most " + MAX_BYTES + " bytes, found more");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw mistake(file.toString(), "expected UTF-8, found other bytes");
    }
  }

  static String where(String file, Optional<Mark> mark) {
    return mark.map(m -> file + ":" + (m.getLine() + 1) + ":" + (m.getColumn() + 1)).orElse(file);
  }

  private static ConfigException mistake(String where, String what) {
    return new ConfigException(List.of(new Mistake(where, what)));
  }
}
