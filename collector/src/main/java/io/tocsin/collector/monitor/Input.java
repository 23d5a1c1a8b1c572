package io.tocsin.collector.monitor;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.tocsin.collector.deployment.Observation;
import io.tocsin.collector.deployment.Placement;
import io.tocsin.collector.deployment.ReleaseEvent;
import io.tocsin.collector.ingest.Arrival;
import io.tocsin.collector.ingest.InputLog;

/// Everything the state machines ever read, as it stands in the log.
sealed interface Input {

  /// An agent's batch.
  record Arrived(Arrival arrival) implements Input {}

  /// What a platform noticed.
  record Observed(Observation observation) implements Input {}

  /// A fit is done; the models are a blob under its hash.
  ///
  /// @param hash empty when the fit failed
  record Fitted(String workload, String hash) implements Input {}

  /// What a workload did in this time is no normal.
  ///
  /// @param untilMillis behind the last moment
  record Unlearnt(String workload, long fromMillis, long untilMillis) implements Input {}

  /// Time passes.
  record Tick() implements Input {}

  static Input of(InputLog.Entry entry) {
    return switch (entry.kind()) {
      case BATCH -> new Arrived(Arrival.decode(entry.payload()));
      case OBSERVATION -> new Observed(Json.read(entry.payload(), Envelope.class).observation());
      case MODEL -> Json.read(entry.payload(), Fitted.class);
      case TICK -> new Tick();
      case UNLEARN -> Json.read(entry.payload(), Unlearnt.class);
    };
  }

  /// The payload of an [InputLog.Kind#OBSERVATION].
  static byte[] encode(Observation observation) {
    return Json.write(
        switch (observation) {
          case ReleaseEvent event -> new Envelope.Released(event);
          case Placement placement -> new Envelope.Placed(placement);
        });
  }

  /// How an observation stands in the log.
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Envelope.Released.class, name = "release"),
    @JsonSubTypes.Type(value = Envelope.Placed.class, name = "placement")
  })
  sealed interface Envelope {
    Observation observation();

    record Released(ReleaseEvent event) implements Envelope {
      @Override
      public Observation observation() {
        return event;
      }
    }

    record Placed(Placement placement) implements Envelope {
      @Override
      public Observation observation() {
        return placement;
      }
    }
  }
}
