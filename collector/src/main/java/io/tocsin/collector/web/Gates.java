package io.tocsin.collector.web;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.annotation.Blocking;
import com.linecorp.armeria.server.annotation.Get;
import com.linecorp.armeria.server.annotation.Param;
import com.linecorp.armeria.server.annotation.Post;
import io.tocsin.collector.web.Refused.Why;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A release's verdict as a gate of somebody else's pipeline. Changes nothing.
@Blocking
final class Gates {
  /// Flagger sends no header of one's own, so its token comes in the body, and [Gate] lets this one
  /// path through to have it read here.
  static final String FLAGGER = "/api/gate/flagger";

  private final View view;
  private final Gate gate;

  /// As a web metric of Argo Rollouts wants it: something under one key, for its `jsonPath`.
  private record Data(GateAnswer data) {}

  /// What Flagger posts. Later versions say more.
  ///
  /// @param name of the canary, and so of the Deployment
  /// @param metadata what the canary's author wrote beside the webhook
  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Flagger(
      @Nullable String name, @Nullable String namespace, @Nullable Map<String, String> metadata) {}

  Gates(View view, Gate gate) {
    this.view = view;
    this.gate = gate;
  }

  @Get("/gate/{platform}/{scope}/{name}")
  public HttpResponse argo(
      @Param("platform") String platform,
      @Param("scope") String scope,
      @Param("name") String name,
      @Param("release") Optional<String> release,
      @Param("since") Optional<Long> since) {
    String key = Reads.key(platform, scope, name);
    return answer(
        HttpStatus.OK, view.gate(new GateQuestion(key, release.orElse(null), since.orElse(null))));
  }

  /// 200 lets the canary go on, anything else holds it: unless `metadata.pass` says `healthy`, only
  /// a regression does, since no data is never a failure.
  @Post("/gate/flagger")
  public HttpResponse flagger(ServiceRequestContext ctx, AggregatedHttpRequest request) {
    Flagger body = Json.read(request.contentUtf8(), Flagger.class);
    Map<String, String> metadata = body.metadata() == null ? Map.of() : body.metadata();
    if (Gate.actor(ctx) == null) {
      String token = metadata.get("token");
      if (token == null) {
        throw new Refused(
            Why.UNKNOWN_CALLER,
            "a token in metadata.token, or Authorization: Bearer <token>",
            "neither",
            "body.metadata",
            "add one of the role view");
      }
      var _ = gate.login(ctx, token);
    }
    String pass = metadata.get("pass");
    boolean healthy = "healthy".equals(pass);
    if (!healthy && pass != null && !pass.equals("not-regressed")) {
      throw new Refused(
          Why.MALFORMED,
          "healthy or not-regressed",
          pass,
          "body.metadata.pass",
          "choose one of these");
    }
    String workload = metadata.get("workload");
    if (workload == null && (body.name() == null || body.namespace() == null)) {
      throw new Refused(
          Why.MALFORMED,
          "name and namespace, or metadata.workload",
          "neither",
          "body",
          "say which workload is meant");
    }
    GateAnswer found =
        view.gate(
            new GateQuestion(
                workload == null
                    ? Reads.key(
                        "kubernetes", String.valueOf(body.namespace()), String.valueOf(body.name()))
                    : workload,
                metadata.get("release"),
                since(metadata.get("since"))));
    boolean goesOn = healthy ? found.ok() : found.answer() != GateAnswer.Answer.FAIL;
    return answer(goesOn ? HttpStatus.OK : HttpStatus.CONFLICT, found);
  }

  private static @Nullable Long since(@Nullable String millis) {
    if (millis == null) {
      return null;
    }
    if (!millis.matches("\\d{1,18}")) {
      throw new Refused(
          Why.MALFORMED, "epoch milliseconds", millis, "body.metadata.since", "correct it");
    }
    return Long.valueOf(millis);
  }

  private static HttpResponse answer(HttpStatus status, GateAnswer answer) {
    return Json.respond(status, new Data(answer))
        .mapHeaders(h -> h.withMutations(m -> m.set(HttpHeaderNames.CACHE_CONTROL, "no-store")));
  }
}
