package io.tocsin.collector.judge;

import io.tocsin.collector.ingest.TemplateBook;
import io.tocsin.collector.window.SealedWindow;
import io.tocsin.collector.window.SealedWindow.InstanceWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// After a rollback: did what carried the verdict fade on the restored instances? Pure; confined to
/// one thread. Restored are the instances of the old release that did not run beside the bad one,
/// past their start-up; while none reports there is no answer.
public final class Verification {

  private static final double CARRIES = StrictMath.log(10);
  private static final double ENOUGH = StrictMath.log(20);
  private static final double CAP = 0.5;
  // What fell but had too few requests to prove it is watched on for so many times as long: a
  // rollback that helped must not be called useless for want of traffic.
  private static final int PATIENCE = 4;

  private final JudgeConfig config;
  private State now;

  /// What was found, and its sentence.
  public record Result(VerificationOutcome outcome, String sentence) {}

  /// Everything a verification knows, as plain values.
  ///
  /// @param baseline id of the restored release
  /// @param rolledBackMillis when the platform had taken the bad release back
  /// @param ranBeside ids of the old instances that ran beside the bad release
  /// @param watches a signal each
  public record State(
      String baseline,
      long rolledBackMillis,
      TreeSet<String> ranBeside,
      Probe probe,
      List<Watch> watches) {}

  /// One signal.
  ///
  /// @param carrier whether it carried the verdict
  /// @param bad rate or level of the bad release
  /// @param half between the old release's and the bad one's
  /// @param worse beyond the bad one's by the margin; 0 when not watched
  record Watch(
      String signal,
      boolean carrier,
      double old,
      double bad,
      double half,
      double worse,
      double phi,
      LimitEvidence faded,
      LimitEvidence risen,
      BettingEvidence sunk,
      double events,
      double exposure) {

    /// Whether it is still nearer to the bad release than to the old one.
    boolean stays() {
      return exposure > 0 && !refuted() && events / exposure >= half;
    }

    boolean refuted() {
      return StrictMath.max(faded.logE(), sunk.logE()) >= ENOUGH;
    }
  }

  private record Sums(double events, double exposure) {}

  private Verification(JudgeConfig config, State state) {
    this.config = config;
    this.now = state;
  }

  /// @param bad the verdict that led to the rollback
  /// @param baseline what the restored release looked like before
  public static Verification begin(
      JudgeConfig config, Verdict bad, Baseline baseline, long rolledBackMillis) {
    Standard standard = Standard.of(config, baseline);
    double most = bad.evidence().stream().mapToDouble(Evidence::logE).max().orElse(0);
    double bar = StrictMath.min(CARRIES, most);
    TreeSet<String> ranBeside = new TreeSet<>();
    List<Watch> watches = new ArrayList<>();
    for (Evidence evidence : bad.evidence()) {
      evidence.perInstance().stream()
          .filter(part -> !part.isNew())
          .forEach(part -> ranBeside.add(part.instance()));
      boolean carrier = evidence.logE() >= bar && evidence.logE() > 0;
      if (carrier || evidence.group().equals("primary")) {
        watches.add(watch(config, standard, evidence, carrier));
      }
    }
    return new Verification(
        config,
        new State(
            bad.baseline(), rolledBackMillis, ranBeside, standard.probe(), List.copyOf(watches)));
  }

  private static Watch watch(
      JudgeConfig config, Standard standard, Evidence evidence, boolean carrier) {
    boolean level = evidence.exposure().equals("blocks");
    double bad =
        level ? evidence.newEvents() : evidence.newEvents() / positive(evidence.newExposure());
    double old =
        level ? evidence.oldEvents() : evidence.oldEvents() / positive(evidence.oldExposure());
    Primary primary = primary(evidence.signal());
    CountReference reference = primary == null ? standard.novel() : standard.counts().get(primary);
    double phi = reference == null ? 1 : reference.phi();
    double usual = reference == null ? old : StrictMath.max(old, reference.rate());
    double slack = reference == null ? config.excess() : reference.slack();
    double half = level ? (old + bad) / 2 : StrictMath.max((old + bad) / 2, 1e-9);
    double worse =
        primary == null
            ? 0
            : StrictMath.max(StrictMath.max(bad, usual) * config.rho0(), bad + slack);
    return new Watch(
        evidence.signal(),
        carrier,
        old,
        bad,
        half,
        worse,
        phi,
        LimitEvidence.BELOW,
        LimitEvidence.ABOVE,
        BettingEvidence.NONE,
        0,
        0);
  }

  public static Verification restore(JudgeConfig config, State state) {
    return new Verification(config, state);
  }

  public State snapshot() {
    return now;
  }

