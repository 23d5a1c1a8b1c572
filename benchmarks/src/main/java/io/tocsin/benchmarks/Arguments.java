package io.tocsin.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The options of a benchmark, each `--name VALUE`. A mistake ends the process with 2 and a
/// sentence.
public final class Arguments {

  private final String usage;
  private final Map<String, String> values = new LinkedHashMap<>();

  /// @param usage printed for `--help` and after a mistake
  /// @param names the options that exist, with their dashes
  public Arguments(String[] words, String usage, List<String> names) {
    this.usage = usage;
    for (int i = 0; i < words.length; i += 2) {
      if (words[i].equals("--help")) {
        System.out.println(usage);
        System.exit(0);
      }
      if (!names.contains(words[i]) || i + 1 == words.length) {
        refuse(
            names.contains(words[i])
                ? words[i] + ": expected a value, found none"
                : "expected one of " + String.join(", ", names) + ", found " + words[i]);
      }
      values.put(words[i], words[i + 1]);
    }
  }

  /// Says what is wrong with an option, and ends the process.
  public void refuse(String mistake) {
    System.err.println(mistake);
    System.err.println(usage);
    System.exit(2);
  }

  /// The value of an option; null when it was not given.
  public @Nullable String get(String name) {
    return values.get(name);
  }

  /// A whole number of at least 1.
  public int count(String name, int otherwise) {
    String value = values.get(name);
    try {
      int count = value == null ? otherwise : Integer.parseInt(value);
      if (count >= 1) {
        return count;
      }
    } catch (NumberFormatException _) {
      // Said below, as for numbers that are too small.
    }
    System.err.printf("%s: expected a whole number of at least 1, found %s%n", name, value);
    System.exit(2);
    throw new IllegalStateException();
  }

  /// One of `words`; the first when the option was not given.
  public String word(String name, List<String> words) {
    String value = values.getOrDefault(name, words.getFirst());
    if (!words.contains(value)) {
      System.err.printf(
          "%s: expected one of %s, found %s%n", name, String.join(", ", words), value);
      System.exit(2);
    }
    return value;
  }

  /// The folder that `--data` names, or `shared/data` beside the project's root.
  public Path data() {
    String named = values.get("--data");
    Path data =
        named == null
            ? Path.of(System.getProperty("tocsin.root", ".")).resolve("../shared/data").normalize()
            : Path.of(named);
    if (!Files.isDirectory(data)) {
      System.err.printf(
          "--data: expected the folder with the labelled data, found none at %s%n", data);
      System.exit(2);
    }
    return data;
  }
}
