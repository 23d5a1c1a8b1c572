package io.tocsin.collector.ingest;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tocsin.collector.ingest.TemplateBook.Known;
import io.tocsin.v1.Batch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// One durable batch of one agent.
///
/// @param agent id
/// @param sequence within the agent's epoch
/// @param skewMillis the agent's clock less the collector's, when it came
/// @param windows as counted by the agent
/// @param templates new or changed, by workload key as the agent sees it
public record Arrival(
    String agent,
    long sequence,
    long skewMillis,
    List<WindowSummary> windows,
    Map<String, List<Known>> templates) {

  /// An entry of kind [InputLog.Kind#BATCH]: length and name of the agent, its clock's skew, then
  /// the batch as it came.
  public static byte[] encode(String agent, long skewMillis, Batch batch) {
    byte[] name = agent.getBytes(StandardCharsets.UTF_8);
    byte[] body = batch.toByteArray();
    return ByteBuffer.allocate(2 + name.length + Long.BYTES + body.length)
        .putShort((short) name.length)
        .put(name)
        .putLong(skewMillis)
        .put(body)
        .array();
  }

  /// Reads such an entry.
  public static Arrival decode(byte[] payload) {
    ByteBuffer buffer = ByteBuffer.wrap(payload);
    byte[] name = new byte[Short.toUnsignedInt(buffer.getShort())];
    buffer.get(name);
    String agent = new String(name, StandardCharsets.UTF_8);
    long skewMillis = buffer.getLong();
    try {
      Batch batch = Batch.parseFrom(buffer);
      List<WindowSummary> windows = new ArrayList<>();
      batch.getWindowsList().forEach(window -> windows.add(summary(agent, window)));
      Map<String, List<Known>> templates = new LinkedHashMap<>();
      batch
          .getTemplatesList()
          .forEach(each ->
              templates
                  .computeIfAbsent(each.getWorkload(), w -> new ArrayList<>())
                  .addAll(each.getTemplatesList().stream().map(Arrival::known).toList()));
      return new Arrival(agent, batch.getSequence(), skewMillis, List.copyOf(windows), templates);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("a durable batch of " + agent + " is damaged", e);
    }
  }

  private static Known known(io.tocsin.v1.Template template) {
    return new Known(
        template.getId(),
        template.getText(),
        template.getLevelValue(),
        template.getInto(),
        template.getSkeleton());
  }

  static io.tocsin.v1.Template toWire(Known template) {
    return io.tocsin.v1.Template.newBuilder()
        .setId(template.id())
        .setText(template.text())
        .setLevelValue(template.level())
        .setInto(template.into())
        .setSkeleton(template.skeleton())
        .build();
  }

  private static WindowSummary summary(String agent, io.tocsin.v1.WindowSummary message) {
    var instance = message.getInstance();
    var completeness = message.getCompleteness();
    var liveness = message.getLiveness();
    return new WindowSummary(
        agent,
        new WindowSummary.Instance(
            instance.getId(),
            instance.getPlatform(),
            instance.getHost(),
            instance.getWorkload(),
            instance.getName(),
            instance.getRelease(),
            instance.getImage(),
            instance.getStartedAtEpochMs(),
            instance.getContainerId(),
            instance.getPodUid()),
        message.getStartEpochMs(),
        message.getEndEpochMs(),
        new WindowSummary.Completeness(
            completeness.getBytesOnDisk(),
            completeness.getBytesRead(),
            completeness.getLinesRead(),
            completeness.getLinesParsed(),
            completeness.getLinesDroppedMap().values().stream().mapToLong(Long::longValue).sum(),
            completeness.getLinesLate(),
            completeness.getGaps(),
            completeness.getBytesLag(),
            completeness.getLagMs()),
        message.getTemplatesList().stream()
            .map(count ->
                new WindowSummary.TemplateCount(
                    count.getId(), count.getCount(), count.getLevelValue()))
            .toList(),
        message.hasRequests() ? requests(message.getRequests()) : null,
        message.getMetricsList().stream()
            .collect(
                Collectors.toMap(
                    io.tocsin.v1.Metric::getName,
                    io.tocsin.v1.Metric::getValue,
                    (first, second) -> second,
                    TreeMap::new)),
        new WindowSummary.Liveness(
            liveness.getAlive(),
            liveness.getRestarts(),
            liveness.getOomKills(),
            liveness.getReadyKnown() ? (Boolean) liveness.getReady() : null),
        message.getCatchUp(),
        message.hasLogins() ? logins(message.getLogins()) : WindowSummary.Logins.NONE);
  }

  private static WindowSummary.Logins logins(io.tocsin.v1.Logins message) {
    return new WindowSummary.Logins(
        message.getCountsList().stream()
            .map(each ->
                new WindowSummary.LoginCount(
                    each.getSource(),
                    each.getUser(),
                    each.getKindValue(),
                    each.getAccepted(),
                    each.getCount()))
            .toList(),
        message.getLeftOut());
  }

  private static WindowSummary.Requests requests(io.tocsin.v1.Requests message) {
    return new WindowSummary.Requests(
        message.getTotal(),
        message.getFailed(),
        message.getRejected(),
        message.getUpperMsList(),
        message.getBucketCountsList(),
        message.getSumMs(),
        message.getCallsList().stream()
            .map(calls ->
                new WindowSummary.Calls(
                    calls.getPeer(), calls.getTotal(), calls.getFailed(), calls.getSumMs()))
            .toList());
  }
}
