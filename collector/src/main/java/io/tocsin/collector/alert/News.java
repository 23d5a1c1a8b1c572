package io.tocsin.collector.alert;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a webhook tells, before a route gives it a shape.
///
/// @param type `incident.opened`, `incident.updated`, `incident.resolved`, `heartbeat` or `test`
/// @param webhookId the same over all attempts and routes
/// @param incident null when it is about Tocsin itself
/// @param sentence what people read, at most [#MAX_SENTENCE] characters
/// @param owners of the incident's workloads; empty when nobody is named
/// @param url of the incident on the page; null when the page's is not known
/// @param source where the page is; null when that is not known
/// @param chainHead of the evidence
record News(
    String type,
    String webhookId,
    long atMillis,
    @Nullable Incident incident,
    String sentence,
    List<String> owners,
    @Nullable String url,
    @Nullable URI source,
    String chainHead) {
  static final String OPENED = "incident.opened";
  static final String UPDATED = "incident.updated";
  static final String RESOLVED = "incident.resolved";
  static final String HEARTBEAT = "heartbeat";
  static final String TEST = "test";
  private static final int MAX_SENTENCE = 1_000;

  static News of(
      Incident incident,
      String type,
      String webhookId,
      long atMillis,
      AlertConfig config,
      String head) {
    return new News(
        type,
        webhookId,
        atMillis,
        incident,
        cut(incident.title()),
        config.ownersOf(incident.workloads()),
        link(config.pageUrl(), incident.id()),
        config.pageUrl(),
        head);
  }

  /// One that is about Tocsin itself.
  static News of(
      String type,
      String webhookId,
      String sentence,
      long atMillis,
      AlertConfig config,
      String head) {
    return new News(
        type, webhookId, atMillis, null, sentence, List.of(), null, config.pageUrl(), head);
  }

  /// Whether it says that something is over.
  boolean resolved() {
    return incident != null && incident.state() == Incident.State.RESOLVED;
  }

  private static @Nullable String link(@Nullable URI page, String incident) {
    if (page == null) {
      return null;
    }
    return page + (page.toString().endsWith("/") ? "i/" : "/i/") + incident;
  }

  private static String cut(String text) {
    return text.length() <= MAX_SENTENCE ? text : text.substring(0, MAX_SENTENCE) + "…";
  }
}
