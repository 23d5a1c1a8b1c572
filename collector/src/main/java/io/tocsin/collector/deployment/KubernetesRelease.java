package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;

/// What makes two pod templates the same release: all of them but what controllers write for
/// themselves, and what `kubectl rollout restart` writes to replace pods by equal ones. Revision
/// numbers are none of it: a rollback gives the old template a new one.
final class KubernetesRelease {
  private static final List<String> OF_CONTROLLERS =
      List.of("pod-template-hash", "controller-revision-hash");
  private static final List<String> OF_RESTARTS = List.of("kubectl.kubernetes.io/restartedAt");

  private static final char MOVED = '-';

  private KubernetesRelease() {}

  /// @param template of a workload, a ReplicaSet or a ControllerRevision
  static Release of(String workload, JsonNode template) {
    ObjectNode identity = own(template);
    if (identity.path("metadata").path("annotations") instanceof ObjectNode annotations) {
      annotations.remove(OF_RESTARTS);
    }
    String image = template.path("spec").path("containers").path(0).path("image").asText();
    return ReleaseIdentity.of(workload, image, identity);
  }

  /// The release of a template whose tags now stand for other images.
  ///
  /// @param images what they stand for
  static Release of(Release template, String images) {
    String moved = ReleaseIdentity.of("", "", TextNode.valueOf(images)).id().substring(0, 8);
    return new Release(
        template.workload(),
        template.id() + MOVED + moved,
        template.name() + ", images " + moved.substring(0, 7));
  }

  /// What the template alone makes of a release.
  static Release template(Release release) {
    int end = release.id().indexOf(MOVED);
    return end < 0
        ? release
        : new Release(release.workload(), release.id().substring(0, end), release.name());
  }

  /// The template as people wrote it, fit to be written again.
  static ObjectNode own(JsonNode template) {
    ObjectNode own = template.deepCopy();
    own.remove("$patch");
    if (own.path("metadata") instanceof ObjectNode metadata) {
      metadata.remove("creationTimestamp");
      if (metadata.path("labels") instanceof ObjectNode labels) {
        labels.remove(OF_CONTROLLERS);
      }
    }
    return own;
  }
}
