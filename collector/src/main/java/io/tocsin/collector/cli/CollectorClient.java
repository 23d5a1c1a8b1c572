package io.tocsin.collector.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tocsin.collector.web.Refused.Problem;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// A running collector, over its REST interface. Every failure is a [CliException] that says what
/// to do next.
final class CollectorClient {
  // A collector that is newer says more than is read here.
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
  private static final int MAX_SAID = 300;
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final URI address;
  private final Path tokenFile;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  /// @param tokenFile needed to change something; reading on loopback is free
  CollectorClient(URI address, Path tokenFile) {
    this.address = address;
    this.tokenFile = tokenFile;
  }

  JsonNode get(String path) {
    var request = request(path);
    if (Files.isReadable(tokenFile)) {
      request.header("authorization", "Bearer " + token());
    }
    return send(request.GET().build());
  }

  JsonNode post(String path, Map<String, ?> body) {
    String text;
    try {
      text = JSON.writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + body, e);
    }
    return send(
        request(path)
            .header("authorization", "Bearer " + token())
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(text))
            .build());
  }

  JsonNode delete(String path) {
    return send(request(path).header("authorization", "Bearer " + token()).DELETE().build());
  }

  /// An answer as the record that the collector wrote.
  static <T> T as(JsonNode answer, Class<T> type) {
    try {
      return JSON.treeToValue(answer, type);
    } catch (JsonProcessingException e) {
      throw CliException.failed(
          "expected %s, found %s; is the collector of another version?"
              .formatted(type.getSimpleName(), e.getOriginalMessage()));
    }
  }

  /// A record as the collector would write it.
  static JsonNode json(Object value) {
    return JSON.valueToTree(value);
  }

  static <T> List<T> listOf(JsonNode answer, Class<T> type) {
    List<T> list = new ArrayList<>();
    answer.forEach(element -> list.add(as(element, type)));
    return list;
  }

  /// One segment of a path.
  static String segment(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  /// A workload's key as a path: its segments are percent-encoded already where they hold `/` or
  /// `%`; here also where a path must not hold the rest.
  static String workload(String key) {
    String[] segments = key.split("/", -1);
    try {
      if (segments.length == 3) {
        return Arrays.stream(segments)
            .map(segment -> segment(URLDecoder.decode(segment.replace("+", "%2B"), UTF_8)))
            .collect(Collectors.joining("/"));
      }
    } catch (IllegalArgumentException e) {
      // A % that encodes nothing: no key either.
    }
    throw CliException.usage(
        "expected a workload as platform/scope/name, found %s; `tocsin workloads` lists them"
            .formatted(key));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(address.resolve(path)).timeout(TIMEOUT);
  }

  private String token() {
    try {
      return Files.readString(tokenFile).strip();
    } catch (IOException e) {
      throw CliException.failed(
          ("expected a token in %s, found none that can be read; nothing was asked. Run this as the"
                  + " user that runs the collector, or name the file with --token-file or"
                  + " TOCSIN_TOKEN_FILE")
              .formatted(tokenFile));
    }
  }

  private JsonNode send(HttpRequest request) {
    HttpResponse<String> response;
    try {
      response = http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw CliException.unavailable(
          ("expected a collector at %s, found nobody who answers (%s). Start one with `tocsin up`,"
                  + " or say where it is with --address or TOCSIN_ADDRESS")
              .formatted(address, e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliException.failed("interrupted; the collector may or may not have done it");
    }
    int status = response.statusCode();
    if (status >= 200 && status < 300) {
      return parsed(response.body());
    }
    String refusal = refusal(request, status, response.body());
    throw status >= 500 || status == 429
        ? CliException.unavailable(refusal)
        : CliException.failed(refusal);
  }

  private JsonNode parsed(String body) {
    try {
      return body.isBlank() ? JSON.createObjectNode() : JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw CliException.failed(
          "expected JSON from %s, found something else; is that a Tocsin collector?"
              .formatted(address));
    }
  }

  private String refusal(HttpRequest request, int status, String body) {
    String said = problem(body);
    boolean sent = request.headers().firstValue("authorization").isPresent();
    String token =
        status == 401 || status == 403
            ? sent
                ? ". The token sent is that of %s; --token-file names another".formatted(tokenFile)
                : ". No token was sent, for %s cannot be read; --token-file names another"
                    .formatted(tokenFile)
            : "";
    return "%s answered %d%s%s".formatted(request.uri().getPath(), status, said, token);
  }

  /// What the collector says, or whoever else answers at its address.
  private static String problem(String body) {
    try {
      Problem problem = JSON.readValue(body, Problem.class);
      if (problem != null && problem.expected() != null) {
        return "; %s: expected %s, found %s; %s"
            .formatted(
                Cell.text(problem.where()),
                Cell.text(problem.expected()),
                Cell.text(problem.found()),
                Cell.text(problem.next()));
      }
    } catch (JsonProcessingException e) {
      // Not a collector's words: shown as they came.
    }
    String said = Cell.text(body.strip());
    return ": " + (said.length() > MAX_SAID ? said.substring(0, MAX_SAID) + "…" : said);
  }
}
