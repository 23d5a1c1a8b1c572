package io.tocsin.collector.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import io.tocsin.collector.web.Refused.Problem;
import io.tocsin.collector.web.Refused.Why;

/// Records to JSON and back, errors included.
final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + value.getClass(), e);
    }
  }

  static <T> T read(String text, Class<T> type) {
    try {
      T value = MAPPER.readValue(text, type);
      if (value == null) {
        throw new Refused(Why.MALFORMED, "a JSON object", "null", "body", "send an object");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw new Refused(
          Why.MALFORMED,
          "the JSON of " + type.getSimpleName(),
          e.getOriginalMessage(),
          "body",
          "correct the body");
    }
  }

  static HttpResponse respond(HttpStatus status, Object value) {
    return HttpResponse.of(status, MediaType.JSON_UTF_8, HttpData.ofUtf8(write(value)));
  }

  static HttpResponse respond(Refused refused) {
    return respond(status(refused.why()), refused.problem());
  }

  static HttpResponse problem(
      HttpStatus status, String expected, String found, String where, String next) {
    return respond(status, new Problem(expected, found, where, next));
  }

  private static HttpStatus status(Why why) {
    return switch (why) {
      case MALFORMED -> HttpStatus.BAD_REQUEST;
      case UNKNOWN_CALLER -> HttpStatus.UNAUTHORIZED;
      case FORBIDDEN -> HttpStatus.FORBIDDEN;
      case NOT_FOUND -> HttpStatus.NOT_FOUND;
      case CHANGED -> HttpStatus.CONFLICT;
      case TOO_LARGE -> HttpStatus.REQUEST_ENTITY_TOO_LARGE;
      case TOO_MANY -> HttpStatus.TOO_MANY_REQUESTS;
    };
  }
}
