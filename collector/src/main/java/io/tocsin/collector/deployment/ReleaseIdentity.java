package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/// A release known by the digest of what its instances are made of.
final class ReleaseIdentity {
  private ReleaseIdentity() {}

  /// @param image reference whose tag people know the release by
  /// @param identity all that distinguishes it, and nothing else
  static Release of(String workload, String image, JsonNode identity) {
    var text = new StringBuilder();
    write(identity, text);
    String id = digest(text.toString());
    return new Release(workload, id, tag(image) + " (" + id.substring(0, 7) + ")");
  }

  /// `1.4.0` of `localhost:5000/shop/web:1.4.0@sha256:…`.
  private static String tag(String image) {
    String name = image.contains("@") ? image.substring(0, image.indexOf('@')) : image;
    String last = name.substring(name.lastIndexOf('/') + 1);
    return last.contains(":") ? last.substring(last.indexOf(':') + 1) : last;
  }

  /// Canonical: fields sorted, what is empty left out, since servers differ in which defaults they
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
