package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tocsin.collector.deployment.PlatformException.Fault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// A Docker daemon behind `unix://` or `tcp://`. Each question goes over a connection of its own,
/// in HTTP/1.0: the answer then ends with the connection and comes in one piece. Safe for use by
/// many threads.
final class DockerHost {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_ANSWER = 32 << 20;

  private final String host;
  private final SocketAddress address;
  private final Duration timeout;

  /// @param status of HTTP
  /// @param body JSON, or the text as one string
  record Answer(int status, JsonNode body) {
    boolean ok() {
      return status / 100 == 2;
    }

    /// What the daemon says of an error; cut.
    String message() {
      return JsonHttp.words(body.path("message").asText(body.asText()));
    }
  }

  /// @param host as in `DOCKER_HOST`
  DockerHost(String host, Duration timeout) {
    this.host = host;
    this.address = address(host);
    this.timeout = timeout;
  }

  private static SocketAddress address(String host) {
    if (host.startsWith("unix://")) {
      return UnixDomainSocketAddress.of(host.substring("unix://".length()));
    }
    if (host.startsWith("tcp://")) {
      URI uri = URI.create(host);
      if (uri.getHost() != null && uri.getPort() > 0) {
        return new InetSocketAddress(uri.getHost(), uri.getPort());
      }
    }
    throw new IllegalArgumentException(
        "docker host: expected unix:///path or tcp://host:port, found " + host);
  }

  /// A question that changes nothing.
  ///
  /// @throws PlatformException [Fault#UNAVAILABLE] when there is no answer
  Answer get(String path, Map<String, String> query) {
    try {
      return ask("GET", path, query, null);
    } catch (IOException e) {
      throw new PlatformException(
          Fault.UNAVAILABLE, "docker at %s: no answer to GET %s: %s".formatted(host, path, e), e);
    }
  }

  /// A write.
  ///
  /// @throws PlatformException [Fault#UNCERTAIN] when there is no answer
  Answer post(String path, Map<String, String> query, JsonNode body) {
    try {
      return ask("POST", path, query, body);
    } catch (IOException e) {
      throw new PlatformException(
          Fault.UNCERTAIN,
          "docker at %s: no answer to POST %s, it may have happened: %s".formatted(host, path, e),
          e);
    }
  }

  /// Any question.
  Answer ask(String method, String path, Map<String, String> query, @Nullable JsonNode body)
      throws IOException {
    byte[] content = body == null ? new byte[0] : JSON.writeValueAsBytes(body);
    String head =
        "%s %s HTTP/1.0\r\nHost: docker\r\nAccept: application/json\r\n%sContent-Length: %d\r\n\r\n"
            .formatted(
                method,
                target(path, query),
                body == null ? "" : "Content-Type: application/json\r\n",
                content.length);
    byte[] start = head.getBytes(StandardCharsets.US_ASCII);
    var request = ByteBuffer.allocate(start.length + content.length);
    request.put(start).put(content).flip();
    return parse(exchange(request));
  }

  private static String target(String path, Map<String, String> query) {
    if (query.isEmpty()) {
      return path;
    }
    var parameters = new StringJoiner("&");
    query.forEach((name, value) ->
        parameters.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
    return path + "?" + parameters;
  }

  private byte[] exchange(ByteBuffer request) throws IOException {
    long deadline = System.nanoTime() + timeout.toNanos();
    try (var channel = open();
        var selector = Selector.open()) {
      channel.configureBlocking(false);
      if (!channel.connect(address)) {
        await(channel, selector, SelectionKey.OP_CONNECT, deadline);
        channel.finishConnect();
      }
      while (request.hasRemaining()) {
        if (channel.write(request) == 0) {
          await(channel, selector, SelectionKey.OP_WRITE, deadline);
        }
      }
      var answer = new ByteArrayOutputStream();
      var part = ByteBuffer.allocate(1 << 16);
      for (int read; (read = channel.read(part)) >= 0; part.clear()) {
        if (read == 0) {
          await(channel, selector, SelectionKey.OP_READ, deadline);
        }
        answer.write(part.array(), 0, read);
        if (answer.size() > MAX_ANSWER) {
          throw new IOException("expected at most %d bytes, found more".formatted(MAX_ANSWER));
        }
      }
      return answer.toByteArray();
    }
  }

  private SocketChannel open() throws IOException {
    return address instanceof UnixDomainSocketAddress
        ? SocketChannel.open(StandardProtocolFamily.UNIX)
        : SocketChannel.open();
  }

  private void await(SocketChannel channel, Selector selector, int forWhat, long deadline)
      throws IOException {
    long left = (deadline - System.nanoTime()) / 1_000_000;
    channel.register(selector, forWhat);
    if (left <= 0 || selector.select(left) == 0) {
      throw new SocketTimeoutException("not within " + timeout);
    }
    selector.selectedKeys().clear();
  }

  private static Answer parse(byte[] answer) throws IOException {
    var text = new String(answer, StandardCharsets.UTF_8);
    int end = text.indexOf("\r\n\r\n");
    if (end < 0 || !text.matches("(?s)HTTP/1\\.[01] \\d{3} .*")) {
      throw new IOException("expected HTTP, found %d other bytes".formatted(answer.length));
    }
    int status = Integer.parseInt(text, 9, 12, 10);
    String body = text.substring(end + 4);
    boolean json = text.substring(0, end).contains("application/json");
    return new Answer(status, json ? JSON.readTree(body) : TextNode.valueOf(body.strip()));
  }
}
