package io.tocsin.agent.spool;

import io.tocsin.agent.metrics.Reading;
import io.tocsin.agent.template.Level;
import io.tocsin.agent.template.Login;
import io.tocsin.agent.template.Template;
import io.tocsin.agent.window.Logins;
import io.tocsin.agent.window.Logins.LoginCount;
import io.tocsin.agent.window.WindowSummary;
import io.tocsin.v1.Calls;
import io.tocsin.v1.Completeness;
import io.tocsin.v1.Instance;
import io.tocsin.v1.Liveness;
import io.tocsin.v1.LoginKind;
import io.tocsin.v1.Metric;
import io.tocsin.v1.Requests;
import io.tocsin.v1.TemplateCount;
import io.tocsin.v1.WorkloadTemplates;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The agent's records and the wire's messages, one into the other.
public final class Wire {
  private Wire() {}

  /// As it goes to the spool and to the collector.
  public static io.tocsin.v1.WindowSummary toWire(WindowSummary summary) {
    var message =
        io.tocsin.v1.WindowSummary.newBuilder()
            .setInstance(toWire(summary.instance()))
            .setStartEpochMs(summary.startMillis())
            .setEndEpochMs(summary.endMillis())
            .setCompleteness(toWire(summary.completeness()))
            .setCatchUp(summary.catchUp());
    for (var count : summary.counts()) {
      message.addTemplates(
          TemplateCount.newBuilder()
              .setId(count.template())
              .setCount(count.count())
              .setLevel(toWire(count.level())));
    }
    var requests = summary.requests();
    if (requests != null) {
      message.setRequests(toWire(requests));
    }
    new TreeMap<>(summary.metrics())
        .forEach(
            (name, value) -> message.addMetrics(Metric.newBuilder().setName(name).setValue(value)));
    var liveness =
        Liveness.newBuilder()
            .setAlive(summary.alive())
            .setRestarts(summary.restarts())
            .setOomKills(summary.oomKills());
    Boolean ready = summary.ready();
    if (ready != null) {
      liveness.setReadyKnown(true).setReady(ready);
    }
    if (!summary.logins().equals(Logins.NONE)) {
      message.setLogins(toWire(summary.logins()));
    }
    return message.setLiveness(liveness).build();
  }

  static WindowSummary fromWire(io.tocsin.v1.WindowSummary message) {
    var completeness = message.getCompleteness();
    var liveness = message.getLiveness();
    return new WindowSummary(
        fromWire(message.getInstance()),
        message.getStartEpochMs(),
        message.getEndEpochMs(),
        new WindowSummary.Completeness(
            completeness.getBytesOnDisk(),
            completeness.getBytesRead(),
            completeness.getLinesRead(),
            completeness.getLinesParsed(),
            completeness.getLinesDroppedMap(),
            completeness.getLinesLate(),
            completeness.getGaps(),
            completeness.getBytesLag(),
            completeness.getLagMs()),
        message.getTemplatesList().stream()
            .map(count ->
                new WindowSummary.TemplateCount(
                    count.getId(), count.getCount(), fromWire(count.getLevel())))
            .toList(),
        message.hasRequests() ? fromWire(message.getRequests()) : null,
        message.getMetricsList().stream()
            .collect(Collectors.toMap(Metric::getName, Metric::getValue)),
        liveness.getAlive(),
        liveness.getRestarts(),
        liveness.getOomKills(),
        liveness.getReadyKnown() ? (Boolean) liveness.getReady() : null,
        message.getCatchUp(),
        message.hasLogins() ? fromWire(message.getLogins()) : Logins.NONE);
  }

  private static io.tocsin.v1.Logins toWire(Logins logins) {
    var message = io.tocsin.v1.Logins.newBuilder().setLeftOut(logins.leftOut());
    for (LoginCount each : logins.counts()) {
      message.addCounts(
          io.tocsin.v1.LoginCount.newBuilder()
              .setSource(each.source())
              .setUser(each.user())
              .setKind(toWire(each.kind()))
              .setAccepted(each.accepted())
              .setCount(each.count()));
    }
    return message.build();
  }

  private static Logins fromWire(io.tocsin.v1.Logins message) {
    return new Logins(
        message.getCountsList().stream()
            .map(each ->
                new LoginCount(
                    each.getSource(),
                    each.getUser(),
                    fromWire(each.getKind()),
                    each.getAccepted(),
                    each.getCount()))
            .toList(),
        message.getLeftOut());
  }

  private static LoginKind toWire(Login.Kind kind) {
    return switch (kind) {
      case OTHER -> LoginKind.LOGIN_KIND_OTHER;
      case SSH -> LoginKind.LOGIN_KIND_SSH;
      case UNKNOWN_USER -> LoginKind.LOGIN_KIND_UNKNOWN_USER;
      case PAM -> LoginKind.LOGIN_KIND_PAM;
    };
  }

