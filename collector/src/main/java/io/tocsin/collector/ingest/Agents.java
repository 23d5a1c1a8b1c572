package io.tocsin.collector.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.collector.store.StateStore;
import io.tocsin.collector.store.StateStore.Change;
import io.tocsin.collector.store.StateStore.Table;
import io.tocsin.v1.AgentStatus;
import io.tocsin.v1.Batch;
import io.tocsin.v1.Flow;
import io.tocsin.v1.Hello;
import io.tocsin.v1.WindowSummary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Which agent stands where: the newest durable sequence, kept beside the log in the same write,
/// and who is connected. Safe for use by many threads.
final class Agents {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PREFIX = "agent/";

  private final int maxAgents;
  private final TreeMap<String, Known> agents = new TreeMap<>();

  /// What is kept of one agent.
  record Standing(
      String id,
      long epoch,
      long sequence,
      String host,
      String version,
      long lines,
      long windows,
      long missed,
      long heardMillis) {}

  private static final class Known {
    Standing standing;
    @Nullable Object stream;
    boolean writing;
    Skew skew = Skew.UNKNOWN;
    long heardMillis;
    List<String> instances = List.of();
    AgentStatus status = AgentStatus.getDefaultInstance();
    Flow flow = Flow.getDefaultInstance();
    long linesThen;
    long windowsThen;

    Known(Standing standing) {
      this.standing = standing;
      this.heardMillis = standing.heardMillis();
    }
  }

  Agents(StateStore store, int maxAgents) {
    this.maxAgents = maxAgents;
    store.scan(
        Table.SETTINGS,
        bytes(PREFIX),
        bytes("agent0"), // the character behind '/'
        (key, value) -> {
          Standing standing = parse(value);
          agents.put(standing.id(), new Known(standing));
          return true;
        });
  }

  /// Binds a stream to an agent's name.
  ///
  /// @return null when it is bound, else why not
  synchronized @Nullable String connect(Hello hello, Object stream, long nowMillis) {
    Known known = agents.get(hello.getAgentId());
    if (known != null && known.stream != null) {
      return "agent %s is already connected from %s; give each agent its own agent.id and data directory"
          .formatted(hello.getAgentId(), known.standing.host());
    }
    if (known != null && known.writing) {
      // Bound now it would be told to send again what is about to be durable, and count twice.
      return "the last batch of agent %s is still being written; try again"
          .formatted(hello.getAgentId());
    }
    if (known == null && agents.size() >= maxAgents) {
      return "already %d agents; raise listen.max-agents".formatted(maxAgents);
    }
    if (known == null || known.standing.epoch() != hello.getEpoch()) {
      known =
          new Known(
              new Standing(
                  hello.getAgentId(),
                  hello.getEpoch(),
                  0,
                  hello.getHost(),
                  hello.getVersion(),
                  0,
                  0,
                  0,
                  nowMillis));
      agents.put(hello.getAgentId(), known);
    }
    known.stream = stream;
    known.heardMillis = nowMillis;
    known.skew = Skew.UNKNOWN.measured(hello.getClockEpochMs() - nowMillis);
    return null;
  }

  synchronized void disconnect(String agent, Object stream) {
    Known known = agents.get(agent);
    if (known != null && Objects.equals(known.stream, stream)) {
      known.stream = null;
    }
  }

  /// Newest durable sequence.
  synchronized long sequence(String agent) {
    Known known = agents.get(agent);
    return known == null ? 0 : known.standing.sequence();
  }

  /// Its clock less ours, as its newest messages show it.
  synchronized long skewMillis(String agent) {
    return known(agent).skew.millis();
  }

  /// The standing after a batch, to be written with it; [#received] or [#refused] must follow.
  synchronized Standing after(String agent, Batch batch, long missed, long nowMillis) {
    Known known = known(agent);
    known.writing = true;
    Standing before = known.standing;
    long lines = 0;
    for (WindowSummary window : batch.getWindowsList()) {
      lines += window.getCompleteness().getLinesParsed();
    }
    return new Standing(
        agent,
        before.epoch(),
        batch.getSequence(),
        before.host(),
        before.version(),
        before.lines() + lines,
        before.windows() + batch.getWindowsCount(),
        before.missed() + missed,
        nowMillis);
  }

  static Change change(Standing standing) {
    return new Change(Table.SETTINGS, bytes(PREFIX + standing.id()), json(standing));
  }

  /// The batch, and its standing with it, is durable.
  synchronized void received(Standing standing, Batch batch) {
    Known known = known(standing.id());
    known.writing = false;
    known.standing = standing;
    known.heardMillis = standing.heardMillis();
    known.status = batch.getStatus();
    if (batch.getWindowsCount() > 0) {
      known.instances =
          batch.getWindowsList().stream().map(window -> window.getInstance().getId()).toList();
    }
  }

  /// The batch could not be written.
  synchronized void refused(String agent) {
    known(agent).writing = false;
  }

  synchronized void heard(String agent, long agentMillis, AgentStatus status, long nowMillis) {
    Known known = agents.get(agent);
    if (known != null) {
      known.heardMillis = nowMillis;
      known.skew = known.skew.measured(agentMillis - nowMillis);
      known.status = status;
      // What was here when it said so: the two are held against each other.
      known.flow = status.getFlow();
      known.linesThen = known.standing.lines();
      known.windowsThen = known.standing.windows();
    }
  }

  synchronized Collection<AgentView> views() {
    return agents.values().stream()
        .map(known ->
            new AgentView(
                known.standing.id(),
                known.standing.host(),
                known.standing.version(),
                known.stream != null,
                known.heardMillis,
                known.skew.millis(),
                known.standing.lines(),
                known.standing.windows(),
                known.standing.missed(),
                known.instances,
                known.status,
                new AgentView.Account(known.flow, known.windowsThen, known.linesThen)))
        .toList();
  }

  private Known known(String agent) {
    Known known = agents.get(agent);
    if (known == null) {
      throw new IllegalStateException("agent " + agent + " has not said Hello");
    }
    return known;
  }

  private static Standing parse(byte[] value) {
    try {
      return JSON.readValue(value, Standing.class);
    } catch (IOException e) {
      throw new IllegalStateException("the kept standing of an agent is damaged", e);
    }
  }

  private static byte[] json(Standing standing) {
    try {
      return JSON.writeValueAsBytes(standing);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
