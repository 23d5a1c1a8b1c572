package io.tocsin.collector.web;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.annotation.Blocking;
import com.linecorp.armeria.server.annotation.Default;
import com.linecorp.armeria.server.annotation.Get;
import com.linecorp.armeria.server.annotation.Param;
import io.tocsin.collector.evidence.Extract;
import io.tocsin.collector.web.Refused.Why;

/// The part of the REST interface that lets others check what was decided. It names everything and
/// everybody, so it takes a token, also on loopback.
@Blocking
final class EvidenceReads {
  private static final int MAX_LINKS = 500;

  private final View view;

  EvidenceReads(View view) {
    this.view = view;
  }

  @Get("/evidence")
  public HttpResponse kept(ServiceRequestContext ctx) {
    var _ = Gate.require(ctx, Role.VIEW);
    return Json.respond(HttpStatus.OK, view.evidence().kept());
  }

  @Get("/evidence/links")
  public HttpResponse links(ServiceRequestContext ctx, @Param("from") @Default("0") long from) {
    var _ = Gate.require(ctx, Role.VIEW);
    return Json.respond(HttpStatus.OK, view.evidence().links(from, MAX_LINKS));
  }

  @Get("/evidence/releases/{platform}/{scope}/{name}/{release}")
  public HttpResponse extract(
      ServiceRequestContext ctx,
      @Param("platform") String platform,
      @Param("scope") String scope,
      @Param("name") String name,
      @Param("release") String release) {
    var _ = Gate.require(ctx, Role.VIEW);
    String key = Reads.key(platform, scope, name);
    Extract extract =
        view.evidence()
            .extract(key, release)
            .orElseThrow(() ->
                new Refused(
                    Why.NOT_FOUND,
                    "a release of " + key + " of which evidence is kept",
                    release,
                    "path",
                    "give its id; see /api/evidence for those there are"));
    return Json.respond(HttpStatus.OK, extract.document());
  }
}
