package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import io.tocsin.collector.deployment.PlatformException.Fault;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// One region of Nomad. Safe for use by many threads.
final class NomadApi implements AutoCloseable {
  static final String PLATFORM = "nomad";

  private final NomadConfig.Access access;
  private final Duration timeout;
  private final JsonHttp http;

  /// Which job a workload's key names.
  ///
  /// @param id may hold anything, a slash too
  record Name(String namespace, String id) {

    /// @throws PlatformException [Fault#NOT_FOUND] when it is no key of this platform
    static Name of(String workload) {
      String[] parts = workload.split("/", -1);
      if (parts.length != 3 || !parts[0].equals(PLATFORM) || parts[2].isEmpty()) {
        throw new PlatformException(
            Fault.NOT_FOUND,
            "%s: expected nomad/<namespace>/<job>, and there is no such".formatted(workload));
      }
      return new Name(parts[1], parts[2].replace("%2F", "/").replace("%25", "%"));
    }

    String workload() {
      return PLATFORM + "/" + namespace + "/" + id.replace("%", "%25").replace("/", "%2F");
    }

    /// Of the job in the API.
    String path() {
      return "/v1/job/" + URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }
  }

  /// @param status of HTTP
  /// @param body JSON, or the text as one string
  /// @param index of the tables that were read; 0 where the server does not say
  record Answer(int status, JsonNode body, long index) {
    boolean ok() {
      return status / 100 == 2;
    }

    /// What the server says of an error: text, whatever the status; cut.
    String message() {
      return JsonHttp.words(body.asText());
    }
  }

  NomadApi(NomadConfig.Access access, Duration timeout) {
    this.access = access;
    this.timeout = timeout;
    this.http =
        new JsonHttp(
            access.server(),
            new ApiAccount.Identity(
                access.tokenFile(),
                "X-Nomad-Token",
                "",
                access.server().startsWith("https:") ? access.authority() : null),
            timeout);
  }

  String server() {
    return access.server();
  }

  /// A question that changes nothing.
  ///
  /// @throws PlatformException [Fault#UNAVAILABLE] when there is no answer
  Answer get(String namespace, String path) {
    return get(namespace, path, Map.of(), timeout);
  }

  /// The same, answered when the server's index is beyond one, or after a time.
  ///
  /// @param index 0: at once
  /// @param wait how long the server may wait
  /// @throws PlatformException [Fault#UNAVAILABLE] when there is no answer
  Answer next(String namespace, String path, long index, Duration wait) {
    Map<String, String> query =
        index == 0
            ? Map.of()
            : Map.of("index", String.valueOf(index), "wait", wait.toMillis() + "ms");
    // The server adds up to a sixteenth, so that not all come back at once.
    return get(namespace, path, query, wait.plus(wait.dividedBy(16)).plus(timeout));
  }

  private Answer get(
      String namespace, String path, Map<String, String> query, Duration withinTimeout) {
    try {
      return answer(http.ask("GET", path, query(namespace, query), "", null, withinTimeout));
    } catch (IOException e) {
      throw new PlatformException(
          Fault.UNAVAILABLE,
          "nomad at %s: no answer to GET %s: %s".formatted(server(), path, e),
          e);
    }
  }

  /// A write.
  ///
  /// @throws PlatformException [Fault#UNCERTAIN] when there is no answer
  Answer post(String namespace, String path, JsonNode body) {
    try {
      return answer(
          http.ask("POST", path, query(namespace, Map.of()), "application/json", body, timeout));
    } catch (IOException e) {
      throw new PlatformException(
          Fault.UNCERTAIN,
          "nomad at %s: no answer to POST %s, it may have happened: %s"
              .formatted(server(), path, e),
          e);
    }
  }

  /// What a question that was not answered as hoped comes to.
  PlatformException refused(String method, String path, Answer answer) {
    Fault fault =
        switch (answer.status()) {
          case 404 -> Fault.NOT_FOUND;
          case 401, 403 -> Fault.FORBIDDEN;
          case 400 -> Fault.INVALID;
          default -> Fault.UNAVAILABLE;
        };
    return new PlatformException(fault, told(method, path, answer));
  }

  /// What was asked and answered, as people read it; of a missing right, what grants it.
  String told(String method, String path, Answer answer) {
    String token = access.tokenFile() == null ? "" : " the token in " + access.tokenFile();
    String help =
        switch (answer.status()) {
          case 401 -> "; it does not know" + (token.isEmpty() ? " anybody without a token" : token);
          case 403 ->
              "; %s lacks the right, deploy/nomad/%s.policy.hcl grants it"
                  .formatted(
                      token.isEmpty() ? "who shows no token" : token.strip(),
                      method.equals("GET") ? "watch" : "rollback");
          default -> "";
        };
    return "nomad at %s: HTTP %d to %s %s: %s%s"
        .formatted(server(), answer.status(), method, path, answer.message(), help);
  }

  @Override
  public void close() {
    http.close();
  }

  private Map<String, String> query(String namespace, Map<String, String> more) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("namespace", namespace);
    if (!access.region().isEmpty()) {
      query.put("region", access.region());
    }
    query.putAll(more);
    return query;
  }

  private static Answer answer(JsonHttp.Answer answer) {
    String index = answer.headers().firstValue("X-Nomad-Index").orElse("");
    return new Answer(
        answer.status(), answer.body(), index.matches("\\d{1,18}") ? Long.parseLong(index) : 0);
  }
}
