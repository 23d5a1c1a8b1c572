package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// What makes two task templates the same release: image, environment, command, mounts, configs,
/// secrets, limits. Not a counter of forced restarts, not where tasks may run, not how many; nor
/// labels and networks, which a daemon writes differently on a service and its tasks.
final class SwarmRelease {
  private static final List<String> NOT_OF_THE_RELEASE =
      List.of("ForceUpdate", "Placement", "Runtime", "Networks");

  private SwarmRelease() {}

  /// @param taskTemplate of a service, or the `Spec` of a task
  static Release of(String workload, JsonNode taskTemplate) {
    JsonNode identity = taskTemplate.deepCopy();
    if (identity instanceof ObjectNode template) {
      template.remove(NOT_OF_THE_RELEASE);
      if (template.path("ContainerSpec") instanceof ObjectNode container) {
        container.remove("Labels");
      }
    }
    return ReleaseIdentity.of(workload, image(taskTemplate), identity);
  }

  static String image(JsonNode taskTemplate) {
    return taskTemplate.path("ContainerSpec").path("Image").asText();
  }
}
