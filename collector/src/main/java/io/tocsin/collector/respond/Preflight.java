package io.tocsin.collector.respond;

import io.tocsin.collector.deployment.RollbackMark;
import io.tocsin.collector.deployment.Situation;
import io.tocsin.collector.judge.Rank;
import io.tocsin.collector.respond.Response.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Everything that must hold before a rollback, each with what was found and the safe way out.
/// Pure.
///
/// @param response what is to be taken back
/// @param standing of its workload
/// @param situation as the platform told it just now; null when it could not be asked
/// @param trouble why it could not be asked; empty when it could
/// @param unreachable why the platform could not run the target again; null when it could
/// @param locks whether the platform has an optimistic lock
/// @param sentOfWorkload rollbacks of the workload sent within the last hour
/// @param sentOfAll rollbacks of all workloads sent within the last hour
/// @param killSwitch as it stands
record Preflight(
    RespondConfig config,
    Response response,
    Standing standing,
    @Nullable Situation situation,
    String trouble,
    @Nullable String unreachable,
    boolean locks,
    int sentOfWorkload,
    int sentOfAll,
    KillSwitch killSwitch) {

  List<Check> checks() {
    List<Check> checks = new ArrayList<>();
    ofPlatform(checks);
    ofTarget(checks);
    ofVerdict(checks);
    ofPolicy(checks);
    ofActing(checks);
    return checks;
  }

  private void ofPlatform(List<Check> checks) {
    String bad = response.releaseName();
    if (situation == null) {
      checks.add(
          always(
              "platform",
              false,
              trouble,
              "see whether the platform answers; Tocsin will ask again"));
      return;
    }
    boolean same = situation.running().id().equals(response.release());
    checks.add(
        always(
            "running release",
            same,
            same
                ? bad + " is deployed, the release that was judged"
                : "%s is deployed, not %s, which was judged"
                    .formatted(situation.running().name(), bad),
            "nothing to take back; the release that runs is judged by itself"));
    String other = situation.otherRollout();
    checks.add(
        always(
            "no other rollout",
            other == null && !situation.paused(),
            other != null
                ? other
                : situation.paused()
                    ? "the platform is paused: it would take the order and move nothing"
                    : "nobody else is moving it",
            other != null ? "let it finish, then look again" : "resume it, then look again"));
    String owner = situation.owner();
    checks.add(
        always(
            "nobody will fight it",
            owner == null,
            owner == null ? "no owner above the platform was found" : owner + " would undo it",
            "take the release back through its owner, at best by reverting the commit"));
    boolean forbidden = situation.mark() == RollbackMark.FORBIDDEN;
    checks.add(
        always(
            "rollback allowed",
            !forbidden,
            forbidden
                ? bad + " is marked tocsin.io/rollback: forbidden"
                : "the release is not marked as forbidden",
            "mend it forward, or remove the mark"));
    boolean ask = situation.mark() == RollbackMark.ASK;
    checks.add(
        acting(
            "mark",
            !ask,
            ask
                ? bad + " is marked tocsin.io/rollback: ask"
                : "nobody wrote that a person must be asked"));
    if (!situation.notes().isEmpty()) {
      checks.add(always("to know", true, String.join("; ", situation.notes()), ""));
    }
  }

  private void ofTarget(List<Check> checks) {
    String target = standing.nameOf(response.baseline());
    Rank rank = standing.good().get(response.baseline());
    checks.add(
        always(
            "target ran well here",
            rank != null,
            response.baseline().isEmpty()
                ? "there is no release to go back to"
                : rank != null
                    ? "%s %s here".formatted(target, rank == Rank.PROVEN ? "is proven" : "passed")
                    : target + " never passed here",
            "deploy a release that is known to be good"));
    checks.add(
        always(
            "target is there",
            unreachable == null,
            unreachable == null
                ? target + " can be run again"
                : "the platform cannot run %s again: %s".formatted(target, unreachable),
            "bring the target back, or deploy another release"));
  }

  private void ofVerdict(List<Check> checks) {
    Grounds grounds = response.grounds();
    checks.add(
        always(
            "completeness",
            grounds.completeness() >= config.minCompleteness(),
            String.format(
                Locale.ROOT,
                "%.1f %% of the bytes on disk were read, %.1f %% are needed",
                grounds.completeness() * 100,
                config.minCompleteness() * 100),
            "look at the agents page for what is not read; decide by hand meanwhile"));
    checks.add(
        always(
            "independent evidence",
            grounds.independent(),
            grounds.independence() + "; needed are two kinds, or one kind from two agents",
            "wait for another kind of evidence, or take it back by hand"));
    checks.add(
        always(
            "no shared cause",
            standing.sharedCause().isEmpty(),
            standing.sharedCause().isEmpty()
                ? "no other workload suffers with it"
                : "several workloads suffer from " + standing.sharedCause(),
            "mend what they share first"));
    checks.add(
        always(
            "instances are heard",
            !standing.feedDead(),
            standing.feedDead() ? "instances stopped reporting" : "every instance reports",
            "bring the agents back; what is not seen cannot be judged"));
  }

  private void ofPolicy(List<Check> checks) {
    boolean once = response.sentAtMillis() == null;
    checks.add(
        always(
            "never twice",
            once,
            once ? "it was not taken back before" : "it was taken back before: Tocsin never loops",
            "find out who deployed it again, and why"));
    boolean free = sentOfWorkload < config.perWorkloadAnHour() && sentOfAll < config.perHour();
    checks.add(
        always(
            "caps",
            free,
            "%d of %d rollbacks of this workload, %d of %d of all within the hour"
                .formatted(sentOfWorkload, config.perWorkloadAnHour(), sentOfAll, config.perHour()),
            "so many rollbacks have a cause of their own: look for it, and take back by hand"));
    checks.add(
        always(
            "armed",
            !killSwitch.stopped(),
            killSwitch.stopped()
                ? "all rollbacks were stopped by " + killSwitch.by()
                : "the kill switch is armed",
            "arm the kill switch again when the reason is gone"));
  }

  private void ofActing(List<Check> checks) {
    Grounds grounds = response.grounds();
    checks.add(acting("contrast", grounds.actable(), grounds.contrasted()));
    boolean strong = grounds.maxLogE() >= Math.log(config.actEvidence());
    checks.add(
        acting(
            "evidence to act",
            strong,
            String.format(
                Locale.ROOT,
                "evidence is %.3g, acting needs %.3g",
                Math.exp(Math.min(grounds.maxLogE(), 300)),
                config.actEvidence())));
    boolean earned = config.actWithoutRecord() || standing.rightInARow() >= config.recordNeeded();
    checks.add(
        acting(
            "earned",
            earned,
            config.actWithoutRecord()
                ? "acting without a record is allowed in the configuration"
                : "%d of %d right decisions in a row"
                    .formatted(standing.rightInARow(), config.recordNeeded())));
    boolean guarded = locks || config.soleCollector();
    checks.add(
        acting(
            "lock",
            guarded,
            locks
                ? "the platform refuses a write that comes too late"
                : guarded
                    ? "no lock, but this is declared to be the only collector"
                    : "the platform has no lock and this is not declared to be the only collector"));
  }

  private static Check always(String name, boolean ok, String detail, String safeWay) {
    return new Check(name, ok, Autonomy.ASK, detail, ok ? "" : safeWay);
  }

  private static Check acting(String name, boolean ok, String detail) {
    return new Check(name, ok, Autonomy.ACT, detail, ok ? "" : "a person may decide");
  }
}
