package io.tocsin.agent.window;

import java.util.function.LongSupplier;

/// The host's clock made monotonic: it follows a step forward at once and works off a step back by
/// running at nine tenths of its speed, so that no window is ever opened twice. Confined to one
/// thread.
public final class HostClock implements LongSupplier {
  // A tenth: an hour's step back is worked off in ten hours, and no window is more than 11 % too
  // long.
  private static final long SLEW = 10;

  private final LongSupplier wallMillis;
  private final LongSupplier nanos;
  private long lastNanos;
  private double millis;

  /// @param wallMillis epoch milliseconds, may step
  /// @param nanos monotonic nanoseconds
  public HostClock(LongSupplier wallMillis, LongSupplier nanos) {
    this.wallMillis = wallMillis;
    this.nanos = nanos;
    this.lastNanos = nanos.getAsLong();
    this.millis = wallMillis.getAsLong();
  }

  /// Epoch milliseconds; never less than the answer before.
  @Override
  public long getAsLong() {
    long now = nanos.getAsLong();
    double elapsed = (now - lastNanos) / 1e6;
    lastNanos = now;
    double wall = wallMillis.getAsLong();
    double ahead = millis + elapsed - wall;
    millis = ahead <= 0 ? wall : millis + elapsed - Math.min(ahead, elapsed / SLEW);
    return (long) millis;
  }

  /// How far it runs ahead of the host's clock, in milliseconds; 0 unless the host stepped back.
  public long aheadMillis() {
    return Math.max(0, (long) millis - wallMillis.getAsLong());
  }
}