  /// Takes in the next window; the result as soon as there is one.
  public Optional<Result> accept(SealedWindow window, TemplateBook book) {
    if (window.late() || window.startMillis() < now.rolledBackMillis) {
      return Optional.empty();
    }
    List<InstanceWindow> restored =
        window.instances().stream()
            .filter(part -> part.release().equals(now.baseline) && !part.summary().catchUp())
            .filter(part -> !now.ranBeside.contains(part.instance()))
            .filter(part -> part.ageMillis() < 0 || part.ageMillis() >= config.startUpMillis())
            .toList();
    List<Watch> watches = new ArrayList<>();
    for (Watch watch : now.watches) {
      watches.add(next(watch, restored, book));
    }
    now =
        new State(
            now.baseline, now.rolledBackMillis, now.ranBeside, now.probe, List.copyOf(watches));
    return result(window.endMillis());
  }

  private Watch next(Watch watch, List<InstanceWindow> restored, TemplateBook book) {
    boolean level = watch.signal.startsWith("metric:") || watch.signal.equals(Standard.MODELS);
    Sums sums = level ? levels(watch.signal, restored) : counts(watch.signal, restored, book);
    if (sums.exposure <= 0) {
      return watch;
    }
    LimitEvidence faded = watch.faded;
    LimitEvidence risen = watch.risen;
    BettingEvidence sunk = watch.sunk;
    if (level) {
      double room = positive(watch.half - watch.old);
      double difference = (watch.half - sums.events / sums.exposure) / room;
      sunk = sunk.next(BettingEvidence.clip(difference), CAP);
    } else {
      faded = faded.next(sums.events, sums.exposure, watch.half, watch.half / 2, watch.phi);
      risen =
          watch.worse > 0
              ? risen.next(sums.events, sums.exposure, watch.worse, watch.worse, watch.phi)
              : risen;
    }
    return new Watch(
        watch.signal,
        watch.carrier,
        watch.old,
        watch.bad,
        watch.half,
        watch.worse,
        watch.phi,
        faded,
        risen,
        sunk,
        watch.events + sums.events,
        watch.exposure + sums.exposure);
  }

  private static Sums levels(String signal, List<InstanceWindow> restored) {
    double sum = 0;
    double count = 0;
    for (InstanceWindow part : restored) {
      Double value = Probe.level(signal.replaceFirst("^metric:", ""), part);
      if (value != null) {
        sum += value;
        count++;
      }
    }
    return new Sums(sum, count);
  }

  private Sums counts(String signal, List<InstanceWindow> restored, TemplateBook book) {
    Primary primary = primary(signal);
    double events = 0;
    double exposure = 0;
    for (InstanceWindow part : restored) {
      if (primary != null) {
        Probe.Sample sample = now.probe.of(primary, part, Probe.Life.RESTORED);
        events += sample == null ? 0 : sample.events();
        exposure += sample == null ? 0 : sample.exposure();
      } else {
        long id = Long.parseUnsignedLong(signal.substring("template:".length()), 16);
        SortedMap<Long, Double> errors = new TreeMap<>(Probe.errors(part.summary(), book));
        events += errors.containsKey(book.canonical(id)) ? 1 : 0;
        exposure += Probe.seconds(part);
      }
    }
    return new Sums(events, exposure);
  }

  private Optional<Result> result(long atMillis) {
    for (Watch watch : now.watches) {
      if (watch.risen.logE() >= ENOUGH) {
        return Optional.of(
            new Result(
                VerificationOutcome.MADE_WORSE,
                "It made things worse. %s rose from %.3g to %.3g. Tocsin stopped here."
                    .formatted(watch.signal, watch.bad, watch.events / watch.exposure)));
      }
    }
    List<Watch> carriers = now.watches.stream().filter(Watch::carrier).toList();
    // The models' share is no signal of its own: it follows from the others.
    List<Watch> own =
        carriers.stream().filter(watch -> !watch.signal.equals(Standard.MODELS)).toList();
    String names = String.join(", ", own.stream().map(Watch::signal).toList());
    if (!own.isEmpty() && own.stream().allMatch(Watch::refuted)) {
      return Optional.of(
          new Result(
              VerificationOutcome.HELPED,
              "It helped. %s faded on what was restored.".formatted(names)));
    }
    long since = atMillis - now.rolledBackMillis;
    boolean heard = own.stream().anyMatch(watch -> watch.exposure > 0);
    if (!heard || since < config.verifyMillis()) {
      return Optional.empty();
    }
    List<Watch> stayed = own.stream().filter(Watch::stays).toList();
    if (!stayed.isEmpty()) {
      return Optional.of(
          new Result(
              VerificationOutcome.DID_NOT_HELP,
              "It did not help. %s stayed. The release was not the cause. Tocsin stopped here."
                  .formatted(String.join(", ", stayed.stream().map(Watch::signal).toList()))));
    }
    if (since < PATIENCE * config.verifyMillis()) {
      return Optional.empty();
    }
    return Optional.of(
        new Result(
            VerificationOutcome.DID_NOT_HELP,
            "Nobody can say that it helped. %s fell, on too little to be sure of it. Tocsin stopped here."
                .formatted(names)));
  }

  private static @Nullable Primary primary(String signal) {
    for (Primary primary : Primary.values()) {
      if (primary.signal().equals(signal)) {
        return primary;
      }
    }
    return null;
  }

  private static double positive(double value) {
    return StrictMath.max(value, 1e-9);
  }
}
