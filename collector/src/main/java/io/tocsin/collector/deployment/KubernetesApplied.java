package io.tocsin.collector.deployment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/// What somebody declared by server-side apply. Whoever writes these fields under another name
/// makes that one's next apply a conflict; so they are taken back by applying, in the same name,
/// the same fields with their old values.
final class KubernetesApplied {
  private static final ObjectMapper JSON = new ObjectMapper();

  private KubernetesApplied() {}

  /// Managers that applied a part of the template, each with its fields.
  static List<JsonNode> of(KubernetesWorkload workload) {
    List<JsonNode> appliers = new ArrayList<>();
    for (JsonNode entry : workload.metadata().path("managedFields")) {
      boolean applied = entry.path("operation").asText().equals("Apply");
      if (applied && entry.path("fieldsV1").path("f:spec").has("f:template")) {
        appliers.add(entry);
      }
    }
    return appliers;
  }

  /// What the manager would apply to bring a template back and leave all else as it is.
  ///
  /// @param now the object, whose version becomes the lock
  /// @param entry the manager's, in `now`
  /// @param template to bring back
  /// @param fields of the template that the manager had applied then
  static ObjectNode body(
      KubernetesWorkload now, JsonNode entry, JsonNode template, JsonNode fields) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("apiVersion", "apps/v1");
    body.put("kind", now.kind().kind());
    ObjectNode present = entry.path("fieldsV1").deepCopy();
    if (present.path("f:spec") instanceof ObjectNode spec) {
      spec.remove("f:template");
    }
    if (part(now.json(), present) instanceof ObjectNode kept) {
      body.setAll(kept);
    }
    ObjectNode metadata = body.withObject("/metadata");
    metadata.put("name", now.name().name());
    metadata.set("resourceVersion", now.metadata().path("resourceVersion"));
    body.withObject("/spec").set("template", part(template, fields));
    return body;
  }

  /// The part of a value that a set of fields names. `f:` is a field, `k:` an element by its keys,
  /// `v:` by its value, `.` the thing itself; no fields below one mean all of it.
  private static JsonNode part(JsonNode value, JsonNode fields) {
    if (fields.isEmpty()) {
      return value;
    }
    if (value.isArray()) {
      return elements(value, fields);
    }
    ObjectNode part = JsonNodeFactory.instance.objectNode();
    fields
        .properties()
        .forEach(field -> {
          String name = field.getKey();
          if (name.startsWith("f:") && value.has(name.substring(2))) {
            part.set(name.substring(2), part(value.path(name.substring(2)), field.getValue()));
          }
        });
    return part;
  }

  private static ArrayNode elements(JsonNode array, JsonNode fields) {
    ArrayNode part = JsonNodeFactory.instance.arrayNode();
    for (JsonNode element : array) {
      fields
          .properties()
          .forEach(field -> {
            JsonNode wanted = named(field.getKey());
            if (field.getKey().startsWith("v:") && wanted.equals(element)) {
              part.add(element);
            } else if (field.getKey().startsWith("k:") && matches(element, wanted)) {
              ObjectNode kept = wanted.deepCopy();
              if (part(element, field.getValue()) instanceof ObjectNode owned) {
                kept.setAll(owned);
              }
              part.add(kept);
            }
          });
    }
    return part;
  }

  private static boolean matches(JsonNode element, JsonNode keys) {
    return keys.properties().stream()
        .allMatch(key -> key.getValue().equals(element.path(key.getKey())));
  }

  private static JsonNode named(String field) {
    if (!field.startsWith("k:") && !field.startsWith("v:")) {
      return JsonNodeFactory.instance.nullNode();
    }
    try {
      return JSON.readTree(field.substring(2));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "managed fields: expected JSON behind %s, found %s"
              .formatted(field.substring(0, 2), field),
          e);
    }
  }
}
