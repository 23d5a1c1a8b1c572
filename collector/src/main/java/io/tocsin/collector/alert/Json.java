package io.tocsin.collector.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Rows and bodies as JSON. Fields that an older release does not know are left alone, so that a
/// step back reads what a step forward wrote.
final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private Json() {}

  static byte[] write(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + value.getClass(), e);
    }
  }

  /// A JSON object with one more field.
  static String with(String object, String field, String value) {
    try {
      return ((ObjectNode) MAPPER.readTree(object)).put(field, value).toString();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("expected a body as it was written, found other", e);
    }
  }

  /// @throws IllegalStateException that names the row, when it was not written by [#write]
  static <T> T read(Class<T> type, byte[] key, byte[] row) {
    try {
      return MAPPER.readValue(row, type);
    } catch (IOException e) {
      throw new IllegalStateException(
          "expected a %s under the key %s, found something else; restore a backup of the store"
              .formatted(type.getSimpleName(), new String(key, StandardCharsets.UTF_8)),
          e);
    }
  }
}
