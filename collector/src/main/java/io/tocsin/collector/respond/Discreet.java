package io.tocsin.collector.respond;

import io.tocsin.agent.redact.RedactConfig;
import io.tocsin.agent.redact.Redactor;
import io.tocsin.collector.deployment.Finding;
import io.tocsin.collector.deployment.Observation;
import io.tocsin.collector.deployment.Platform;
import io.tocsin.collector.deployment.PlatformException;
import io.tocsin.collector.deployment.Release;
import io.tocsin.collector.deployment.Rollout;
import io.tocsin.collector.deployment.Situation;
import io.tocsin.collector.deployment.Submission;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A platform whose words hold no secrets: what it says goes into the chain, which is never
/// rewritten, and into exports. A server may quote of a specification what it does not like.
final class Discreet implements Platform {
  private static final int KEY_BYTES = 32;
  // `Invalid value: "…"`, `{"name":"…","value":"…"}`, `Value:"…"`: how API servers quote variables.
  private static final Pattern VALUE =
      Pattern.compile(
          "(?i)(\\bvalue\"?\\s{0,4}[:=]\\s{0,4}\")(?:[^\"\\\\]|\\\\.)*+(?:\"|$)", Pattern.DOTALL);

  private final Platform platform;
  private final Redactor redactor;

  Discreet(Platform platform) {
    this.platform = platform;
    // Equal secrets need be equal only within one sentence: the key is nobody's business.
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    this.redactor = new Redactor(RedactConfig.standard(), key);
  }

  /// Text without the secrets that an agent would mask in a line, nor quoted values.
  synchronized String clean(String text) {
    return VALUE.matcher(redactor.redact(text)).replaceAll("$1…\"");
  }

  @Override
  public String name() {
    return platform.name();
  }

  @Override
  public boolean locks() {
    return platform.locks();
  }

  @Override
  public void watch(List<Release> known, Consumer<Observation> sink) {
    platform.watch(known, sink);
  }

  @Override
  public Situation look(String workload) {
    Situation seen = asked(() -> platform.look(workload));
    return new Situation(
        seen.workload(),
        seen.running(),
        seen.rolloutRunning(),
        cleanOrNull(seen.otherRollout()),
        seen.paused(),
        cleanOrNull(seen.owner()),
        seen.mark(),
        seen.desired(),
        seen.healthy(),
        seen.notes().stream().map(this::clean).toList(),
        seen.lock());
  }

  @Override
  public @Nullable String unreachable(Release target) {
    try {
      return cleanOrNull(platform.unreachable(target));
    } catch (PlatformException e) {
      throw cleaned(e);
    }
  }

  @Override
  public Submission rollBack(Release bad, Release target, Situation seen) {
    return switch (asked(() -> platform.rollBack(bad, target, seen))) {
      case Submission.Accepted accepted -> accepted;
      case Submission.Conflict(String changed) -> new Submission.Conflict(clean(changed));
      case Submission.Refused(String why, String safeWay) ->
          new Submission.Refused(clean(why), clean(safeWay));
    };
  }

  @Override
  public boolean sent(Release bad, Release target) {
    return asked(() -> platform.sent(bad, target));
  }

  @Override
  public Rollout progress(Release target) {
    Rollout rollout = asked(() -> platform.progress(target));
    return rollout instanceof Rollout.Failed(String why, int there, int healthy, int desired)
        ? new Rollout.Failed(clean(why), there, healthy, desired)
        : rollout;
  }

  @Override
  public List<Finding> examine() {
    return platform.examine();
  }

  @Override
  public void close() {
    platform.close();
  }

  private @Nullable String cleanOrNull(@Nullable String text) {
    return text == null ? null : clean(text);
  }

  private <T> T asked(Supplier<T> question) {
    try {
      return question.get();
    } catch (PlatformException e) {
      throw cleaned(e);
    }
  }

  private PlatformException cleaned(PlatformException e) {
    return new PlatformException(e.fault(), clean(String.valueOf(e.getMessage())), e);
  }
}
