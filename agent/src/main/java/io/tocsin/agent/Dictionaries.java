package io.tocsin.agent;

import io.tocsin.agent.spool.Spool;
import io.tocsin.agent.template.Miner;
import io.tocsin.agent.template.Template;
import io.tocsin.agent.template.TemplateConfig;
import io.tocsin.agent.template.Wordings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One miner a workload, and what of each has not been spooled yet. Confined to the agent's loop.
final class Dictionaries {
  // Lines of further workloads are mined together: the ids stay right, only novelty is shared.
  private static final int MAX_WORKLOADS = 1_000;
  private static final int MAX_NEWS = 1_000;

  private final Wordings wordings = new Wordings();
  private final Map<String, Miner> miners = new LinkedHashMap<>();
  private final Map<String, List<Template>> news = new LinkedHashMap<>();
  private Map<String, List<Template>> sending = Map.of();
  private boolean changed;

  Dictionaries(Map<String, List<Template>> kept) {
    kept.forEach((workload, templates) -> of(workload).learn(templates));
  }

  Miner of(String workload) {
    Miner known = miners.get(workload);
    if (known != null) {
      return known;
    }
    String key = miners.size() < MAX_WORKLOADS ? workload : "";
    return miners.computeIfAbsent(key, w -> new Miner(TemplateConfig.standard(), wordings));
  }

  /// Those that have a miner of their own.
  Set<String> workloads() {
    Set<String> own = new LinkedHashSet<>(miners.keySet());
    own.remove("");
    return own;
  }

  void learn(String workload, List<Template> templates) {
    of(workload).learn(templates);
  }

  void settle() {
    miners.values().forEach(Miner::settle);
  }

  /// What to send with the next seal: at most 1,000 templates a workload, the rest follows.
  Map<String, List<Template>> news() {
    miners.forEach((workload, miner) -> {
      List<Template> fresh = miner.drainNews();
      if (!fresh.isEmpty()) {
        changed = true;
        news.computeIfAbsent(workload, w -> new ArrayList<>()).addAll(fresh);
      }
    });
    Map<String, List<Template>> now = new LinkedHashMap<>();
    news.forEach((workload, fresh) ->
        now.put(workload, List.copyOf(fresh.subList(0, Math.min(MAX_NEWS, fresh.size())))));
    sending = now;
    return now;
  }

  /// What was handed out last is durable.
  void spooled() {
    sending.forEach((workload, sent) -> {
      List<Template> left = news.getOrDefault(workload, new ArrayList<>());
      left.subList(0, sent.size()).clear();
      if (left.isEmpty()) {
        news.remove(workload);
      }
    });
    sending = Map.of();
  }

  /// Keeps the dictionaries on disk, when they have changed.
  void keep(Spool spool) {
    if (changed) {
      changed = false;
      Map<String, List<Template>> all = new LinkedHashMap<>();
      miners.forEach((workload, miner) -> all.put(workload, List.copyOf(miner.templates())));
      spool.saveTemplates(all);
    }
  }
}
