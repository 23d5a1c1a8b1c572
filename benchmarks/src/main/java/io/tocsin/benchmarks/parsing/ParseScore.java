package io.tocsin.benchmarks.parsing;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// How well a parser grouped the lines of a log and worded the groups, each 0 to 1.
///
/// @param ga lines in groups that equal a true group, of all lines
/// @param fga F1 of those groups
/// @param pa lines whose template equals the true one, of all lines
/// @param fta F1 of templates: right when all lines of a template have that very one in truth
record ParseScore(double ga, double fga, double pa, double fta) {

  /// All lists by line.
  static ParseScore of(
      List<String> truthIds, List<String> truth, List<String> ids, List<String> found) {
    Map<String, BitSet> trueGroups = groups(truthIds);
    Map<String, BitSet> foundGroups = groups(ids);
    Set<BitSet> sets = new HashSet<>(trueGroups.values());
    List<BitSet> right = foundGroups.values().stream().filter(sets::contains).toList();
    int grouped = right.stream().mapToInt(BitSet::cardinality).sum();

    List<String> wanted = truth.stream().map(ParseScore::tokenForm).toList();
    List<String> got = found.stream().map(ParseScore::tokenForm).toList();
    int worded = 0;
    for (int i = 0; i < wanted.size(); i++) {
      worded += wanted.get(i).equals(got.get(i)) ? 1 : 0;
    }
    Map<String, BitSet> byTemplate = groups(got);
    long rightTemplates =
        byTemplate.entrySet().stream()
            .filter(e -> e.getValue().stream().allMatch(i -> wanted.get(i).equals(e.getKey())))
            .count();
    double lines = truth.size();
    return new ParseScore(
        grouped / lines,
        f1(right.size(), foundGroups.size(), trueGroups.size()),
        worded / lines,
        f1((double) rightTemplates, byTemplate.size(), new HashSet<>(wanted).size()));
  }

  private static double f1(double right, double found, double wanted) {
    return 2 * right / (found + wanted);
  }

  private static Map<String, BitSet> groups(List<String> ids) {
    Map<String, BitSet> groups = new HashMap<>();
    for (int i = 0; i < ids.size(); i++) {
      groups.computeIfAbsent(ids.get(i), id -> new BitSet()).set(i);
    }
    return groups;
  }

  /// A token with a wildcard becomes `<*>`, neighbouring ones collapse.
  private static String tokenForm(String template) {
    List<String> out = new ArrayList<>();
    for (String word : template.strip().split("\\s+")) {
      String token = hasWildcard(word) ? "<*>" : word;
      if (!token.equals("<*>") || out.isEmpty() || !out.getLast().equals("<*>")) {
        out.add(token);
      }
    }
    return String.join(" ", out);
  }

  private static boolean hasWildcard(String word) {
    int close = word.indexOf('>');
    while (close >= 0) {
      int open = word.lastIndexOf('<', close);
      if (open >= 0 && word.indexOf('>', open) == close) {
        return true;
      }
      close = word.indexOf('>', close + 1);
    }
    return false;
  }

  /// By metric name, in the order of the table.
  Map<String, Double> values() {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("ga", ga);
    values.put("fga", fga);
    values.put("pa", pa);
    values.put("fta", fta);
    return values;
  }
}
