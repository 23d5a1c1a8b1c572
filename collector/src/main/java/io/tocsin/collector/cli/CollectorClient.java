package io.tocsin.collector.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/// A running collector, over its REST interface. Every failure is a [CliException] that says what
/// to do next.
final class CollectorClient {
  private static final ObjectMapper JSON = new ObjectMapper();
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

  /// One segment of a path.
  static String segment(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  /// A workload's key as a path: its segments are percent-encoded already where they hold `/` or
  /// `%`; here also where a path must not hold the rest.
  static String workload(String key) {
    String[] segments = key.split("/", -1);
    if (segments.length != 3) {
      throw new CliException(
          "expected a workload as platform/scope/name, found %s; `tocsin workloads` lists them"
              .formatted(key));
    }
    return Arrays.stream(segments)
        .map(segment -> segment(URLDecoder.decode(segment.replace("+", "%2B"), UTF_8)))
        .collect(Collectors.joining("/"));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(address.resolve(path)).timeout(TIMEOUT);
  }

  private String token() {
    try {
      return Files.readString(tokenFile).strip();
    } catch (IOException e) {
      throw new CliException(
          ("expected a token in %s, found none that can be read. Run this as the user that runs the"
                  + " collector, or name the file with --token-file")
              .formatted(tokenFile));
    }
  }

  private JsonNode send(HttpRequest request) {
    HttpResponse<String> response;
    try {
      response = http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new CliException(
          ("expected a collector at %s, found nobody who answers (%s). Start one with `tocsin up`,"
                  + " or say where it is with --address or TOCSIN_ADDRESS")
              .formatted(address, e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliException("interrupted; the collector may or may not have done it");
    }
    int status = response.statusCode();
    if (status >= 200 && status < 300) {
      return parsed(response.body());
    }
    throw new CliException(refusal(request.uri(), status, response.body()));
  }

  private JsonNode parsed(String body) {
    try {
      return body.isBlank() ? JSON.createObjectNode() : JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new CliException(
          "expected JSON from %s, found something else; is that a Tocsin collector?"
              .formatted(address));
    }
  }

  private String refusal(URI uri, int status, String body) {
    String said = body.strip();
    try {
      JsonNode json = JSON.readTree(body);
      said = json.path("message").asText(json.path("error").asText(said));
    } catch (JsonProcessingException e) {
      // Plain text then: shown as it came.
    }
    String next =
        switch (status) {
          case 401, 403 ->
              "The token in " + tokenFile + " has no right to this; name another with --token-file";
          case 404 -> "Nothing is there under that name; list what is with workloads or incidents";
          case 409 -> "Somebody or something was faster; look again with `tocsin releases`";
          default ->
              status >= 500 ? "The collector failed; its log says why" : "Nothing was changed";
        };
    return "%s answered %d%s. %s"
        .formatted(uri.getPath(), status, said.isEmpty() ? "" : ": " + said, next);
  }
}
