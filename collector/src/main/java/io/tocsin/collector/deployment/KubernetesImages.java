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
