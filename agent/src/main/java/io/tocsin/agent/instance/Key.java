package io.tocsin.agent.instance;

/// Makes workload keys.
final class Key {
  private Key() {}

  static String of(String platform, String scope, String name) {
    return platform + '/' + escape(scope) + '/' + escape(name);
  }

  private static String escape(String segment) {
    return segment.replace("%", "%25").replace("/", "%2F");
  }
}
