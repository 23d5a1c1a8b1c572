package io.tocsin.collector.deployment;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.collector.deployment.KubernetesApi.Answer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Asks the API server what we may do there. Anybody who is known to it may ask that.
final class KubernetesExam {
  private static final String REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  // Each is asked by itself, and an operator may name very many.
  private static final int MAX_NAMESPACES = 10;
  private static final List<String> KINDS = List.of("deployments", "statefulsets", "daemonsets");

  private final KubernetesApi api;
  private final List<String> namespaces;

  /// @param group empty: the core
  record Right(String verb, String group, String resource) {
    private String spoken() {
      return verb + " " + resource + (group.isEmpty() ? "" : "." + group);
    }
  }

  /// @param namespaces empty: all
  KubernetesExam(KubernetesApi api, List<String> namespaces) {
    this.api = api;
    this.namespaces = namespaces;
  }

  /// What it takes, by what it is for; `deploy/kubernetes/rbac.yaml` grants the same.
  static Map<String, List<Right>> rights() {
    List<Right> watch = new ArrayList<>();
    List<Right> rollBack = new ArrayList<>();
    for (String kind : KINDS) {
      for (String verb : List.of("get", "list", "watch")) {
        watch.add(new Right(verb, "apps", kind));
      }
      rollBack.add(new Right("patch", "apps", kind));
    }
    for (String verb : List.of("list", "watch")) {
      watch.add(new Right(verb, "apps", "replicasets"));
      watch.add(new Right(verb, "apps", "controllerrevisions"));
      watch.add(new Right(verb, "", "pods"));
    }
    watch.add(new Right("list", "autoscaling", "horizontalpodautoscalers"));
    rollBack.add(new Right("delete", "", "pods"));
    Map<String, List<Right>> rights = new LinkedHashMap<>();
    rights.put("watch releases", watch);
    rights.put("take releases back", rollBack);
    return rights;
  }

  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    for (String namespace : namespaces.isEmpty() ? List.of("") : namespaces) {
      if (findings.size() / 2 == MAX_NAMESPACES) {
        findings.add(
            new Finding(
                "more namespaces",
                null,
                "only the first %d were asked about".formatted(MAX_NAMESPACES),
                ""));
        break;
      }
      rights().forEach((what, rights) -> findings.add(finding(what, namespace, rights)));
    }
    return findings;
  }

  private Finding finding(String what, String namespace, List<Right> rights) {
    String where = namespace.isEmpty() ? " in all namespaces" : " in namespace " + namespace;
    List<String> missing = new ArrayList<>();
    for (Right right : rights) {
      Answer answer;
      try {
        answer = api.write("POST", REVIEWS, Map.of(), "application/json", review(namespace, right));
      } catch (PlatformException e) {
        return Finding.fails(
            what + where,
            String.valueOf(e.getMessage()),
            "see that platforms.kubernetes.server answers, and its authority and token files");
      }
      if (!answer.ok()) {
        return Finding.fails(
            what + where,
            api.told("POST", REVIEWS, answer),
            "see that the token is one of the service account's");
      }
      if (!answer.body().at("/status/allowed").asBoolean()) {
        missing.add(right.spoken());
      }
    }
    return missing.isEmpty()
        ? Finding.works(what + where, "all %d rights are granted".formatted(rights.size()))
        : Finding.fails(
            what + where,
            "not granted: " + String.join(", ", missing),
            "kubectl apply -f deploy/kubernetes/rbac.yaml");
  }

  private static ObjectNode review(String namespace, Right right) {
    ObjectNode review = JsonNodeFactory.instance.objectNode();
    review.put("apiVersion", "authorization.k8s.io/v1").put("kind", "SelfSubjectAccessReview");
    ObjectNode attributes = review.withObject("/spec/resourceAttributes");
    if (!namespace.isEmpty()) {
      attributes.put("namespace", namespace);
    }
    attributes.put("verb", right.verb()).put("group", right.group());
    attributes.put("resource", right.resource());
    return review;
  }
}
