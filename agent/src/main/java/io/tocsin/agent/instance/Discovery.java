package io.tocsin.agent.instance;

import java.util.List;

/// Finds what runs here. Confined to the agent's loop; a look takes milliseconds, reads disk only
/// and never throws: what it may not read it lists.
public interface Discovery {

  /// What runs now, in a stable order.
  Look look();

  /// One look around.
  ///
  /// @param running the instances found
  /// @param unreadable what was not readable and why, one sentence each; at most 50
  record Look(List<Running> running, List<String> unreadable) {
    public Look {
      running = List.copyOf(running);
      unreadable = List.copyOf(unreadable);
    }
  }
}