  private static Login.Kind fromWire(LoginKind kind) {
    return switch (kind) {
      case LOGIN_KIND_OTHER, UNRECOGNIZED -> Login.Kind.OTHER;
      case LOGIN_KIND_SSH -> Login.Kind.SSH;
      case LOGIN_KIND_UNKNOWN_USER -> Login.Kind.UNKNOWN_USER;
      case LOGIN_KIND_PAM -> Login.Kind.PAM;
    };
  }

  static WorkloadTemplates toWire(String workload, List<Template> templates) {
    var message = WorkloadTemplates.newBuilder().setWorkload(workload);
    for (Template template : templates) {
      message.addTemplates(
          io.tocsin.v1.Template.newBuilder()
              .setId(template.id())
              .setText(template.text())
              .setLevel(toWire(template.level()))
              .setInto(template.into())
              .setSkeleton(template.skeleton()));
    }
    return message.build();
  }

  /// Templates as the collector sends them.
  public static List<Template> fromWire(List<io.tocsin.v1.Template> messages) {
    return messages.stream()
        .map(message ->
            new Template(
                message.getId(),
                message.getText(),
                fromWire(message.getLevel()),
                message.getInto(),
                message.getSkeleton()))
        .toList();
  }

  private static Instance toWire(io.tocsin.agent.instance.Instance instance) {
    return Instance.newBuilder()
        .setId(instance.id())
        .setPlatform(instance.platform())
        .setHost(instance.host())
        .setWorkload(instance.workload())
        .setName(instance.name())
        .setRelease(instance.release())
        .setImage(instance.image())
        .setStartedAtEpochMs(instance.startedAtMillis())
        .setContainerId(instance.containerId())
        .setPodUid(instance.podUid())
        .build();
  }

  private static io.tocsin.agent.instance.Instance fromWire(Instance message) {
    return new io.tocsin.agent.instance.Instance(
        message.getId(),
        message.getPlatform(),
        message.getHost(),
        message.getWorkload(),
        message.getName(),
        message.getRelease(),
        message.getImage(),
        message.getStartedAtEpochMs(),
        message.getContainerId(),
        message.getPodUid());
  }

  private static Completeness toWire(WindowSummary.Completeness completeness) {
    return Completeness.newBuilder()
        .setBytesOnDisk(completeness.bytesOnDisk())
        .setBytesRead(completeness.bytesRead())
        .setLinesRead(completeness.linesRead())
        .setLinesParsed(completeness.linesParsed())
        .putAllLinesDropped(completeness.linesDropped())
        .setLinesLate(completeness.linesLate())
        .setGaps(completeness.gaps())
        .setBytesLag(completeness.bytesLag())
        .setLagMs(Math.clamp(completeness.lagMillis(), 0, Integer.MAX_VALUE))
        .build();
  }

  private static Requests toWire(Reading.Requests requests) {
    var message =
        Requests.newBuilder()
            .setTotal(requests.total())
            .setFailed(requests.failed())
            .setRejected(requests.rejected())
            .addAllUpperMs(requests.upperMillis())
            .addAllBucketCounts(requests.bucketCounts())
            .setSumMs(requests.sumMillis());
    for (var calls : requests.calls()) {
      message.addCalls(
          Calls.newBuilder()
              .setPeer(calls.peer())
              .setTotal(calls.total())
              .setFailed(calls.failed())
              .setSumMs(calls.sumMillis()));
    }
    return message.build();
  }

  private static Reading.Requests fromWire(Requests message) {
    return new Reading.Requests(
        message.getTotal(),
        message.getFailed(),
        message.getRejected(),
        message.getUpperMsList(),
        message.getBucketCountsList(),
        message.getSumMs(),
        message.getCallsList().stream()
            .map(calls ->
                new Reading.Calls(
                    calls.getPeer(), calls.getTotal(), calls.getFailed(), calls.getSumMs()))
            .toList());
  }

  private static io.tocsin.v1.Level toWire(Level level) {
    return switch (level) {
      case UNKNOWN -> io.tocsin.v1.Level.LEVEL_UNKNOWN;
      case TRACE -> io.tocsin.v1.Level.LEVEL_TRACE;
      case DEBUG -> io.tocsin.v1.Level.LEVEL_DEBUG;
      case INFO -> io.tocsin.v1.Level.LEVEL_INFO;
      case WARN -> io.tocsin.v1.Level.LEVEL_WARN;
      case ERROR -> io.tocsin.v1.Level.LEVEL_ERROR;
      case FATAL -> io.tocsin.v1.Level.LEVEL_FATAL;
    };
  }

  private static Level fromWire(io.tocsin.v1.Level level) {
    return switch (level) {
      case LEVEL_UNKNOWN, UNRECOGNIZED -> Level.UNKNOWN;
      case LEVEL_TRACE -> Level.TRACE;
      case LEVEL_DEBUG -> Level.DEBUG;
      case LEVEL_INFO -> Level.INFO;
      case LEVEL_WARN -> Level.WARN;
      case LEVEL_ERROR -> Level.ERROR;
      case LEVEL_FATAL -> Level.FATAL;
    };
  }
}
