package io.tocsin.agent.instance;

import static io.tocsin.agent.instance.Json.text;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where a container's labels say that its metrics are: `prometheus.io/scrape: "true"`, `port`, and
/// `path` unless it is `/metrics`, as Prometheus users write them.
///
/// @param endpoint null when it asks for no scrape, or cannot be scraped from here
/// @param problem why not, although it asks for it; empty otherwise
record ScrapeLabels(@Nullable URI endpoint, String problem) {
  private static final int MAX_PORT = 65_535;
  private static final Pattern PATH = Pattern.compile("/[!-~]{0,255}");
  private static final Pattern ADDRESS = Pattern.compile("[0-9a-fA-F.:]{2,45}");

  /// @param config the container as Docker keeps it on disk
  static ScrapeLabels of(Map<String, Object> config, String name) {
    if (!label(config, "scrape").equals("true")) {
      return new ScrapeLabels(null, "");
    }
    String address = address(config);
    if (address.isEmpty()) {
      return refused(
          name,
          "none of its networks is a bridge in the agent's network namespace; "
              + "run the agent on the Docker host, in the host's network");
    }
    String port = label(config, "port");
    String path = label(config, "path").isEmpty() ? "/metrics" : label(config, "path");
    boolean isPort = port.matches("[1-9][0-9]{0,4}") && Integer.parseInt(port) <= MAX_PORT;
    if (!isPort || !PATH.matcher(path).matches()) {
      return refused(
          name,
          "expected labels prometheus.io/port, 1 to 65535, and prometheus.io/path from / on, "
              + "found \"%.20s\" and \"%.256s\"".formatted(port, path));
    }
    String host = address.contains(":") ? "[" + address + "]" : address;
    try {
      return new ScrapeLabels(URI.create("http://%s:%s%s".formatted(host, port, path)), "");
    } catch (IllegalArgumentException e) {
      return refused(name, "its labels make no address: " + e.getMessage());
    }
  }

  private static ScrapeLabels refused(String name, String why) {
    return new ScrapeLabels(null, "container %s: metrics are not scraped: %s".formatted(name, why));
  }

  private static String label(Map<String, Object> config, String key) {
    return text(config, "Config", "Labels", "prometheus.io/" + key);
  }

  /// Its address on the first network whose gateway is an address of ours; empty when there is
  /// none. An address of another network is not tried: whoever answers there may be anybody.
  private static String address(Map<String, Object> config) {
    if (config.get("NetworkSettings") instanceof Map<?, ?> settings
        && settings.get("Networks") instanceof Map<?, ?> networks) {
      for (Object key : networks.keySet()) {
        String network = String.valueOf(key);
        String address = text(config, "NetworkSettings", "Networks", network, "IPAddress");
        String gateway = text(config, "NetworkSettings", "Networks", network, "Gateway");
        if (ADDRESS.matcher(address).matches() && isOurs(gateway)) {
          return address;
        }
      }
    }
    return "";
  }

  private static boolean isOurs(String gateway) {
    try {
      // Digits only: a name would be looked up.
      return ADDRESS.matcher(gateway).matches()
          && NetworkInterface.getByInetAddress(InetAddress.ofLiteral(gateway)) != null;
    } catch (SocketException | IllegalArgumentException e) {
      return false;
    }
  }
}
