package io.tocsin.agent.window;

import io.tocsin.agent.template.Login;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Attempts to log in to one instance in one window.
///
/// @param counts at most [#MAX], in the order in which they first came
/// @param leftOut attempts beyond that bound
public record Logins(List<LoginCount> counts, long leftOut) {
  public static final Logins NONE = new Logins(List.of(), 0);
  static final int MAX = 100;

  public Logins {
    counts = List.copyOf(counts);
  }

  boolean isEmpty() {
    return counts.isEmpty() && leftOut == 0;
  }

  /// Attempts that agree in everything.
  ///
  /// @param user empty when the line names none, or there was no room for it
  public record LoginCount(
      String source, String user, Login.Kind kind, boolean accepted, long count) {}

  /// Counts them. Confined to one thread.
  static final class Tally {
    private final Map<LoginCount, Long> counts = new LinkedHashMap<>();
    private long leftOut;

    void add(Login login) {
      add(new LoginCount(login.source(), login.user(), login.kind(), login.accepted(), 1));
    }

    void add(Logins others) {
      others.counts.forEach(this::add);
      leftOut += others.leftOut;
    }

    Logins logins() {
      List<LoginCount> rows = new ArrayList<>();
      counts.forEach((key, count) -> rows.add(counted(key, key.user(), count)));
      return new Logins(rows, leftOut);
    }

    private void add(LoginCount more) {
      LoginCount key = counted(more, more.user(), 0);
      // One source with a list of names must not push out the others: beyond half the room the
      // names of failures are let go.
      if (counts.size() >= MAX / 2 && !more.accepted() && !counts.containsKey(key)) {
        key = counted(more, "", 0);
      }
      if (counts.size() >= MAX && !counts.containsKey(key)) {
        leftOut += more.count();
      } else {
        counts.merge(key, more.count(), Long::sum);
      }
    }

    private static LoginCount counted(LoginCount like, String user, long count) {
      return new LoginCount(like.source(), user, like.kind(), like.accepted(), count);
    }
  }
}
