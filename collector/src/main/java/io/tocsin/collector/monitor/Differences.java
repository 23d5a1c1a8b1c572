package io.tocsin.collector.monitor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.TreeSet;

/// Where two trees of JSON part.
final class Differences {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_TEXT = 200;

  private Differences() {}

  /// The first place, with both values; empty when there is none.
  static Optional<String> first(byte[] kept, byte[] again) {
    try {
      return first("", JSON.readTree(kept), JSON.readTree(again));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<String> first(String path, JsonNode kept, JsonNode again) {
    if (kept.equals(again)) {
      return Optional.empty();
    }
    if (kept.isObject() && again.isObject()) {
      TreeSet<String> names = new TreeSet<>();
      kept.fieldNames().forEachRemaining(names::add);
      again.fieldNames().forEachRemaining(names::add);
      return names.stream()
          .flatMap(name -> first(path + "/" + name, kept.path(name), again.path(name)).stream())
          .findFirst();
    }
    if (kept.isArray() && again.isArray() && kept.size() == again.size()) {
      for (int i = 0; i < kept.size(); i++) {
        Optional<String> found = first(path + "/" + i, kept.path(i), again.path(i));
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.of("%s: kept %s, again %s".formatted(path, text(kept), text(again)));
  }

  private static String text(JsonNode node) {
    String text = node.isMissingNode() ? "nothing" : node.toString();
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
  }
}
