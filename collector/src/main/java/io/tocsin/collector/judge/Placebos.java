package io.tocsin.collector.judge;

import io.tocsin.collector.ingest.TemplateBook;
import io.tocsin.collector.window.SealedWindow;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Judges a release that never was, again and again: as if what runs had been deployed at a cut in
/// the past, held against what was learnt before the cut. How strong its evidence grows by chance
/// is what a before/after contrast is held against, since no theorem covers that one (STATISTICS
/// item 12). Pure; confined to one thread.
///
/// A placebo begins every third of the fast bake and lasts for one, so three run at once.
public final class Placebos {
  private static final int STEPS = 3;
  private static final int MAX_PAST = 14 * 24 * 6;
  private static final long DAY = 86_400_000;
  private static final long TIME_OF_DAY = 2 * 3_600_000;
  private static final long KEEP = 14 * DAY;
  private static final long MINUTE = 60_000;
  // A byte.
  private static final int MOST = 255;
  // A cut's minute and, a byte each, the tenths of a nat it reached by the end of each step.
  private static final int PAST_BYTES = Integer.BYTES + STEPS;

  private final JudgeConfig config;
  private List<Running> running;
  private final Deque<Past> past = new ArrayDeque<>();

  /// Everything placebos know, as plain values.
  ///
  /// @param running oldest first
  /// @param past that were watched to their end, oldest first, as bytes in Base64: there are 2,000
  public record State(List<Running> running, String past) {
    public static final State NONE = new State(List.of(), "");
  }

  /// One under way.
  ///
  /// @param maxLogE largest evidence so far
  /// @param reached the same at the end of each step that is over, in tenths of a nat, rounded up
  record Running(
      String release,
      long cutMillis,
      Standard standard,
      Tracks tracks,
      double maxLogE,
      List<Integer> reached) {}

  /// One that is over.
  ///
  /// @param reached largest evidence by the end of each third of the fast bake, tenths of a nat
  private record Past(long cutMillis, List<Integer> reached) {}

  private Placebos(JudgeConfig config, State state) {
    this.config = config;
    this.running = state.running;
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(state.past));
    while (bytes.remaining() >= PAST_BYTES) {
      long cut = bytes.getInt() * MINUTE;
      List<Integer> reached = new ArrayList<>();
      for (int step = 0; step < STEPS; step++) {
        reached.add(Byte.toUnsignedInt(bytes.get()));
      }
      past.addLast(new Past(cut, List.copyOf(reached)));
    }
  }

  public static Placebos restore(JudgeConfig config, State state) {
    return new Placebos(config, state);
  }

  public State snapshot() {
    ByteBuffer bytes = ByteBuffer.allocate(past.size() * PAST_BYTES);
    for (Past each : past) {
      bytes.putInt((int) (each.cutMillis / MINUTE));
      each.reached.forEach(tenths -> bytes.put((byte) (int) tenths));
    }
    return new State(running, Base64.getEncoder().encodeToString(bytes.array()));
  }

  /// Takes in a window in which nothing is on watch.
  ///
  /// @param baseline what was learnt of the release that runs, this window not included
  public void accept(
      SealedWindow window, TemplateBook book, Baseline baseline, Surroundings surroundings) {
    if (window.late()) {
      return;
    }
    List<Running> still = new ArrayList<>();
    for (Running each : running) {
      Running next = next(each, window, book, surroundings);
      if (next.reached.size() < STEPS) {
        still.add(next);
      } else if (next.tracks.alone() >= 0.75 * config.fastBakeMillis() / config.windowMillis()) {
        // One that saw nothing for a quarter of its time and more says nothing of chance.
        // By the minute, as it is kept: a restart must change nothing.
        past.addLast(new Past(next.cutMillis / MINUTE * MINUTE, next.reached));
      }
    }
    while (!past.isEmpty()
        && (past.size() > MAX_PAST || past.getFirst().cutMillis < window.endMillis() - KEEP)) {
      past.removeFirst();
    }
    long newest = still.isEmpty() ? 0 : still.getLast().cutMillis;
    if (window.endMillis() - newest >= step() && learnt(baseline)) {
      Standard standard = Standard.of(config, baseline);
      still.add(
          new Running(baseline.release(), window.endMillis(), standard, Tracks.NONE, 0, List.of()));
    }
    running = List.copyOf(still);
  }

  /// Something is released, or taken back: what is under way would see it.
  public void interrupt() {
    running = List.of();
  }

  /// What evidence as strong as `maxLogE` is worth.
  ///
  /// @param sinceMillis of the release
  /// @param atMillis when its evidence had grown so strong
  /// @param controls workloads that stayed calm
  /// @return null later than a fast bake after the release: no placebo was watched for as long
  public @Nullable Placebo against(double maxLogE, long sinceMillis, long atMillis, int controls) {
    long steps = StrictMath.max(1, (atMillis - sinceMillis + step() - 1) / step());
    if (steps > STEPS) {
      return null;
    }
    int cuts = 0;
    int asStrong = 0;
    for (Past each : past) {
      long apart = StrictMath.floorMod(sinceMillis - each.cutMillis, DAY);
      if (StrictMath.min(apart, DAY - apart) <= TIME_OF_DAY) {
        cuts++;
        asStrong += each.reached.get((int) steps - 1) >= StrictMath.min(MOST, 10 * maxLogE) ? 1 : 0;
      }
    }
    return new Placebo(cuts, asStrong, controls);
  }

  private Running next(
      Running running, SealedWindow window, TemplateBook book, Surroundings surroundings) {
    Tracks tracks = running.tracks;
    double maxLogE = running.maxLogE;
    if (surroundings.sharedCause() == null) {
      tracks =
          tracks
              .next(
                  config,
                  running.standard,
                  running.release,
                  "",
                  window,
                  book,
                  surroundings.anomalous())
              .bare();
      maxLogE = StrictMath.max(maxLogE, tracks.logE(running.standard));
    }
    List<Integer> reached = new ArrayList<>(running.reached);
    if (window.endMillis() - running.cutMillis >= (reached.size() + 1) * step()) {
      reached.add((int) StrictMath.min(MOST, StrictMath.ceil(10 * maxLogE)));
    }
    return new Running(
        running.release,
        running.cutMillis,
        running.standard,
        tracks,
        maxLogE,
        List.copyOf(reached));
  }

  private long step() {
    return config.fastBakeMillis() / STEPS;
  }

  private boolean learnt(Baseline baseline) {
    Baseline.State state = baseline.snapshot();
    return baseline.known() && state.untilMillis() - state.sinceMillis() >= config.fastBakeMillis();
  }
}
