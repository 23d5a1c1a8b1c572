package io.tocsin.collector.respond;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What Tocsin did about one regressed release, or did not and why. Immutable; the newest is what
/// the page shows.
///
/// @param workload key
/// @param release id of the release judged bad
/// @param releaseName what people call it
/// @param baseline id of the release to go back to
/// @param autonomy in force when it was decided, after demotions and bounds
/// @param state where it stands
/// @param sentence what people read
/// @param deadlineMillis until when a question can be answered, or a rollout may take; null when
///   nothing runs out
/// @param preflight checks as last made
/// @param steps what was done, oldest first; each was on disk before it was done
/// @param grounds the part of the verdict that the checks need
/// @param verdict the verdict decided on, as JSON
/// @param verdictHash SHA-256 of the workload and `verdict`, hex: what an answer must carry
/// @param rolledBackAtMillis when every instance ran the target again; null when that is not so
/// @param verifiedAtMillis when it was known whether that helped; null while it is not
public record Response(
    String workload,
    String release,
    String releaseName,
    String baseline,
    Autonomy autonomy,
    State state,
    String sentence,
    @Nullable Long deadlineMillis,
    List<Check> preflight,
    List<Step> steps,
    Grounds grounds,
    String verdict,
    String verdictHash,
    @Nullable Long rolledBackAtMillis,
    @Nullable Long verifiedAtMillis) {

  public Response {
    preflight = List.copyOf(preflight);
    steps = List.copyOf(steps);
  }

  /// Where a response stands.
  public enum State {
    /// Regressed; the preflight is under way.
    DECIDED,
    /// Autonomy allows no more than to note it.
    NOT_ASKED,
    /// Said what it would do.
    RECOMMENDED,
    /// Waits for a person.
    ASKED,
    /// The preflight says no; tried again with each new judgement.
    REFUSED,
    /// Being sent: it may or may not have reached the platform.
    SENDING,
    /// Accepted by the platform.
    RUNNING,
    /// Every instance runs the target; the monitor verifies.
    ROLLED_BACK,
    HELPED,
    DID_NOT_HELP,
    MADE_WORSE,
    /// The platform did not get there.
    FAILED,
    /// Nobody answered in time.
    EXPIRED,
    /// A person said keep.
    KEPT,
    /// The verdict changed before anything was sent.
    WITHDRAWN,
    /// Somebody else changed the release first.
    ANSWERED_ELSEWHERE;

    /// As people and programs read it.
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /// Nothing was sent yet, and new judgements may still change what is done.
    boolean open() {
      return switch (this) {
        case DECIDED, NOT_ASKED, RECOMMENDED, ASKED, REFUSED, WITHDRAWN -> true;
        case SENDING,
            RUNNING,
            ROLLED_BACK,
            HELPED,
            DID_NOT_HELP,
            MADE_WORSE,
            FAILED,
            EXPIRED,
            KEPT,
            ANSWERED_ELSEWHERE ->
            false;
      };
    }
  }

  /// One condition of a rollback.
  ///
  /// @param check stable name
  /// @param ok whether it holds
  /// @param needed from which autonomy on a failure stops; `ACT` means a person may still say yes
  /// @param detail what was expected and found
  /// @param safeWay what a person can do instead; empty when it holds
  public record Check(String check, boolean ok, Autonomy needed, String detail, String safeWay) {}

  /// One thing done.
  ///
  /// @param name `decided`, `preflight`, `asked`, `answered`, `sent`, `accepted`, `rolled out`,
  ///   `verified`, `stopped`
  /// @param state `done`, `running`, `failed`
  public record Step(String name, String state, long atMillis, String detail) {}

  /// `helped`, `did not help`, `made worse`; null while that is not known.
  public @Nullable String outcome() {
    return switch (state) {
      case HELPED, DID_NOT_HELP, MADE_WORSE -> state.word();
      case DECIDED,
          NOT_ASKED,
          RECOMMENDED,
          ASKED,
          REFUSED,
          SENDING,
          RUNNING,
          ROLLED_BACK,
          FAILED,
          EXPIRED,
          KEPT,
          WITHDRAWN,
          ANSWERED_ELSEWHERE ->
          null;
    };
  }

  /// Whether it ended in a way that Tocsin cannot mend: the incident goes to a person.
  public boolean needsPerson() {
    return state == State.DID_NOT_HELP || state == State.MADE_WORSE || state == State.FAILED;
  }

  /// When a rollback was sent that reached the platform, or may have; null when none was.
  @Nullable Long sentAtMillis() {
    return steps.stream()
        .filter(step -> step.name().equals("sent") && !step.state().equals("failed"))
        .map(Step::atMillis)
        .findFirst()
        .orElse(null);
  }

  /// Times that a rollback was sent and did not reach the platform.
  int lostSends() {
    return (int)
        steps.stream().filter(s -> s.name().equals("sent") && s.state().equals("failed")).count();
  }

  /// Whether a person said yes, and nothing has stopped it since.
  boolean approved() {
    boolean approved = false;
    for (Step step : steps) {
      approved = step.name().equals("answered") || (approved && !step.name().equals("stopped"));
    }
    return approved;
  }

  /// Whether nothing that anybody decides on differs: numbers may.
  boolean asks(Response other) {
    return state == other.state
        && autonomy == other.autonomy
        && verdictHash.equals(other.verdictHash)
        && failed().equals(other.failed());
  }

  private List<String> failed() {
    return preflight.stream().filter(check -> !check.ok()).map(Check::check).toList();
  }

  Response in(State state, String sentence) {
    return with(autonomy, state, sentence, null, preflight, steps, rolledBackAtMillis);
  }

  Response checked(Autonomy autonomy, List<Check> preflight) {
    return with(autonomy, state, sentence, deadlineMillis, preflight, steps, rolledBackAtMillis);
  }

  Response until(long deadlineMillis) {
    return with(autonomy, state, sentence, deadlineMillis, preflight, steps, rolledBackAtMillis);
  }

  /// A step of the same name that is the last one is replaced: a question asked again with each
  /// judgement is one step.
  Response step(String name, String stepState, long atMillis, String detail) {
    List<Step> more = new ArrayList<>(steps);
    if (!more.isEmpty() && more.getLast().name().equals(name)) {
      more.removeLast();
    }
    more.add(new Step(name, stepState, atMillis, detail));
    return with(autonomy, state, sentence, deadlineMillis, preflight, more, rolledBackAtMillis);
  }

  Response rolledBack(long atMillis) {
    return with(autonomy, state, sentence, null, preflight, steps, atMillis);
  }

  Response verified(long atMillis) {
    return new Response(
        workload,
        release,
        releaseName,
        baseline,
        autonomy,
        state,
        sentence,
        null,
        preflight,
        steps,
        grounds,
        verdict,
        verdictHash,
        rolledBackAtMillis,
        atMillis);
  }

  /// The same response on a newer verdict.
  Response on(String baseline, Grounds grounds, String verdict, String verdictHash) {
    return new Response(
        workload,
        release,
        releaseName,
        baseline,
        autonomy,
        state,
        sentence,
        deadlineMillis,
        preflight,
        steps,
        grounds,
        verdict,
        verdictHash,
        rolledBackAtMillis,
        verifiedAtMillis);
  }

  private Response with(
      Autonomy autonomy,
      State state,
      String sentence,
      @Nullable Long deadlineMillis,
      List<Check> preflight,
      List<Step> steps,
      @Nullable Long rolledBackAtMillis) {
    return new Response(
        workload,
        release,
        releaseName,
        baseline,
        autonomy,
        state,
        sentence,
        deadlineMillis,
        preflight,
        steps,
        grounds,
        verdict,
        verdictHash,
        rolledBackAtMillis,
        verifiedAtMillis);
  }
}
