package io.tocsin.collector.web;

import com.fasterxml.jackson.annotation.JsonValue;
import io.tocsin.collector.deployment.Announcement;
import org.jspecify.annotations.Nullable;

/// What people may change. Each call either is done when it returns, durably, or throws [Refused]
/// and has changed nothing. The role was checked before. Called by many threads at once.
public interface Commands {
  /// Answers the question that a release asks.
  ///
  /// @param verdictHash what the person saw; refused when it is no longer so
  Done answer(Actor by, String workload, String release, Answer answer, String verdictHash);

  /// Keeps a pipeline's word that a release begins.
  Done announce(Announcement announcement);

  /// Stops all rollbacks, or arms them again.
  Done killSwitch(Actor by, boolean stopped);

  Done feedback(Actor by, String incident, Label label);

  /// Takes what a workload did in this time out of what it has learnt.
  ///
  /// @param untilMillis behind the last moment; after `fromMillis`, and not in the future
  Done unlearn(Actor by, String workload, long fromMillis, long untilMillis);

  /// Holds alerts of one workload back.
  ///
  /// @param incident only those of this incident; null for all
  /// @param forMillis 1 minute to 30 days
  Silence silence(Actor by, String workload, @Nullable String incident, long forMillis);

  Done unsilence(Actor by, String silence);

  /// Sends a dead letter again, under the webhook id it had.
  Done sendAgain(Actor by, String route, String webhookId);

  /// Sends a test message down each route.
  Done testAlert(Actor by);

  /// What was done, as people read it.
  record Done(String sentence) {}

  /// To a release that is to be taken back.
  enum Answer {
    TAKE_BACK("take-back"),
    KEEP("keep");

    private final String word;

    Answer(String word) {
      this.word = word;
    }

    @JsonValue
    public String word() {
      return word;
    }
  }

  /// Was it real?
  enum Label {
    REAL("real"),
    FALSE_ALARM("false-alarm"),
    EXPECTED("expected");

    private final String word;

    Label(String word) {
      this.word = word;
    }

    @JsonValue
    public String word() {
      return word;
    }
  }
}
