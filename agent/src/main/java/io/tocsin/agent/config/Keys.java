package io.tocsin.agent.config;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/// How a component's name is written, and what a misspelt one was meant to be.
final class Keys {
  private Keys() {}

  /// `maxBytes` as `max-bytes`, `MAX_BYTES` too.
  static String kebab(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").replace('_', '-').toLowerCase(Locale.ROOT);
  }

  static String environmentName(String path) {
    return "TOCSIN_" + path.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  static String join(String parent, String key) {
    return parent.isEmpty() ? key : parent + "." + key;
  }

  /// What to say of a key that is none.
  ///
  /// @param siblings keys that could stand there
  /// @param known full paths of the whole tree
  static String unknown(
      String parent, String key, Collection<String> siblings, List<String> known) {
    String path = join(parent, key);
    int dot = path.lastIndexOf('.');
    if (key.contains(".") && known.contains(path)) {
      String last = path.substring(dot + 1);
      return "unknown key `%s`; write `%s:` under `%s:`"
          .formatted(path, last, path.substring(0, dot));
    }
    String wanted = kebab(key);
    String best = null;
    int least = Math.max(1, wanted.length() / 3) + 1;
    for (String sibling : siblings) {
      int distance = distance(wanted, sibling);
      if (distance < least) {
        least = distance;
        best = join(parent, sibling);
      }
    }
    for (String other : known) {
      // One more for standing elsewhere in the tree.
      int distance = 1 + distance(wanted, other.substring(other.lastIndexOf('.') + 1));
      if (distance < least) {
        least = distance;
        best = other;
      }
    }
    return "unknown key `%s`; ".formatted(path)
        + (best == null
            ? "expected one of " + String.join(", ", siblings)
            : "did you mean `%s`?".formatted(best));
  }

  /// Optimal string alignment: insertions, deletions, changes and swapped neighbours cost 1.
  private static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    Arrays.setAll(cost[0], j -> j);
    for (int i = 1; i <= a.length(); i++) {
      cost[i][0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int best = Math.min(cost[i - 1][j] + 1, cost[i][j - 1] + 1);
        best = Math.min(best, cost[i - 1][j - 1] + change);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          best = Math.min(best, cost[i - 2][j - 2] + 1);
        }
        cost[i][j] = best;
      }
    }
    return cost[a.length()][b.length()];
  }
}
