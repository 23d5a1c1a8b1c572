package io.tocsin.agent.redact;

import io.tocsin.agent.instance.Instance;

/// A line with secrets masked. Only `redact` can make one, so templates, disk and wire are clean by
/// construction.
public final class CleanLine {

  private final Instance instance;
  private final String text;
  private final long timeMillis;
  private final boolean stamped;
  private final boolean ascii;

  CleanLine(Instance instance, String text, long timeMillis, boolean stamped, boolean ascii) {
    this.instance = instance;
    this.text = text;
    this.timeMillis = timeMillis;
    this.stamped = stamped;
    this.ascii = ascii;
  }

  public Instance instance() {
    return instance;
  }

  /// The text; a masked secret reads `<secret:kind:hash>`.
  public String text() {
    return text;
  }

  /// Epoch milliseconds; see [io.tocsin.agent.tail.RawLine].
  public long timeMillis() {
    return timeMillis;
  }

  public boolean stamped() {
    return stamped;
  }

  /// Whether every character is known to be ASCII; false says nothing.
  public boolean ascii() {
    return ascii;
  }
}
