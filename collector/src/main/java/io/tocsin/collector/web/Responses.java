package io.tocsin.collector.web;

import io.tocsin.collector.respond.Responder.TrackRecord;
import io.tocsin.collector.respond.Response;
import io.tocsin.collector.respond.Response.Step;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A response in the page's words.
final class Responses {
  private static final List<String> WAY =
      List.of("decided", "preflight", "asked", "sent", "accepted", "rolled out", "verified");

  private Responses() {}

  static ResponseState state(Response.State state) {
    return switch (state) {
      case DECIDED, SENDING, RUNNING -> ResponseState.RUNNING;
      case NOT_ASKED, RECOMMENDED, WITHDRAWN -> ResponseState.NOT_ASKED;
      case ASKED -> ResponseState.ASKED;
      case REFUSED -> ResponseState.REFUSED;
      case ROLLED_BACK -> ResponseState.VERIFYING;
      case HELPED -> ResponseState.HELPED;
      case DID_NOT_HELP -> ResponseState.DID_NOT_HELP;
      case MADE_WORSE -> ResponseState.MADE_WORSE;
      case FAILED -> ResponseState.FAILED;
      case EXPIRED -> ResponseState.EXPIRED;
      case KEPT -> ResponseState.KEPT;
      case ANSWERED_ELSEWHERE -> ResponseState.ANSWERED_ELSEWHERE;
    };
  }

  static ReleaseDetail.Response of(Response response, TrackRecord record) {
    boolean asked = response.state() == Response.State.ASKED;
    Long checkedAt = null;
    for (Step step : response.steps()) {
      checkedAt = step.name().equals("preflight") ? (Long) step.atMillis() : checkedAt;
    }
    return new ReleaseDetail.Response(
        response.autonomy().word(),
        "%d decisions agreed with people, %d were wrong."
            .formatted(record.agreed(), record.wrong()),
        state(response.state()),
        response.sentence(),
        response.baseline(),
        response.baseline(),
        response.deadlineMillis(),
        asked ? "Nothing is rolled back. The question expires and the incident stays open." : null,
        null,
        response.preflight().stream()
            .map(check ->
                new ReleaseDetail.Check(
                    check.check(),
                    check.ok(),
                    check.detail(),
                    check.ok() || check.safeWay().isEmpty() ? null : check.safeWay()))
            .toList(),
        checkedAt,
        steps(response),
        response.outcome(),
        response.rolledBackAtMillis(),
        response.verifiedAtMillis());
  }

  /// What was done, and what is still to come of the usual way.
  private static List<ReleaseDetail.Step> steps(Response response) {
    List<ReleaseDetail.Step> steps = new ArrayList<>();
    int reached = -1;
    for (Step step : response.steps()) {
      String state =
          switch (step.state()) {
            case "running" -> "waiting";
            default -> step.state();
          };
      steps.add(new ReleaseDetail.Step(step.name(), state, step.atMillis(), step.detail()));
      reached = Math.max(reached, WAY.indexOf(step.name()));
    }
    if (onItsWay(response.state())) {
      for (String name : WAY.subList(reached + 1, WAY.size())) {
        steps.add(new ReleaseDetail.Step(name, "to come", null, ""));
      }
    }
    return steps;
  }

  private static boolean onItsWay(Response.State state) {
    return switch (state(state)) {
      case RUNNING, ASKED, VERIFYING -> true;
      case NOT_ASKED,
          REFUSED,
          HELPED,
          DID_NOT_HELP,
          MADE_WORSE,
          KEPT,
          EXPIRED,
          ANSWERED_ELSEWHERE,
          FAILED ->
          false;
    };
  }

  /// Before the first window of a release.
  static VerdictView noVerdictYet(long atMillis) {
    @Nullable String none = null;
    return new VerdictView(
        "undecided so far",
        "No window since the release yet.",
        none,
        none,
        atMillis,
        null,
        1,
        1,
        1,
        0,
        0,
        null,
        List.of(),
        List.of());
  }
}
