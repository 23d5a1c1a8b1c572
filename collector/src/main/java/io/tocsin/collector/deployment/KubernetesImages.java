package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Which images a release really runs where its template names them by a tag that is pulled each
/// time: after the tag has moved, a restart deploys other code from the same template. The images
/// that were seen first are the template's release; others make one of their own. Safe for use by
/// many threads.
final class KubernetesImages {
  private static final int MAX_CACHED = 10_000;

  private final ReleaseStore store;
  private final LinkedHashMap<String, Images> cache = new LinkedHashMap<>();

  /// The images of one template, as pods showed them.
  ///
  /// @param first digests by container, as text
  /// @param latest those of the newest pod
  /// @param since creation of the pod that showed `latest` first, RFC 3339
  record Images(String first, String latest, String since) {}

  KubernetesImages(ReleaseStore store) {
    this.store = store;
  }

  /// What a new pod of the template's release would be, as far as pods have shown.
  synchronized Release running(Release template) {
    Images images = images(template);
    return images == null ? template : of(template, images, images.latest());
  }

  /// What a pod runs. Its images become those that the template stands for when it is newer than
  /// the pod that showed the last ones.
  ///
  /// @param pulled see [#pulled]
  synchronized Release of(Release template, Set<String> pulled, JsonNode pod) {
    String shown = shown(pulled, pod);
    if (shown.isEmpty()) {
      return running(template);
    }
    String created = pod.path("metadata").path("creationTimestamp").asText();
    Images images = images(template);
    if (images == null) {
      images = new Images(shown, shown, created);
      keep(template, images);
    } else if (!shown.equals(images.latest()) && created.compareTo(images.since()) > 0) {
      images = new Images(images.first(), shown, created);
      keep(template, images);
    }
    return of(template, images, shown);
  }

  /// Why new pods of an old template would not run the images of the release named; null when they
  /// would, as far as pods have shown.
  ///
  /// @param template of `target`
  @Nullable String moved(KubernetesWorkload now, Release target, JsonNode template) {
    Release last = running(KubernetesRelease.template(target));
    if (!last.id().equals(target.id())) {
      return "the tags of %s now stand for other images: %s".formatted(target.name(), last.name());
    }
    Map<String, String> then = latest(KubernetesRelease.template(target));
    Map<String, String> today = latest(now.release());
    Set<String> pulled = pulled(now.template());
    pulled.retainAll(pulled(template));
    for (String container : pulled) {
      String image = image(template, container);
      String digest = then.get(container);
      if (image.equals(image(now.template(), container))
          && digest != null
          && !digest.equals(today.getOrDefault(container, digest))) {
        return "%s ran %s at %s, and the tag stands for %s now"
            .formatted(target.name(), image, digest, today.get(container));
      }
    }
    return null;
  }

  private synchronized Map<String, String> latest(Release template) {
    Images images = images(template);
    return images == null ? Map.of() : digests(images.latest());
  }

  private static String image(JsonNode template, String container) {
    for (JsonNode one : template.path("spec").path("containers")) {
      if (one.path("name").asText().equals(container)) {
        return one.path("image").asText();
      }
    }
    return "";
  }

  private static Release of(Release template, Images images, String shown) {
    return shown.equals(images.first()) ? template : KubernetesRelease.of(template, shown);
  }

  /// Containers of a template whose image is named by a tag and pulled for each pod. What others
  /// put into a pod beside them is none of it.
  static Set<String> pulled(JsonNode template) {
    Set<String> pulled = new TreeSet<>();
    for (JsonNode container : template.path("spec").path("containers")) {
      if (container.path("imagePullPolicy").asText().equals("Always")
          && !container.path("image").asText().contains("@")) {
        pulled.add(container.path("name").asText());
      }
    }
    return pulled;
  }

  /// Their digests as text; empty while not all are known, and where nothing is pulled.
  private static String shown(Set<String> pulled, JsonNode pod) {
    Map<String, String> digests = new TreeMap<>();
    for (JsonNode status : pod.path("status").path("containerStatuses")) {
      String name = status.path("name").asText();
      String image = status.path("imageID").asText();
      String digest = image.substring(image.indexOf('@') + 1);
      if (pulled.contains(name) && digest.startsWith("sha256:")) {
        digests.put(name, digest);
      }
    }
    return digests.size() == pulled.size() && !digests.isEmpty() ? digests.toString() : "";
  }

  /// By container, of what [#shown] made.
  private static Map<String, String> digests(String shown) {
    Map<String, String> digests = new TreeMap<>();
    for (String one : shown.substring(1, shown.length() - 1).split(", ", -1)) {
      int equals = one.indexOf('=');
      digests.put(one.substring(0, equals), one.substring(equals + 1));
    }
    return digests;
  }

  private @Nullable Images images(Release template) {
    String key = template.workload() + " " + template.id();
    Images images = cache.get(key);
    return images == null
        ? store.note(KubernetesKind.storeKey(template.workload()), template, Images.class)
        : images;
  }

  private void keep(Release template, Images images) {
    store.note(KubernetesKind.storeKey(template.workload()), template, images);
    cache.put(template.workload() + " " + template.id(), images);
    if (cache.size() > MAX_CACHED) {
      cache.pollFirstEntry();
    }
  }
}
