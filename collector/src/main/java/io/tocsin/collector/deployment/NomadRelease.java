package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// What makes two versions of a job the same release: all that its author wrote, but how many of
/// each group run and whether it may be taken back. So a scaling and a stop are none, though each
/// is a new version; and a revert, whose version is new as well, is the return of the old release.
final class NomadRelease {
  // What the server writes, and tokens that it hides.
  private static final List<String> OF_THE_SERVER =
      List.of(
          "ConsulNamespace",
          "ConsulToken",
          "CreateIndex",
          "Dispatched",
          "JobModifyIndex",
          "ModifyIndex",
          "NomadTokenID",
          "Stable",
          "Status",
          "StatusDescription",
          "SubmitTime",
          "VaultNamespace",
          "VaultToken",
          "Version",
          "VersionTag");
  // The same inside a scaling's policy, where a registration writes them anew.
  private static final List<String> OF_THE_SERVER_IN_A_POLICY =
      List.of("CreateIndex", "ID", "ModifyIndex");
  private static final List<String> NOT_OF_THE_RELEASE = List.of("Stop");

  private NomadRelease() {}

  /// @param job as read, or one of its versions
  static Release of(String workload, JsonNode job) {
    ObjectNode identity = job.deepCopy();
    identity.remove(OF_THE_SERVER);
    identity.remove(NOT_OF_THE_RELEASE);
    if (identity.path("Meta") instanceof ObjectNode meta) {
      meta.remove(RollbackMark.KEY);
    }
    for (JsonNode group : identity.path("TaskGroups")) {
      if (group instanceof ObjectNode one) {
        one.remove("Count");
      }
      withoutTheServers(group.path("Scaling"));
      for (JsonNode task : group.path("Tasks")) {
        task.path("ScalingPolicies").forEach(NomadRelease::withoutTheServers);
      }
    }
    Release release = ReleaseIdentity.of(workload, image(job), identity);
    // Nothing that people know it by.
    return new Release(workload, release.id(), release.name().strip());
  }

  private static void withoutTheServers(JsonNode policy) {
    if (policy instanceof ObjectNode one) {
      one.remove(OF_THE_SERVER_IN_A_POLICY);
    }
  }

  /// What people know a release by: the image of the first task that is no hook, else what `meta`
  /// calls `image` or `version`, else the first artifact; empty when there is none of these.
  private static String image(JsonNode job) {
    JsonNode group = job.path("TaskGroups").path(0);
    JsonNode task = main(group);
    String image = task.path("Config").path("image").asText();
    if (!image.isEmpty()) {
      return image;
    }
    for (JsonNode holder : List.of(task, group, job)) {
      for (String key : List.of("image", "version")) {
        String said = holder.path("Meta").path(key).asText();
        if (!said.isEmpty()) {
          return key.equals("version") ? ":" + said : said;
        }
      }
    }
    String artifact = task.path("Artifacts").path(0).path("GetterSource").asText();
    return artifact.isEmpty() ? "" : ":" + artifact.replaceAll("[?#].*", "").replaceAll(".*/", "");
  }

  private static JsonNode main(JsonNode group) {
    for (JsonNode task : group.path("Tasks")) {
      if (!task.path("Lifecycle").isObject()) {
        return task;
      }
    }
    return group.path("Tasks").path(0);
  }
}
