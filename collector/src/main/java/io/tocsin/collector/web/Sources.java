package io.tocsin.collector.web;

import io.tocsin.collector.alert.Delivery;
import io.tocsin.collector.alert.Incident;
import io.tocsin.collector.deployment.Announcement;
import io.tocsin.collector.ingest.AgentView;
import io.tocsin.collector.ingest.TemplateBook.Known;
import io.tocsin.collector.judge.Verdict;
import io.tocsin.collector.respond.KillSwitch;
import io.tocsin.collector.respond.Responder.TrackRecord;
import io.tocsin.collector.respond.Response;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the page reads of the other stages; the collector wires it. Safe for use by many threads.
public interface Sources {
  String version();

  long startedAtMillis();

  /// Where agents connect, `host:port`.
  String ingest();

  Collection<AgentView> agents();

  Status.Log log();

  /// What came in and where it went.
  List<Status.Flow> flows();

  long storeBytes();

  /// Null where the system does not say.
  @Nullable Long rssBytes();

  /// The newest first.
  List<Incident> incidents(int limit);

  List<Incident> openIncidents();

  Optional<Incident> incident(String id);

  /// Webhooks made of an incident that wait or were given up.
  List<Delivery> deliveries(String incident);

  /// Webhooks that were given up.
  List<Delivery> deadLetters();

  List<Silence> silences();

  List<Response> responses();

  Optional<Response> response(String workload, String release);

  TrackRecord record(String workload);

  /// What pipelines said of a workload's releases, oldest first.
  List<Announcement> announcements(String workload);

  /// The known templates of a workload.
  List<Known> templates(String workload);

  /// The newest verdict with every instance's part.
  Optional<Verdict> verdict(String workload, String release);

  KillSwitch killSwitch();

  String chainHead();

  /// What was decided and on what.
  Evidence evidence();

  /// What is wrong with the evidence's chain; empty when it is intact.
  Optional<String> chainBroken();

  Policy policy();

  /// What was tried of all that the collector needs.
  List<DoctorRow> doctor();
}
