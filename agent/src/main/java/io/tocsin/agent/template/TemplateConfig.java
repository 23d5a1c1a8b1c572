package io.tocsin.agent.template;

/// Bounds of one workload's miner; each at least 1.
///
/// @param skeletons wordings kept, least recently used leaves
/// @param templates templates kept, least recently used leave
/// @param contexts wordings with one place open, least recently used leaves
/// @param newPerWindow new wordings that may become templates between two calls of settle; further
///   ones join known templates or count as [Template#OTHER]
public record TemplateConfig(int skeletons, int templates, int contexts, int newPerWindow) {

  public TemplateConfig {
    if (Math.min(Math.min(skeletons, templates), Math.min(contexts, newPerWindow)) < 1) {
      throw new IllegalArgumentException(
          "templates: every bound must be at least 1: %d, %d, %d, %d"
              .formatted(skeletons, templates, contexts, newPerWindow));
    }
  }

  public static TemplateConfig standard() {
    return new TemplateConfig(16_384, 10_000, 32_768, 1_000);
  }
}
