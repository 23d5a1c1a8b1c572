package io.tocsin.agent;

import io.tocsin.agent.instance.Discovery;
import io.tocsin.agent.tail.Progress;
import io.tocsin.agent.tail.StandardInput;
import io.tocsin.agent.tail.Tailer;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The service that is piped into the agent, `service 2>&1 | tocsin agent --stdin NAME`. When it
/// ends, so does the agent, once the collector has what was said. Confined to the agent's loop.
final class Pipe {

  /// How long a collector that cannot be reached is waited for behind the last window; the spool
  /// keeps the rest.
  private static final long GRACE_MILLIS = 30_000;

  private final StandardInput input;
  private final String instance;
  private final Discovery discovery;
  private long dropped;
  private long readAt;

  /// @param data the agent's directory; the lines are kept in `stdin/NAME.log` there
  Pipe(InputStream in, Path data, String name, String host, long nowMillis) {
    Path log = data.resolve("stdin").resolve(name + ".log");
    this.input = new StandardInput(in, log);
    this.discovery = Discovery.standardInput(name, host, nowMillis, log, input::ended);
    this.instance = discovery.look().running().getFirst().instance().id();
  }

  Discovery discovery() {
    return discovery;
  }

  /// Reads on; called after what runs was looked at.
  void pass(Tailer tailer) {
    input.begin();
    Progress progress = tailer.progress(instance);
    input.read(progress.bytesRead());
    long now = input.dropped();
    if (now > dropped) {
      tailer.dropped(instance, "standard-input", now - dropped);
      dropped = now;
    }
  }

  /// Whether it has ended, its last line is in a sealed window, and the collector has all of them
  /// or could not be reached for half a minute since.
  ///
  /// @param sealedUntil end of the newest sealed window, epoch milliseconds
  /// @param waiting what the collector has not acknowledged
  boolean over(Tailer tailer, long sealedUntil, long waiting, long nowMillis) {
    if (!input.ended() || tailer.reads(instance)) {
      return false;
    }
    if (readAt == 0) {
      readAt = nowMillis;
    }
    return sealedUntil > readAt && (waiting == 0 || nowMillis - sealedUntil > GRACE_MILLIS);
  }

  List<String> unreadable() {
    return Stream.ofNullable(input.trouble()).toList();
  }
}
