package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.collector.deployment.PlatformException.Fault;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The API server. Speaks HTTP/1.1: a watch then has a connection of its own, and cutting it cuts
/// nothing else. Safe for use by many threads.
final class KubernetesApi implements AutoCloseable {
  static final String JSON_PATCH = "application/json-patch+json";
  static final String APPLY_PATCH = "application/apply-patch+yaml";
  private static final ObjectMapper JSON = new ObjectMapper();
  // etcd takes objects of 1.5 MB.
  private static final int MAX_LINE = 16 << 20;
  private static final Pattern MISSING_RIGHT =
      Pattern.compile(
          "User \"(.+)\" cannot (\\w+) resource \"([^\"]+)\" in API group \"([^\"]*)\""
              + "(?: in the namespace \"([^\"]+)\"| at the cluster scope)");

  private final KubernetesConfig.Access access;
  private final Duration timeout;
  private final JsonHttp http;

  /// What became of a watch.
  sealed interface Watch permits Lines, Answer {}

  /// @param status of HTTP
  /// @param body JSON, or the text as one string
  /// @param retryAfter how long the server asked to wait; zero when it did not
  record Answer(int status, JsonNode body, Duration retryAfter) implements Watch {
    boolean ok() {
      return status / 100 == 2;
    }

    /// Whether the object itself was found wrong, as opposed to out of date: an answer to a `test`
    /// that failed names no cause.
    boolean hasCauses() {
      return !body.path("details").path("causes").isEmpty();
    }

    /// What the server says of an error; of a missing right, what it is and how to grant it.
    String message() {
      String said = JsonHttp.words(body.path("message").asText(body.asText()));
      Matcher missing = MISSING_RIGHT.matcher(said);
      if (status == 401) {
        return "it does not know the token";
      }
      if (status != 403 || !missing.find()) {
        return said;
      }
      String where =
          missing.group(5) == null ? "in all namespaces" : "in namespace " + missing.group(5);
      String group = missing.group(4).isEmpty() ? "" : "." + missing.group(4);
      return "%s lacks the right to %s %s%s %s; deploy/kubernetes/rbac.yaml grants it"
          .formatted(missing.group(1), missing.group(2), missing.group(3), group, where);
    }
  }

  /// An open watch: one JSON object a line, for as long as the server goes on.
  static final class Lines implements Watch, AutoCloseable {
    private final InputStream lines;

    private Lines(InputStream lines) {
      this.lines = new BufferedInputStream(lines, 1 << 16);
    }

    /// The next one; null when the server ended the watch.
    ///
    /// @throws IOException when the connection broke, in the middle of a line too
    @Nullable JsonNode next() throws IOException {
      var line = new ByteArrayOutputStream(1 << 12);
      for (int b; (b = lines.read()) != '\n'; line.write(b)) {
        if (b < 0 && line.size() == 0) {
          return null;
        }
        if (b < 0 || line.size() == MAX_LINE) {
          throw new IOException("expected a line, found %d bytes of one".formatted(line.size()));
        }
      }
      return JSON.readTree(line.toByteArray());
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }

  KubernetesApi(KubernetesConfig.Access access, Duration timeout) {
    this.access = access;
    this.timeout = timeout;
    // A plain server is kubectl's proxy, which asks in its own name.
    var identity =
        new ApiAccount.Identity(
            access.tls() ? access.tokenFile() : null,
            "Authorization",
            "Bearer ",
            access.tls() ? access.authority() : null);
    this.http = new JsonHttp(access.server(), identity, timeout);
  }

  String server() {
    return access.server();
  }

  /// A question that changes nothing.
  ///
  /// @throws PlatformException [Fault#UNAVAILABLE] when there is no answer
  Answer get(String path, Map<String, String> query) {
    try {
      return ask("GET", path, query, "", null);
    } catch (IOException e) {
      throw new PlatformException(
          Fault.UNAVAILABLE,
          "kubernetes at %s: no answer to GET %s: %s".formatted(server(), path, e),
          e);
    }
  }

  /// A write.
  ///
  /// @param type of the body
  /// @throws PlatformException [Fault#UNCERTAIN] when there is no answer
  Answer write(String method, String path, Map<String, String> query, String type, JsonNode body) {
    try {
      return ask(method, path, query, type, body);
    } catch (IOException e) {
      throw new PlatformException(
          Fault.UNCERTAIN,
          "kubernetes at %s: no answer to %s %s, it may have happened: %s"
              .formatted(server(), method, path, e),
          e);
    }
  }

  /// What a question that was not answered as hoped comes to.
  PlatformException refused(String method, String path, Answer answer) {
    Fault fault =
        switch (answer.status()) {
          case 404 -> Fault.NOT_FOUND;
          case 401, 403 -> Fault.FORBIDDEN;
          case 400, 415, 422 -> Fault.INVALID;
          default -> Fault.UNAVAILABLE;
        };
    return new PlatformException(fault, told(method, path, answer));
  }

  /// What was asked and answered, as people read it.
  String told(String method, String path, Answer answer) {
    String who = answer.status() == 401 ? " in " + access.tokenFile() : "";
    return "kubernetes at %s: HTTP %d to %s %s: %s%s"
        .formatted(server(), answer.status(), method, path, answer.message(), who);
  }

  /// Opens a watch; the caller closes it.
  ///
  /// @throws IOException when there is no answer
  Watch watch(String path, Map<String, String> query) throws IOException {
    HttpResponse<InputStream> response = http.open(path, query, timeout);
    if (response.statusCode() == 200) {
      return new Lines(response.body());
    }
    try (InputStream body = response.body()) {
      return answer(
          response.statusCode(), response.headers(), JsonHttp.json(body.readNBytes(MAX_LINE)));
    }
  }

  @Override
  public void close() {
    http.close();
  }

  private Answer ask(
      String method, String path, Map<String, String> query, String type, @Nullable JsonNode body)
      throws IOException {
    JsonHttp.Answer answer = http.ask(method, path, query, type, body, timeout);
    return answer(answer.status(), answer.headers(), answer.body());
  }

  private static Answer answer(int status, HttpHeaders headers, JsonNode body) {
    String after = headers.firstValue("Retry-After").orElse("");
    boolean seconds = after.matches("\\d{1,5}");
    return new Answer(
        status, body, seconds ? Duration.ofSeconds(Integer.parseInt(after)) : Duration.ZERO);
  }
}
