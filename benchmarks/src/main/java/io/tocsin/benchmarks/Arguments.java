package io.tocsin.benchmarks;

import static java.util.stream.Collectors.joining;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The options of a benchmark, each `--name VALUE`, or `--name` where it is a flag. A mistake ends
/// the process with 2 and a sentence.
public final class Arguments {

  private final String usage;
  private final Map<String, String> values = new LinkedHashMap<>();

  /// @param usage printed for `--help` and after a mistake
  /// @param names the options that exist, with their dashes
  public Arguments(String[] words, String usage, List<String> names) {
    this(words, usage, names, List.of());
  }

  /// @param flags options without a value
  public Arguments(String[] words, String usage, List<String> names, List<String> flags) {
    this.usage = usage;
    for (var word = List.of(words).iterator(); word.hasNext(); ) {
      String name = word.next();
      if (name.equals("--help")) {
        System.out.println(usage);
        System.exit(0);
      }
      if (flags.contains(name)) {
        values.put(name, "");
      } else if (!names.contains(name)) {
        String known = Stream.concat(names.stream(), flags.stream()).collect(joining(", "));
        refuse("expected one of %s, found %s".formatted(known, name));
      } else if (!word.hasNext()) {
        refuse(name + ": expected a value, found none");
      } else {
        values.put(name, word.next());
      }
    }
  }

  /// Says what is wrong with an option, and ends the process.
  public void refuse(String mistake) {
    System.err.println(mistake);
    System.err.println(usage);
    System.exit(2);
  }

  /// Whether a flag was given.
  public boolean has(String name) {
    return values.containsKey(name);
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
