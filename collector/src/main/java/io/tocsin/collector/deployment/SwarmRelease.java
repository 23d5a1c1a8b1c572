package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What makes two task templates the same release: image, environment, command, mounts, configs,
/// secrets, limits. Not a counter of forced restarts, not where tasks may run, not how many; nor
/// labels and networks, which a daemon writes differently on a service and its tasks.
final class SwarmRelease {
  private static final List<String> NOT_OF_THE_RELEASE =
      List.of("ForceUpdate", "Placement", "Runtime", "Networks");

  private SwarmRelease() {}

  /// @param taskTemplate of a service, or the `Spec` of a task
  static Release of(String workload, JsonNode taskTemplate) {
    var identity = new StringBuilder();
    if (taskTemplate.deepCopy() instanceof ObjectNode template) {
      template.remove(NOT_OF_THE_RELEASE);
      if (template.path("ContainerSpec") instanceof ObjectNode container) {
        container.remove("Labels");
      }
      write(template, identity);
    }
    String id = digest(identity.toString());
    String name = tag(image(taskTemplate)) + " (" + id.substring(0, 7) + ")";
    return new Release(workload, id, name);
  }

  static String image(JsonNode taskTemplate) {
    return taskTemplate.path("ContainerSpec").path("Image").asText();
  }

  /// `1.4.0` of `localhost:5000/shop/web:1.4.0@sha256:…`.
  private static String tag(String image) {
    String name = image.contains("@") ? image.substring(0, image.indexOf('@')) : image;
    String last = name.substring(name.lastIndexOf('/') + 1);
    return last.contains(":") ? last.substring(last.indexOf(':') + 1) : last;
  }

  /// Canonical: fields sorted, what is empty left out, since daemons differ in which defaults they
  /// spell out.
  private static void write(JsonNode node, StringBuilder into) {
    if (node.isObject()) {
      Map<String, JsonNode> fields = new TreeMap<>();
      node.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
      into.append('{');
      fields.forEach((name, value) -> {
        boolean empty = value.isNull() || (value.isContainerNode() && value.isEmpty());
        if (!empty) {
          into.append('"').append(name).append("\":");
          write(value, into);
          into.append(',');
        }
      });
      into.append('}');
    } else if (node.isArray()) {
      into.append('[');
      node.forEach(value -> {
        write(value, into);
        into.append(',');
      });
      into.append(']');
    } else {
      into.append(node);
    }
  }

  private static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
