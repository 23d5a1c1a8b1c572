package io.tocsin.agent.metrics;

import static java.util.Objects.requireNonNull;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Asks an endpoint once, without blocking: HTTP/1.1 on a connection of its own, read as it comes.
final class Scraper {

  private static final long TIMEOUT_MILLIS = 2_000;
  private static final long MAX_BYTES = 4L << 20;

  private final EventLoop loop;

  Scraper(EventLoop loop) {
    this.loop = loop;
  }

  /// How it went.
  sealed interface Result {
    /// 200, and read to its end.
    record Read(Scrape scrape) implements Result {}

    /// 200, but more than we read: the service fares well, its numbers are not known.
    record TooLong(String problem) implements Result {}

    record Failed(String problem) implements Result {}
  }

  /// Why the endpoint cannot be asked at all; null when it can.
  static @Nullable String refusal(URI endpoint) {
    String scheme = endpoint.getScheme();
    if (!"http".equalsIgnoreCase(scheme)) {
      return "expected http://, found "
          + endpoint
          + "; let the service answer on plain HTTP locally";
    }
    if (address(endpoint) == null) {
      // One thread does everything here: a look-up of a name would hold up all of it.
      return "expected an IP address or localhost, found " + endpoint;
    }
    return null;
  }

  private static @Nullable InetSocketAddress address(URI endpoint) {
    String host = endpoint.getHost() == null ? "" : endpoint.getHost();
    byte[] bytes =
        NetUtil.createByteArrayFromIpAddressString(
            host.equalsIgnoreCase("localhost") ? "127.0.0.1" : host);
    if (bytes == null) {
      return null;
    }
    try {
      int port = endpoint.getPort() < 0 ? 80 : endpoint.getPort();
      return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
    } catch (UnknownHostException wrongLength) {
      return null;
    }
  }

  /// @param endpoint one that is not refused
  /// @param then called on the loop, exactly once
  void ask(URI endpoint, Consumer<Result> then) {
    var answer = new Answer(then);
    String path = endpoint.getRawPath().isEmpty() ? "/" : endpoint.getRawPath();
    String target = endpoint.getRawQuery() == null ? path : path + "?" + endpoint.getRawQuery();
    var request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target);
    request
        .headers()
        .set(HttpHeaderNames.HOST, endpoint.getRawAuthority())
        .set(HttpHeaderNames.ACCEPT, "text/plain;version=0.0.4, */*;q=0.1")
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    var connected =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) TIMEOUT_MILLIS)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new HttpClientCodec(), answer);
                  }
                })
            .connect(requireNonNull(address(endpoint)));
    var timeout =
        loop.schedule(
            () -> {
              answer.end(new Result.Failed("no answer within " + TIMEOUT_MILLIS + " ms"));
              var _ = connected.channel().close();
            },
            TIMEOUT_MILLIS,
            TimeUnit.MILLISECONDS);
    connected.addListener(outcome -> {
      if (outcome.isSuccess()) {
        var _ = connected.channel().writeAndFlush(request);
      } else {
        request.release();
        answer.end(new Result.Failed(String.valueOf(outcome.cause().getMessage())));
      }
    });
    connected
        .channel()
        .closeFuture()
        .addListener(_ -> {
          timeout.cancel(false);
          if (connected.isSuccess()) {
            answer.end(new Result.Failed("the connection closed before the answer's end"));
          }
        });
  }

  private static final class Answer extends SimpleChannelInboundHandler<HttpObject> {
    private final Scrape scrape = new Scrape();
    private @Nullable Consumer<Result> then;
    private long bytes;

    Answer(Consumer<Result> then) {
      this.then = then;
    }

    void end(Result result) {
      Consumer<Result> once = then;
      then = null;
      if (once != null) {
        once.accept(result);
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
      if (part.decoderResult().isFailure()) {
        fail(context, "not HTTP: " + part.decoderResult().cause().getMessage());
        return;
      }
      if (part instanceof HttpResponse response && response.status().code() != 200) {
        fail(context, "expected 200, found " + response.status());
        return;
      }
      if (part instanceof HttpContent content && then != null) {
        bytes += content.content().readableBytes();
        if (bytes > MAX_BYTES) {
          end(new Result.TooLong("expected at most " + MAX_BYTES + " bytes, found more"));
          var _ = context.close();
          return;
        }
        scrape.feed(content.content());
        if (part instanceof LastHttpContent) {
          scrape.finish();
          end(new Result.Read(scrape));
          var _ = context.close();
        }
      }
    }

    private void fail(ChannelHandlerContext context, String problem) {
      end(new Result.Failed(problem));
      var _ = context.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      fail(context, String.valueOf(cause.getMessage()));
    }
  }
}
