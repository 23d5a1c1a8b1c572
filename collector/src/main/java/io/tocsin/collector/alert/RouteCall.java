package io.tocsin.collector.alert;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/// One attempt at a route's receiver. Nothing is kept between two. Safe for use by many threads.
final class RouteCall {
  private final Route route;
  private final HttpClient http;

  /// @param status 0 when there was no answer
  /// @param error null when it was taken
  record Answer(int status, @Nullable String error) {}

  RouteCall(Route route, HttpClient http) {
    this.route = route;
    this.http = http;
  }

  /// Never throws for what the receiver does, nor for a body that is not the shape's.
  ///
  /// @param id of the webhook
  /// @param body as [Shape#body] wrote it
  /// @param now epoch milliseconds, for the signature
  Answer send(String id, String body, long now) throws InterruptedException {
    try {
      HttpRequest request = request(id, body, now / 1_000);
      HttpResponse<InputStream> response =
          http.send(request, HttpResponse.BodyHandlers.ofInputStream());
      response.body().close(); // nothing in it matters, and it may never end
      int status = response.statusCode();
      if (status >= 200 && status < 300) {
        return new Answer(status, null);
      }
      String why = status >= 300 && status < 400 ? " (redirects are refused)" : "";
      return new Answer(status, "expected 2xx, found " + status + why);
    } catch (IOException e) {
      String what = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      return new Answer(0, "expected 2xx, found no answer: " + what);
    } catch (RuntimeException e) {
      // Its class only: the text may quote the body.
      return new Answer(
          0, "expected a body as the route's shape has it, found " + e.getClass().getSimpleName());
    }
  }

  private HttpRequest request(String id, String body, long seconds) {
    var request =
        HttpRequest.newBuilder(route.url())
            .timeout(route.timeout())
            .header("content-type", route.shape().contentType())
            .header("user-agent", "tocsin")
            .header("webhook-id", id);
    if (route.shape().signs()) {
      request
          .header("webhook-timestamp", String.valueOf(seconds))
          .header("webhook-signature", Signature.of(route.key(), id, seconds, body));
    }
    String secret = route.secret();
    if (route.shape() == Shape.ALERTMANAGER && secret != null) {
      request.header("authorization", "Bearer " + secret);
    }
    String sent =
        route.shape() == Shape.PAGERDUTY && secret != null
            ? Json.with(body, "routing_key", secret)
            : body;
    return request.POST(HttpRequest.BodyPublishers.ofString(sent)).build();
  }
}
