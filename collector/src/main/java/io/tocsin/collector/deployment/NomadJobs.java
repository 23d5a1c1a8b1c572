package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.tocsin.collector.deployment.NomadApi.Answer;
import io.tocsin.collector.deployment.NomadApi.Name;
import io.tocsin.collector.deployment.PlatformException.Fault;
import java.util.ArrayList;
import java.util.List;

/// Reads jobs and what belongs to them. Safe for use by many threads.
final class NomadJobs {
  private final NomadApi api;

  NomadJobs(NomadApi api) {
    this.api = api;
  }

  /// @throws PlatformException [Fault#NOT_FOUND] when there is no such job
  NomadJob job(Name name) {
    JsonNode json = ask(name, "");
    if (json.isMissingNode()) {
      throw new PlatformException(
          Fault.NOT_FOUND,
          "%s: nomad at %s has no such job".formatted(name.workload(), api.server()));
    }
    // Of a job that is gone meanwhile the former is `null`, the latter empty: both say nothing.
    return new NomadJob(name, json, ask(name, "/deployment"), ask(name, "/allocations"));
  }

  /// All that the server keeps, newest first: the last six, and those that were tagged.
  List<JsonNode> versions(Name name) {
    List<JsonNode> versions = new ArrayList<>();
    ask(name, "/versions").path("Versions").forEach(versions::add);
    return versions;
  }

  /// Why its newest evaluation that waits could not place everything; empty when none waits.
  String unplaced(Name name) {
    for (JsonNode evaluation : ask(name, "/evaluations")) {
      if (evaluation.path("Status").asText().equals("blocked")) {
        List<String> lacking = new ArrayList<>();
        for (JsonNode group : evaluation.path("FailedTGAllocs")) {
          group.path("DimensionExhausted").fieldNames().forEachRemaining(lacking::add);
          group.path("ConstraintFiltered").fieldNames().forEachRemaining(lacking::add);
        }
        return "no node can take it" + (lacking.isEmpty() ? "" : ": " + String.join(", ", lacking));
      }
    }
    return "";
  }

  /// Missing when it is not there.
  private JsonNode ask(Name name, String what) {
    Answer answer = api.get(name.namespace(), name.path() + what);
    if (answer.status() == 404) {
      return what.isEmpty() ? MissingNode.getInstance() : JsonNodeFactory.instance.objectNode();
    }
    if (!answer.ok()) {
      throw api.refused("GET", name.path() + what, answer);
    }
    return answer.body();
  }
}
