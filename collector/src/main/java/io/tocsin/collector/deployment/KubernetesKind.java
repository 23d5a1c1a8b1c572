package io.tocsin.collector.deployment;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What can be deployed. A Deployment's key is `kubernetes/<namespace>/<name>`; the others carry
/// their kind before the name, as `statefulset:<name>`, since one of each may have the same and no
/// name of Kubernetes has a colon.
enum KubernetesKind {
  DEPLOYMENT("Deployment", "deployments"),
  STATEFUL_SET("StatefulSet", "statefulsets"),
  DAEMON_SET("DaemonSet", "daemonsets");

  static final String PLATFORM = "kubernetes";

  private final String kind;
  private final String plural;

  /// Which object a workload's key names.
  record Name(KubernetesKind kind, String namespace, String name) {

    /// Null when it is no key of this platform.
    static @Nullable Name of(String workload) {
      List<String> parts = List.of(workload.split("/", -1));
      if (!parts.getFirst().equals(PLATFORM) || parts.contains("") || parts.contains("..")) {
        return null;
      }
      if (parts.size() != 3) {
        return null;
      }
      String last = parts.get(2);
      int colon = last.indexOf(':');
      if (colon < 0) {
        return new Name(DEPLOYMENT, parts.get(1), last);
      }
      for (KubernetesKind kind : values()) {
        boolean named = kind != DEPLOYMENT && kind.segment().equals(last.substring(0, colon));
        if (named && colon + 1 < last.length()) {
          return new Name(kind, parts.get(1), last.substring(colon + 1));
        }
      }
      return null;
    }

    String workload() {
      String middle = kind == DEPLOYMENT ? "" : kind.segment() + ":";
      return PLATFORM + "/" + namespace + "/" + middle + name;
    }

    /// Of the object in the API.
    String path() {
      return kind.path(namespace) + "/" + encoded(name);
    }

    /// As people write it, e.g. `deployment/web`.
    String spoken() {
      return kind.segment() + "/" + name;
    }
  }

  KubernetesKind(String kind, String plural) {
    this.kind = kind;
    this.plural = plural;
  }

  /// Where a workload's releases are kept.
  static String storeKey(String workload) {
    return workload.substring(PLATFORM.length() + 1);
  }

  /// As in `kind` of an object.
  String kind() {
    return kind;
  }

  String plural() {
    return plural;
  }

  /// Of all objects of this kind in a namespace.
  String path(String namespace) {
    return "/apis/apps/v1/namespaces/" + encoded(namespace) + "/" + plural;
  }

  private String segment() {
    return kind.toLowerCase(Locale.ROOT);
  }

  private static String encoded(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8);
  }
}
