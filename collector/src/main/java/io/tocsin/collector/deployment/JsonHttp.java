package io.tocsin.collector.deployment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// JSON over HTTP/1.1 to one server, bounded in size and time. Whatever the status, an answer is an
/// answer; only where there is none it throws. Safe for use by many threads.
final class JsonHttp implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_ANSWER = 64 << 20;
  private static final int MAX_WORDS = 1_000;

  private final String server;
  private final ApiAccount account;

  /// @param status of HTTP
  /// @param body JSON, or the text as one string
  record Answer(int status, HttpHeaders headers, JsonNode body) {}

  /// @param server scheme, host and port
  /// @param timeout of a connection's start
  JsonHttp(String server, ApiAccount.Identity identity, Duration timeout) {
    this.server = server;
    this.account = new ApiAccount(identity, timeout);
  }

  /// What a server said, as far as it goes into a log, a page and the evidence.
  static String words(String said) {
    return said.length() <= MAX_WORDS ? said : said.substring(0, MAX_WORDS) + "…";
  }

  /// Asks.
  ///
  /// @param type of the body; of no meaning without one
  /// @param timeout by which the whole answer must be here
  /// @throws IOException when there is no answer
  Answer ask(
      String method,
      String path,
      Map<String, String> query,
      String type,
      @Nullable JsonNode body,
      Duration timeout)
      throws IOException {
    HttpRequest.Builder request = request(path, query);
    if (body == null) {
      request.method(method, BodyPublishers.noBody());
    } else {
      request.header("Content-Type", type);
      request.method(method, BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
    }
    HttpResponse<byte[]> response =
        await(
            account
                .client()
                .sendAsync(
                    request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER)),
            timeout);
    return new Answer(response.statusCode(), response.headers(), json(response.body()));
  }

  /// Asks for an answer without an end.
  ///
  /// @param timeout by which it must begin
  /// @throws IOException when it does not
  HttpResponse<InputStream> open(String path, Map<String, String> query, Duration timeout)
      throws IOException {
    return await(
        account
            .client()
            .sendAsync(request(path, query).GET().build(), BodyHandlers.ofInputStream()),
        timeout);
  }

  @Override
  public void close() {
    account.close();
  }

  private HttpRequest.Builder request(String path, Map<String, String> query) throws IOException {
    var parameters = new StringJoiner("&", query.isEmpty() ? "" : "?", "");
    query.forEach((name, value) ->
        parameters.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server + path + parameters))
            .header("Accept", "application/json");
    account.authorize(request);
    return request;
  }

  private static <T> HttpResponse<T> await(
      CompletableFuture<HttpResponse<T>> answer, Duration timeout) throws IOException {
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new IOException("not within " + timeout, e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /// JSON where it is, else the text as one string.
  static JsonNode json(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return TextNode.valueOf(new String(body, StandardCharsets.UTF_8).strip());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
