package io.tocsin.collector.ingest;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The templates of one workload and what became of them. Confined to one thread; bounded: once
/// full, new templates count as [#OTHER].
public final class TemplateBook {

  /// Lines whose template found no room.
  public static final long OTHER = 1;

  private static final int MAX_TEMPLATES = 10_000;
  // A chain of generalisations is as long as a line has places; longer means a damaged mapping.
  private static final int MAX_CHAIN = 64;

  private final Map<Long, Known> templates = new LinkedHashMap<>();
  private long version;

  /// One template; see `Template` in `windows.proto`.
  ///
  /// @param level ordinal as on the wire
  /// @param into the more general template that took it in; 0 when it stands by itself
  public record Known(long id, String text, int level, long into, String skeleton) {}

  /// Takes in a template; as it is known from now on, or null when that is no news or there is no
  /// room.
  public @Nullable Known put(Known template) {
    Known before = templates.get(template.id());
    if (before == null && templates.size() >= MAX_TEMPLATES) {
      return null;
    }
    // Two agents may disagree for a moment; a mapping once made is kept, so ids only ever join.
    long into = template.into() == 0 && before != null ? before.into() : template.into();
    int level = before == null ? template.level() : Math.max(before.level(), template.level());
    Known merged = new Known(template.id(), template.text(), level, into, template.skeleton());
    if (merged.equals(before)) {
      return null;
    }
    templates.put(template.id(), merged);
    version++;
    return merged;
  }

  /// The template that stands for `id` now.
  public long canonical(long id) {
    long at = id;
    for (int i = 0; i < MAX_CHAIN; i++) {
      Known known = templates.get(at);
      if (known == null || known.into() == 0 || known.into() == at) {
        return at;
      }
      at = known.into();
    }
    return id;
  }

  /// What is known of a template; null when its wording has not arrived.
  public @Nullable Known get(long id) {
    return templates.get(id);
  }

  /// All templates, in the order they came.
  public Iterable<Known> all() {
    return templates.values();
  }

  /// Grows with every change.
  public long version() {
    return version;
  }
}
