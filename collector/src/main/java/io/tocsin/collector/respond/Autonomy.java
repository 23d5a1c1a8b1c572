package io.tocsin.collector.respond;

import java.util.Locale;

/// How much Tocsin may do for one workload by itself, from least to most.
public enum Autonomy {
  /// Notes what it would have done.
  OBSERVE,
  /// Says what it would do.
  RECOMMEND,
  /// Asks a person, and does it after a yes.
  ASK,
  /// Does it.
  ACT;

  /// One step less; the least stays.
  Autonomy lower() {
    return switch (this) {
      case OBSERVE, RECOMMEND -> OBSERVE;
      case ASK -> RECOMMEND;
      case ACT -> ASK;
    };
  }

  /// One step more; the most stays.
  Autonomy higher() {
    return switch (this) {
      case OBSERVE -> RECOMMEND;
      case RECOMMEND -> ASK;
      case ASK, ACT -> ACT;
    };
  }

  Autonomy atMost(Autonomy bound) {
    return compareTo(bound) <= 0 ? this : bound;
  }

  /// As people and programs read it.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
