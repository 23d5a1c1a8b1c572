package io.tocsin.collector.deployment;

import java.util.ArrayList;
import java.util.List;

/// A pipeline's word that a release begins and what it is called. Whoever said so held a token.
///
/// @param workload key of what is deployed
/// @param name what the pipeline calls the release, e.g. `1.42.0`; 1 to 200 characters
/// @param commit that it was built from; empty when not said, at most 200 characters
/// @param url of the pipeline; empty when not said, http or https, at most 1,000 characters
/// @param atMillis when it was said, epoch milliseconds by the collector's clock
/// @param by name of the token
/// @param anyName whether its platform calls the release otherwise, so that the next one is meant,
///   whatever its name
public record Announcement(
    String workload,
    String name,
    String commit,
    String url,
    long atMillis,
    String by,
    boolean anyName) {
  private static final int MAX_NAME = 200;
  private static final int MAX_URL = 1_000;

  /// @throws IllegalArgumentException with every mistake
  public Announcement {
    List<String> mistakes = new ArrayList<>();
    if (!workload.matches("[^/\\p{Cntrl}]+/[^/\\p{Cntrl}]+/[^\\p{Cntrl}]+")
        || workload.length() > MAX_URL) {
      mistakes.add("workload: expected platform/scope/name, found other");
    }
    if (name.isBlank() || name.length() > MAX_NAME || hasControls(name)) {
      mistakes.add("name: expected 1 to 200 printable characters, found " + name.length());
    }
    if (commit.length() > MAX_NAME || hasControls(commit)) {
      mistakes.add("commit: expected at most 200 printable characters, found " + commit.length());
    }
    if (!url.isEmpty() && (!url.matches("https?://\\p{Graph}+") || url.length() > MAX_URL)) {
      mistakes.add("url: expected http:// or https://, at most 1,000 characters, found other");
    }
    if (!mistakes.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", mistakes));
    }
  }

  private static boolean hasControls(String text) {
    return text.chars().anyMatch(Character::isISOControl);
  }
}
