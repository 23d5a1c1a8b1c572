package io.tocsin.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BacktestCommandTest {
  private static final String SHOP = "../deploy/example/shop.csv";
  private static final String LABELS = "../deploy/example/labels.csv";

  @TempDir Path folder;

  private record Ran(int code, String out, String err) {}

  @Test
  void aUserSeesWhatWouldHaveBeenAlertedAndWhatItIsWorth() throws IOException {
    Path json = folder.resolve("report.json");
    Path html = folder.resolve("report.html");

    Ran ran = run(Map.of(), SHOP, "--labels", LABELS, "--json", "" + json, "--html", "" + html);

    assertThat(ran.code).isEqualTo(ExitCode.DONE);
    assertThat(ran.out)
        .contains("after learning, for 1 workload.")
        .contains("By the labels 2 of 2 events were found")
        .contains("shop is unusual: latency.mean ms at")
        .contains("Learnt by 2026-03-02T06:00:00Z")
        .contains("Alarms a month: 1 declared");
    assertThat(ran.err).contains("MB of memory at most").doesNotContain("\r");
    assertThat(new ObjectMapper().readTree(json.toFile()).path("workloads")).hasSize(1);
    assertThat(html).content().startsWith("<!doctype html>");
  }

  @Test
  void whatIsPrintedAndWrittenIsTheSameEveryTime() throws IOException {
    Path json = folder.resolve("report.json");

    Ran once = run(Map.of(), SHOP, "--json", "" + json);
    String first = Files.readString(json);
    Ran again = run(Map.of(), SHOP, "--json", "" + json);

    assertThat(again.out).isEqualTo(once.out);
    assertThat(json).hasContent(first);
  }

  @Test
  void aTerminalHasABarThatIsGoneAtTheEnd() {
    Ran ran = run(Map.of("TOCSIN_STDERR_TERMINAL", "1"), SHOP);

    assertThat(ran.err).contains("░").contains("checking " + SHOP).contains("\r\033[Ktocsin: ");
  }

  @Test
  void historyThatIsTooShortHasACodeOfItsOwn() throws IOException {
    Path file = Files.write(folder.resolve("few.csv"), List.of("time,a", "60,1", "120,2"));

    Ran ran = run(Map.of(), "" + file);

    assertThat(ran.code).isEqualTo(ExitCode.NEEDS_YOU);
    assertThat(ran.out).contains("Learning takes 6 h and did not end.");
  }

  @ParameterizedTest
  @MethodSource("wrongLines")
  void aWrongLineIsSaidAndNothingIsRead(List<String> args, String said) {
    Ran ran = run(Map.of(), args.toArray(String[]::new));

    assertThat(ran.code).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err).contains(said);
    assertThat(ran.out).isEmpty();
  }

  static Stream<Arguments> wrongLines() {
    return Stream.of(
        wrong("expected files or --prometheus, found neither"),
        wrong("none.csv: expected a file, found none", "none.csv"),
        wrong("src: expected a file, found something else", "src"),
        wrong("--budget: expected alarms a month", SHOP, "--budget", "0"),
        wrong("--zone: expected one such as UTC", SHOP, "--zone", "Mars"),
        wrong("--ignore: expected a column's name, found b", SHOP, "--ignore", "b"),
        wrong("--ignore: expected a table", "a.log", "--ignore", "b"),
        wrong("--window: expected a span such as 10s", "a.log", "--window", "soon"),
        wrong("--window: expected 1s to 60s", "a.log", "--window", "2m"),
        wrong("expected another file than is read", SHOP, "--json", SHOP),
        wrong("expected a file in a folder that is there", SHOP, "--html", "nowhere/a.html"),
        wrong("expected a header with `from`, `to`", SHOP, "--labels", SHOP),
        wrong("--prometheus: expected an address with --query", "--query", "up"),
        wrong("--from: expected a value", "--prometheus", "http://127.0.0.1:1", "--query", "up"),
        wrong("expected an address such as", prometheus("ftp://h", "1h", "60s")),
        wrong("expected no user in the address", prometheus("http://u:p@h", "1h", "60s")),
        wrong("--to: expected a time (epoch", prometheus("http://h", "1h", "60s")),
        wrong("Unknown option: '--colour'", SHOP, "--colour"));
  }

  private static String[] prometheus(String url, String to, String step) {
    boolean wrongUrl = !url.equals("http://h");
    return new String[] {
      "--prometheus",
      url,
      "--query",
      "up",
      "--from",
      "60",
      "--to",
      wrongUrl ? "7200" : to,
      "--step",
      step
    };
  }

  private static Arguments wrong(String said, String... args) {
    return Arguments.of(List.of(args), said);
  }

  private static Ran run(Map<String, String> environment, String... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    String[] all = Stream.concat(Stream.of("backtest"), Stream.of(args)).toArray(String[]::new);
    int code = Cli.run(all, environment, new PrintWriter(out), new PrintWriter(err));
    return new Ran(code, out.toString(), err.toString());
  }
}
