package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// Who stands above a workload and would undo what is written to it, by the marks they leave.
final class KubernetesOwner {
  private KubernetesOwner() {}

  /// As people read it, e.g. `Argo CD application shop`; null when nobody is found.
  static @Nullable String of(KubernetesWorkload workload) {
    JsonNode metadata = workload.metadata();
    JsonNode labels = metadata.path("labels");
    JsonNode annotations = metadata.path("annotations");
    String tracked = annotations.path("argocd.argoproj.io/tracking-id").asText();
    if (!tracked.isEmpty()) {
      return "Argo CD application " + tracked.split(":", 2)[0];
    }
    String instance = labels.path("argocd.argoproj.io/instance").asText();
    if (!instance.isEmpty()) {
      return "Argo CD application " + instance;
    }
    // Charts set this label too: it speaks of Argo CD only where that wrote the object.
    if (isManagedBy(metadata, "argocd-")) {
      return "Argo CD application " + labels.path("app.kubernetes.io/instance").asText();
    }
    String flux = flux(labels);
    if (flux != null) {
      return flux;
    }
    // The label app.kubernetes.io/managed-by stays in what `helm template` prints for others.
    String helm = annotations.path("meta.helm.sh/release-name").asText();
    if (!helm.isEmpty()) {
      return "Helm release %s/%s"
          .formatted(annotations.path("meta.helm.sh/release-namespace").asText(), helm);
    }
    if (labels.path("addonmanager.kubernetes.io/mode").asText().equals("Reconcile")) {
      return "the addon manager";
    }
    // Whether it calls itself the controller or not: some operators do not.
    JsonNode owner = metadata.path("ownerReferences").path(0);
    return owner.isMissingNode()
        ? null
        : owner.path("kind").asText() + " " + owner.path("name").asText();
  }

  private static @Nullable String flux(JsonNode labels) {
    String release = labels.path("helm.toolkit.fluxcd.io/name").asText();
    if (!release.isEmpty()) {
      return "Flux HelmRelease %s/%s"
          .formatted(labels.path("helm.toolkit.fluxcd.io/namespace").asText(), release);
    }
    String kustomization = labels.path("kustomize.toolkit.fluxcd.io/name").asText();
    return kustomization.isEmpty()
        ? null
        : "Flux Kustomization %s/%s"
            .formatted(
                labels.path("kustomize.toolkit.fluxcd.io/namespace").asText(), kustomization);
  }

  private static boolean isManagedBy(JsonNode metadata, String prefix) {
    for (JsonNode entry : metadata.path("managedFields")) {
      if (entry.path("manager").asText().startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }
}
