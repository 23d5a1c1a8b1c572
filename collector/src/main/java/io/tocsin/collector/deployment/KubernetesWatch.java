package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import io.tocsin.collector.deployment.KubernetesApi.Answer;
import io.tocsin.collector.deployment.KubernetesApi.Lines;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One kind of object, listed and then watched for ever. A cut connection is taken up where it was
/// cut; what the server has forgotten meanwhile is listed anew, and what the list lacks is gone. A
/// pause follows each end, longer with each failure. An object that cannot be taken holds up no
/// other: it is told again by a list once the watch has ended.
final class KubernetesWatch implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(KubernetesWatch.class);
  private static final String PAGE = "500";
  private static final int GONE = 410;
  private static final int MAX_DOUBLINGS = 10;

  /// Where objects go; called by the thread of the watch.
  interface Sink {
    /// @param listed whether it may have been so for long
    void seen(JsonNode object, boolean listed);

    /// No longer there.
    default void gone(String uid) {}

    /// A list was told to its end.
    default void complete() {}
  }

  /// The watch ended otherwise than it should.
  private static final class Trouble extends Exception {
    private static final long serialVersionUID = 1;
    private final int status;
    private final Duration retryAfter;

    Trouble(String message, int status, Duration retryAfter) {
      super(message);
      this.status = status;
      this.retryAfter = retryAfter;
    }
  }

  private final KubernetesApi api;
  private final KubernetesConfig config;
  private final String path;
  private final Sink sink;
  private final ScheduledExecutorService timer;
  private final RandomGenerator random;

  // Confined to the one thread that runs.
  private final Set<String> present = new HashSet<>();
  private String version = "";
  private boolean untold;
  private int failures;
  private String trouble = "";

  /// @param path of all objects of the kind
  /// @param timer ends a watch that the server does not end
  /// @param random of the pauses: collectors that lost one server should not come back as one
  KubernetesWatch(
      KubernetesApi api,
      KubernetesConfig config,
      String path,
      Sink sink,
      ScheduledExecutorService timer,
      RandomGenerator random) {
    this.api = api;
    this.config = config;
    this.path = path;
    this.sink = sink;
    this.timer = timer;
    this.random = random;
  }

  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Duration atLeast = Duration.ZERO;
        try {
          if (version.isEmpty() || untold) {
            list();
          }
          follow();
        } catch (Trouble e) {
          atLeast = e.retryAfter;
          failed(e.status + " " + e.getMessage(), e.status == GONE);
        } catch (IOException | RuntimeException e) {
          failed(e.toString(), false);
        }
        pause(atLeast);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void list() throws Trouble {
    Set<String> listed = new HashSet<>();
    Map<String, String> query = new LinkedHashMap<>(Map.of("limit", PAGE));
    String at;
    String next;
    version = "";
    untold = false;
    do {
      Answer answer = api.get(path, query);
      if (!answer.ok()) {
        throw trouble(answer);
      }
      for (JsonNode object : answer.body().path("items")) {
        listed.add(uid(object));
        tell(object, true);
      }
      JsonNode metadata = answer.body().path("metadata");
      at = metadata.path("resourceVersion").asText();
      next = metadata.path("continue").asText();
      query.put("continue", next);
    } while (!next.isEmpty());
    for (String before : present) {
      if (!listed.contains(before)) {
        sink.gone(before);
      }
    }
    present.clear();
    present.addAll(listed);
    sink.complete();
    // Not before: there is nothing to go on from after a list that failed on its way.
    version = at;
  }

  private void tell(JsonNode object, boolean listed) {
    try {
      sink.seen(object, listed);
    } catch (RuntimeException e) {
      untold = true;
      log.warn(
          "kubernetes: {} of {} cannot be taken now; will be told again",
          object.path("metadata").path("name").asText(),
          path,
          e);
    }
  }

  private void follow() throws Trouble, IOException {
    Map<String, String> query =
        Map.of(
            "watch",
            "true",
            "allowWatchBookmarks",
            "true",
            "resourceVersion",
            version,
            "timeoutSeconds",
            String.valueOf(config.watchFor().toSeconds()));
    switch (api.watch(path, query)) {
      case Answer answer -> throw trouble(answer);
      case Lines lines -> {
        long longest = config.watchFor().plus(config.timeout()).toMillis();
        var end = timer.schedule(() -> cut(lines), longest, TimeUnit.MILLISECONDS);
        try (lines) {
          for (JsonNode event; (event = lines.next()) != null; ) {
            take(event);
            went();
          }
          went();
        } finally {
          end.cancel(false);
        }
      }
    }
  }

  private void take(JsonNode event) throws Trouble {
    JsonNode object = event.path("object");
    String type = event.path("type").asText();
    switch (type) {
      case "ADDED", "MODIFIED" -> {
        present.add(uid(object));
        tell(object, false);
      }
      case "DELETED" -> {
        present.remove(uid(object));
        sink.gone(uid(object));
      }
      case "BOOKMARK" -> {}
      // A watch that is too old is an answer of 200, with its 410 inside.
      case "ERROR" ->
          throw new Trouble(
              object.path("message").asText(), object.path("code").asInt(), Duration.ZERO);
      default -> throw new Trouble("unknown event " + type, 0, Duration.ZERO);
    }
    version = object.path("metadata").path("resourceVersion").asText(version);
  }

  private Trouble trouble(Answer answer) {
    return new Trouble(api.told("GET", path, answer), answer.status(), answer.retryAfter());
  }

  private void went() {
    failures = 0;
    if (!trouble.isEmpty()) {
      trouble = "";
      log.info("kubernetes: {} can be watched again", path);
    }
  }

  private void failed(String why, boolean stale) {
    failures++;
    if (stale) {
      version = "";
      return;
    }
    // The first words name the kind: versions and times in the rest differ each time.
    String kind = why.substring(0, Math.min(why.length(), 40));
    if (!kind.equals(trouble) && !Thread.currentThread().isInterrupted()) {
      trouble = kind;
      log.warn("kubernetes: {} cannot be watched: {}; will keep trying", path, why);
    }
  }

  private void pause(Duration atLeast) throws InterruptedException {
    long doubled =
        config.minPause().toMillis() << Math.min(Math.max(0, failures - 1), MAX_DOUBLINGS);
    long longest = Math.min(doubled, config.maxPause().toMillis());
    long drawn = longest / 2 + random.nextLong(longest / 2 + 1);
    long asked = Math.min(atLeast.toMillis(), config.maxPause().toMillis());
    Thread.sleep(Math.max(drawn, asked));
  }

  private static void cut(Lines lines) {
    try {
      lines.close();
    } catch (IOException e) {
      log.debug("a watch that was cut did not close cleanly", e);
    }
  }

  private static String uid(JsonNode object) {
    return object.path("metadata").path("uid").asText();
  }
}
