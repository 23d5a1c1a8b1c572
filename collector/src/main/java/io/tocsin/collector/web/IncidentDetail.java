package io.tocsin.collector.web;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One incident: what fails, the release that explains it, who was told.
///
/// @param incident as in the list
/// @param riskWords what the risk is made of, e.g. "Severity high, impact 30 %, evidence 2,438."
/// @param does what Tocsin does now, e.g. "Waits for an answer"
/// @param speaksFor the release as the cause, strongest first, at most 12
/// @param speaksAgainst at most 12
/// @param grouped anomalies taken together, the source first, at most 50
/// @param deployed what was deployed when, on this call path, at most 12 workloads
/// @param alerts who was told, at most 100
/// @param evidence the chain that proves it; null before the first record
/// @param feedback null while unmarked
public record IncidentDetail(
    IncidentRow incident,
    String riskWords,
    String does,
    List<Point> speaksFor,
    List<Point> speaksAgainst,
    List<Grouped> grouped,
    List<Deployed> deployed,
    List<Alert> alerts,
    @Nullable Evidence evidence,
    @Nullable Feedback feedback) {
  public IncidentDetail {
    speaksFor = List.copyOf(speaksFor);
    speaksAgainst = List.copyOf(speaksAgainst);
    grouped = List.copyOf(grouped);
    deployed = List.copyOf(deployed);
    alerts = List.copyOf(alerts);
  }

  /// @param weight how much it says, in words
  public record Point(String point, String weight) {}

  /// One anomaly in the group.
  ///
  /// @param what deviates
  /// @param lastMillis null while it goes on
  /// @param onceInHours rarity at its worst; null when it is no model's
  /// @param why it is in this incident, e.g. `source`
  public record Grouped(
      String workload,
      String workloadName,
      State state,
      String what,
      long firstMillis,
      @Nullable Long lastMillis,
      @Nullable Double onceInHours,
      String why) {}

  /// What happened to one workload around the incident.
  ///
  /// @param disturbedFromMillis null when it was not
  /// @param disturbedToMillis null while it goes on, or when it was not
  /// @param words e.g. "this incident", "healthy, passed 03:01"
  public record Deployed(
      String workload,
      String workloadName,
      List<Mark> releases,
      @Nullable Long disturbedFromMillis,
      @Nullable Long disturbedToMillis,
      String words) {
    public Deployed {
      releases = List.copyOf(releases);
    }
  }

  /// A release at its time.
  public record Mark(long atMillis, String name) {}

  /// One message to one route.
  ///
  /// @param state `delivered`, `waiting`, `dead letter`
  /// @param webhookId the same over all attempts
  public record Alert(
      String route,
      @Nullable Long firstSentMillis,
      int attempts,
      String state,
      String detail,
      String webhookId) {}

  /// The hash chain.
  ///
  /// @param head hex
  public record Evidence(int records, boolean intact, long checkedAtMillis, String head) {}

  /// What a person said.
  ///
  /// @param label `real`, `false-alarm`, `expected`
  /// @param effect what it changed, and until when, in words
  public record Feedback(String label, String by, long atMillis, String effect) {}
}
