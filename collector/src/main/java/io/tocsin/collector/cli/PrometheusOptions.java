package io.tocsin.collector.cli;

import io.tocsin.collector.backtest.PrometheusQuery;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What to ask a Prometheus server for.
final class PrometheusOptions {
  private static final int MAX_SECRET = 16 << 10;

  @Option(
      names = "--prometheus",
      paramLabel = "URL",
      description = "its address, such as http://127.0.0.1:9090")
  private @Nullable String server;

  @Option(
      names = "--query",
      paramLabel = "PROMQL",
      description = "each series of the answer is a metric; may be repeated")
  private List<String> queries = new ArrayList<>();

  @Option(names = "--from", paramLabel = "TIME", description = "of the first row")
  private @Nullable String from;

  @Option(names = "--to", paramLabel = "TIME", description = "of the last row")
  private @Nullable String to;

  @Option(names = "--step", paramLabel = "SPAN", description = "between two rows, 1s to 12m")
  private @Nullable String step;

  @Option(
      names = "--by",
      paramLabel = "LABEL",
      description = "says whose a series is, such as job (default: all are of one workload)")
  private @Nullable String by;

  @Option(names = "--bearer-file", paramLabel = "FILE", description = "holds a token")
  private @Nullable Path bearer;

  @Option(names = "--basic-file", paramLabel = "FILE", description = "holds user:password")
  private @Nullable Path basic;

  boolean wanted() {
    if (server == null && (!queries.isEmpty() || from != null || to != null || step != null)) {
      throw CliException.usage(
          "--prometheus: expected an address with --query, --from, --to and --step, found none");
    }
    return server != null;
  }

  PrometheusQuery query(ZoneId zone) {
    if (bearer != null && basic != null) {
      throw CliException.usage("expected --bearer-file or --basic-file, found both");
    }
    return new PrometheusQuery(
        address(needed("--prometheus", server)),
        queries,
        time("--from", needed("--from", from), zone),
        time("--to", needed("--to", to), zone),
        Spans.of("--step", needed("--step", step)),
        by,
        authorization());
  }

  private @Nullable String authorization() {
    if (bearer != null) {
      return "Bearer " + secret("--bearer-file", bearer);
    }
    if (basic == null) {
      return null;
    }
    String secret = secret("--basic-file", basic);
    if (secret.indexOf(':') < 1) {
      throw CliException.usage("--basic-file: expected user:password in %s".formatted(basic));
    }
    return "Basic " + Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8));
  }

  private static String secret(String option, Path file) {
    String secret;
    try {
      secret = Files.size(file) > MAX_SECRET ? "" : Files.readString(file).strip();
    } catch (IOException e) {
      throw CliException.usage(
          "%s: expected a file that can be read, found %s (%s)"
              .formatted(option, file, e.getClass().getSimpleName()));
    }
    if (secret.isEmpty() || secret.chars().anyMatch(c -> c < ' ' || c > '~')) {
      throw CliException.usage(
          "%s: expected one line of text in %s, found none or more".formatted(option, file));
    }
    return secret;
  }

  private static String needed(String option, @Nullable String value) {
    if (value == null) {
      throw CliException.usage("%s: expected a value, found none".formatted(option));
    }
    return value;
  }

  private static URI address(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw CliException.usage(
          "--prometheus: expected an address such as http://127.0.0.1:9090, found " + text);
    }
  }

  private static Instant time(String option, String text, ZoneId zone) {
    return Spans.time(option, text, zone);
  }
}
