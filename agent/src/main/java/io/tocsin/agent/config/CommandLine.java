package io.tocsin.agent.config;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The few options of a main class. Each stands for a key of the configuration, so there is one way
/// in which a value is read and checked.
///
/// @param config file to read; null: none
/// @param checkOnly read it, say what is wrong, start nothing
/// @param help say what can be said
/// @param overrides by environment variable
public record CommandLine(
    @Nullable Path config, boolean checkOnly, boolean help, Map<String, String> overrides) {

  /// @param options by name: the variable that takes the option's value, or `VARIABLE=value` for
  ///   one that takes none
  /// @throws IllegalArgumentException that says what was expected and found
  public static CommandLine parse(String[] args, Map<String, String> options) {
    Path config = null;
    boolean checkOnly = false;
    boolean help = false;
    Map<String, String> overrides = new LinkedHashMap<>();
    for (int i = 0; i < args.length; i++) {
      String name = args[i];
      String option = options.get(name);
      if (name.equals("--help") || name.equals("-h")) {
        help = true;
      } else if (name.equals("--config") || name.equals("--check-config")) {
        config = Path.of(value(args, ++i));
        checkOnly |= name.equals("--check-config");
      } else if (option == null) {
        throw new IllegalArgumentException(
            "expected one of --config, --check-config, --help, %s, found %s"
                .formatted(String.join(", ", new TreeSet<>(options.keySet())), name));
      } else if (option.contains("=")) {
        overrides.put(option.split("=")[0], option.split("=")[1]);
      } else {
        overrides.put(option, value(args, ++i));
      }
    }
    return new CommandLine(config, checkOnly, help, overrides);
  }

  /// The environment with the options laid over it.
  public Map<String, String> environment(Map<String, String> environment) {
    Map<String, String> both = new HashMap<>(environment);
    both.putAll(overrides);
    return both;
  }

  private static String value(String[] args, int index) {
    if (index >= args.length) {
      throw new IllegalArgumentException("expected a value after " + args[index - 1]);
    }
    return args[index];
  }
}
