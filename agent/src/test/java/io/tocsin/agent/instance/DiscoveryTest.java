package io.tocsin.agent.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.agent.instance.LogFile.Framing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiscoveryTest {
  private static final String ID = "3fa9".repeat(16);
  @TempDir Path folder;

  private Path write(String name, String text) throws IOException {
    var file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @Test
  void aFolderHasOneInstanceANumber() throws IOException {
    long pid = ProcessHandle.current().pid();
    write("shop/instances/1/pid", pid + "\n");
    write("shop/instances/1/release", "v7\n");
    write("shop/instances/1/port", "9102");
    write("shop/instances/1/log/app.log", "");
    write("shop/instances/1/log/app.log.1", "");
    write("shop/instances/2/pid", "999999999");
    var discovery = Discovery.directory(folder.resolve("shop"), "h", Set.of());

    var running = discovery.look().running();
    assertThat(running).hasSize(2);
    var first = running.getFirst();
    assertThat(first.instance().id()).startsWith("directory:h:shop:1:1");
    assertThat(first.instance().workload()).isEqualTo("directory/h/shop");
    assertThat(first.instance().release()).isEqualTo("v7");
    assertThat(first.instance().startedAtMillis())
        .isBetween(System.currentTimeMillis() - 3_600_000, System.currentTimeMillis() + 2_000);
    assertThat(first.logs())
        .containsExactly(
            new LogFile(folder.resolve("shop/instances/1/log/app.log"), Framing.PLAIN));
    assertThat(String.valueOf(first.scrape())).isEqualTo("http://127.0.0.1:9102/metrics");
    assertThat(running.getLast().pid()).isEmpty();

    write("shop/instances/1/pid", "999999999");
    var dead = discovery.look().running().getFirst();
    assertThat(dead.instance()).isEqualTo(first.instance());
    assertThat(dead.pid()).isEmpty();
    assertThat(Discovery.directory(folder.resolve("shop"), "h", Set.of("2")).look().running())
        .hasSize(1);
    assertThat(Discovery.directory(folder.resolve("no"), "h", Set.of()).look().unreadable())
        .hasSize(1);
  }

  // As Docker 20.10 writes it, shortened.
  private void container(String logPath, String labels) throws IOException {
    container(logPath, labels, "");
  }

  private void container(String logPath, String labels, String networks) throws IOException {
    write(
        "docker/containers/" + ID + "/config.v2.json",
        """
        {"StreamConfig":{},"State":{"Running":true,"Paused":false,"Pid":4711,"ExitCode":0,
        "StartedAt":"2026-01-31T10:00:00.5Z","FinishedAt":"0001-01-01T00:00:00Z","Health":null},
        "ID":"%s","Created":"2026-01-31T09:59:59Z","Managed":false,"Path":"/bin/app","Args":[],
        "Config":{"Hostname":"x","Image":"shop/web:7","Labels":{%s}},
        "Image":"sha256:abcd","NetworkSettings":{"Networks":{%s}},"LogPath":"%s","Name":"/web",
        "RestartCount":0}
        """
            .formatted(ID, labels, networks, logPath));
  }

  private Discovery.Look docker() {
    return Discovery.docker(folder.resolve("docker"), "h").look();
  }

  @Test
  void aContainerIsReadFromDisk() throws IOException {
    container("/var/lib/docker/containers/" + ID + "/" + ID + "-json.log", "");

    var container = docker().running().getFirst();
    var who = container.instance();
    assertThat(who.id()).isEqualTo(ID + ":1769853600500");
    assertThat(who.containerId()).isEqualTo(ID);
    assertThat(who.workload()).isEqualTo("docker/h/web");
    assertThat(who.release()).isEqualTo("shop/web:7");
    assertThat(who.image()).isEqualTo("shop/web:7@sha256:abcd");
    assertThat(container.pid()).hasValue(4711);
    assertThat(container.cgroup()).isEqualTo(Path.of("/docker/" + ID));
    assertThat(container.logs())
        .containsExactly(
            new LogFile(
                folder.resolve("docker/containers/" + ID + "/" + ID + "-json.log"),
                Framing.DOCKER_JSON));
  }

  @Test
  void labelsSayWhatAContainerBelongsTo() throws IOException {
    container(
        "/x/a.log",
        "\"com.docker.compose.project\":\"shop\",\"com.docker.compose.service\":\"web\"");
    assertThat(docker().running().getFirst().instance().workload()).isEqualTo("compose/shop/web");

    container("/x/a.log", "\"com.docker.swarm.service.name\":\"shop_web\"");
    var task = docker().running().getFirst().instance();
    assertThat(task.workload()).isEqualTo("swarm/swarm/shop_web");
    assertThat(task.platform()).isEqualTo("swarm");
    assertThat(task.release()).isEmpty();

    container("/x/a.log", "\"com.hashicorp.nomad.alloc_id\":\"1aa9a8eb-e953\"");
    var allocation = docker().running().getFirst().instance();
    assertThat(allocation.platform()).isEqualTo("nomad");
    assertThat(allocation.workload()).as("until a server says").isEqualTo("nomad/h/web");
    assertThat(allocation.release()).as("only an API knows").isEmpty();
    assertThat(allocation.podUid()).isEqualTo("1aa9a8eb-e953");
  }

  @Test
  void aTaskOfNomadThatNoServerSpeaksForCountsAsItsJob() throws IOException {
    String labels =
        "\"com.hashicorp.nomad.alloc_id\":\"1aa9\",\"com.hashicorp.nomad.job_name\":\"%s\","
            + "\"com.hashicorp.nomad.namespace\":\"shop\"";
    container("/x/a.log", labels.formatted("web"));
    assertThat(docker().running().getFirst().instance().workload()).isEqualTo("nomad/shop/web");
    container("/x/a.log", labels.formatted("nightly/periodic-1769853600"));
    assertThat(docker().running().getFirst().instance().workload())
        .as("each night is the same job")
        .isEqualTo("nomad/shop/nightly");
  }

  private static String network(String name, String address, String gateway) {
    return "\"%s\":{\"IPAddress\":\"%s\",\"Gateway\":\"%s\"}".formatted(name, address, gateway);
  }

  @Test
  void labelsSayWhereAContainerIsScrapedOnABridgeOfThisMachine() throws IOException {
    String ours = network("bridge", "172.17.0.9", "127.0.0.1");
    String overlay = network("a-net", "10.0.1.9", "");
    String asks = "\"prometheus.io/scrape\":\"true\",\"prometheus.io/port\":\"8080\"";
    container("/x/a.log", asks, overlay + "," + ours);
    assertThat(String.valueOf(docker().running().getFirst().scrape()))
        .isEqualTo("http://172.17.0.9:8080/metrics");

    container("/x/a.log", asks + ",\"prometheus.io/path\":\"/actuator/prometheus\"", ours);
    assertThat(String.valueOf(docker().running().getFirst().scrape()))
        .isEqualTo("http://172.17.0.9:8080/actuator/prometheus");
    assertThat(docker().unreadable()).isEmpty();

    container("/x/a.log", "\"prometheus.io/scrape\":\"false\"", ours);
    assertThat(docker().running().getFirst().scrape()).isNull();
    assertThat(docker().unreadable()).isEmpty();
  }

  @Test
  void anEndpointThatCannotBeReachedIsSaidAndNeverAsked() throws IOException {
    // TEST-NET-3: the gateway of a bridge in another network namespace.
    container(
        "/x/a.log",
        "\"prometheus.io/scrape\":\"true\",\"prometheus.io/port\":\"8080\"",
        network("bridge", "203.0.113.9", "203.0.113.1"));
    assertThat(docker().running().getFirst().scrape()).isNull();
    assertThat(docker().running().getFirst().logs()).hasSize(1);
    assertThat(docker().unreadable())
        .singleElement()
        .asString()
        .contains("container web: metrics are not scraped", "network namespace");

    for (String port : List.of("http", "70000", "")) {
      container(
          "/x/a.log",
          "\"prometheus.io/scrape\":\"true\",\"prometheus.io/port\":\"%s\"".formatted(port),
          network("bridge", "172.17.0.9", "127.0.0.1"));
      assertThat(docker().running().getFirst().scrape()).isNull();
      assertThat(docker().unreadable())
          .singleElement()
          .asString()
          .contains("expected labels prometheus.io/port, 1 to 65535", "found \"" + port + "\"");
    }
  }

  @Test
  void aContainerWithoutJsonFileIsListedWithWhatToDo() throws IOException {
    container("", "");
    assertThat(docker().unreadable()).singleElement().asString().contains("--log-driver json-file");

    write("docker/containers/" + ID + "/config.v2.json", "{\"ID\":");
    assertThat(docker().unreadable()).singleElement().asString().contains("expected a container");
  }

  @Test
  void whatIsNotInstalledIsNoProblemButWhatMayNotBeReadIs() throws IOException {
    assertThat(docker().unreadable()).isEmpty();
    assertThat(Discovery.kubernetes(folder.resolve("pods"), "h").look().unreadable()).isEmpty();

    write("docker/containers", "not a folder");
    write("pods", "not a folder");
    assertThat(docker().unreadable()).hasSize(1);
    assertThat(Discovery.kubernetes(folder.resolve("pods"), "h").look().unreadable()).hasSize(1);
  }

  @Test
  void aRunningServiceIsFoundByItsCgroup() throws IOException {
    long pid = ProcessHandle.current().pid();
    // Version 1 beside an empty version 2.
    Files.createDirectories(folder.resolve("cgroup/unified"));
    write("cgroup/systemd/system.slice/web.service/cgroup.procs", pid + "\n999999999\n");
    write("cgroup/systemd/system.slice/system-db.slice/db@1.service/cgroup.procs", "");
    write("cgroup/systemd/system.slice/system-db.slice/db@1.service/work/cgroup.procs", pid + "\n");
    write("cgroup/systemd/system.slice/ended.service/cgroup.procs", "");
    write("cgroup/systemd/system.slice/a.mount/cgroup.procs", pid + "\n");
    write("cgroup/systemd/user.slice/user@0.service/cgroup.procs", pid + "\n");
    var discovery =
        new SystemdDiscovery(
            List.of(folder.resolve("cgroup"), folder.resolve("cgroup/systemd")), "h");

    var units = discovery.look().running();
    assertThat(units.stream().map(r -> r.instance().name()))
        .containsExactly("db@1.service", "web.service");
    var web = units.getLast();
    assertThat(web.instance().id())
        .isEqualTo("systemd:h:web.service:" + web.instance().startedAtMillis());
    assertThat(web.instance().startedAtMillis())
        .isBetween(System.currentTimeMillis() - 3_600_000, System.currentTimeMillis() + 2_000);
    assertThat(web.instance().workload()).isEqualTo("systemd/h/web.service");
    assertThat(web.pid()).hasValue(pid);
    assertThat(web.cgroup()).isEqualTo(Path.of("/system.slice/web.service"));
    assertThat(web.logs()).containsExactly(new LogFile(Path.of("web.service"), Framing.JOURNAL));
    assertThat(discovery.look().running()).isEqualTo(units);

    write("cgroup/systemd/system.slice/web.service/cgroup.procs", "");
    assertThat(discovery.look().running()).hasSize(1);
    assertThat(new SystemdDiscovery(List.of(folder.resolve("no")), "h").look().unreadable())
        .isEmpty();
  }

  @Test
  void theNewestLogOfAContainerInAPodIsFollowed() throws IOException {
    write("pods/ns_web-1_uid-1/app/0.log", "");
    write("pods/ns_web-1_uid-1/app/10.log", "");
    write("pods/ns_web-1_uid-1/app/10.log.20260131-100000", "");

    var pod = Discovery.kubernetes(folder.resolve("pods"), "h").look().running();
    assertThat(pod).hasSize(1);
    assertThat(pod.getFirst().instance().id()).isEqualTo("kubernetes:uid-1:app:10");
    assertThat(pod.getFirst().instance().podUid()).isEqualTo("uid-1");
    assertThat(pod.getFirst().logs().getFirst().framing()).isEqualTo(Framing.CRI);
  }

  @Test
  void onlyCurrentTextFilesAreFollowed() throws IOException {
    var syslog = write("log/syslog", "a\n");
    var nested = write("log/nginx/access.log", "");
    for (var name :
        List.of("syslog.1", "syslog.2.gz", "nginx/access.log-20260131", "wtmp", "journal/x")) {
      write("log/" + name, "a\n");
    }
    write("log/binary", "a\0b");

    var files = Discovery.files(List.of(folder.resolve("log") + "/**"), "h").look().running();
    assertThat(files.stream().flatMap(r -> r.logs().stream()).map(LogFile::path))
        .containsExactlyInAnyOrder(syslog, nested);
    assertThat(files.getFirst().instance().workload())
        .startsWith("file/h/%2F")
        .doesNotContain("//");
  }

  @Test
  void aLogIsFollowedForTheFirstThatFindsIt() throws IOException {
    write("shop/instances/1/log/app.log", "");
    var all =
        Discovery.all(
            List.of(
                Discovery.directory(folder.resolve("shop"), "h", Set.of()),
                Discovery.files(List.of(folder + "/**"), "h"),
                Discovery.host("h")));

    assertThat(all.look().running().stream().map(r -> r.instance().platform()))
        .containsExactly("directory", "host");
  }

  @ParameterizedTest
  @CsvSource({
    "app.log.1, app.log",
    "app.log-20260131, app.log",
    "app.2026-01-31.log, app.log",
    "0.log.20260131-100000, 0.log",
    "syslog.old, syslog",
    "worker-1.log, worker-1.log",
    "app.log, app.log",
    "v1.2026, v1.2026"
  })
  void rotatedNamesLeadBackToTheirLog(String rotated, String original) {
    assertThat(RotatedName.original(rotated)).isEqualTo(original);
  }

  @Test
  void jsonIsReadStrictly() {
    var object = Json.object("{\"a\":[1,2.5,null,true],\"b\":{\"c\":\"\\u00e9\\n\"},\"d\":null}");
    assertThat(object).containsEntry("a", List.of(1L, 2.5, true)).doesNotContainKey("d");
    assertThat(Json.text(object, "b", "c")).isEqualTo("é\n");
    for (var bad :
        List.of("", "[]", "{\"a\":1}x", "{\"a\":}", "{\"a\":\"\\x\"}", "{a:1}", "{\"a\":1-1}")) {
      assertThatThrownBy(() -> Json.object(bad))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
