package io.tocsin.benchmarks.agent;

import io.tocsin.benchmarks.Arguments;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What an agent costs, as `name,value,unit`: memory and CPU at steady rates, its peak in a burst,
/// the most it can take, how soon it delivers, what it loses or doubles over rotations, what it
/// spools and sends. The agent is a process of its own; what it reads is written, and what it sends
/// is taken, by this one.
public final class AgentCost {
  private static final String USAGE =
      """
      benchmarks/run agent [OPTION...]
        --only LIST         of start, rates, burst, most, rotation, spool; all of them
        --rates LIST        lines a second (0,100,1000,10000)
        --settle N          seconds at a rate before it is measured (10)
        --seconds N         seconds at a rate that are measured (30)
        --starts N          starts, for the median (7)
        --burst N           seconds of 50,000 lines/s with 10,000 templates (20)
        --lines N           lines of the file that is read as fast as it can be (1000000)
        --rotations N       of each sort (20)
        --outage N          seconds at 100 lines/s with nobody to send to (40)
        --tls               Tocsin's agent proves itself, and encrypts
        --agent NAME=SHELL  another agent beside it: {file} is what it reads from its first byte,
                            {port} the TCP port of this machine that it sends text to, {state} a
                            folder of its own. What it cannot be asked for is left out
        --only-agent        that one alone\
      """;

  static final List<String> PARTS = List.of("start", "rates", "burst", "most", "rotation", "spool");

  private AgentCost() {}

  public static void main(String[] words) throws Exception {
    Arguments arguments =
        new Arguments(
            words,
            USAGE,
            List.of(
                "--only",
                "--rates",
                "--settle",
                "--seconds",
                "--starts",
                "--burst",
                "--lines",
                "--rotations",
                "--outage",
                "--agent"),
            List.of("--tls", "--only-agent"));
    Plan plan = plan(arguments);
    List<String> parts = parts(arguments);
    Path directory = Files.createTempDirectory("tocsin-agent");
    Rows.head();
    try {
      for (Subject subject : subjects(arguments, directory)) {
        Path own = Files.createDirectory(directory.resolve("of-" + subject.name()));
        new Measurements(subject, plan, own).run(parts);
      }
    } finally {
      Measurements.delete(directory);
    }
  }

  private static Plan plan(Arguments arguments) {
    List<Integer> rates = new ArrayList<>();
    String given = arguments.get("--rates");
    for (String rate : (given == null ? "0,100,1000,10000" : given).split(",")) {
      if (!rate.matches("[0-9]{1,6}")) {
        arguments.refuse("--rates: expected lines a second up to 999999, found " + rate);
      }
      rates.add(Integer.parseInt(rate));
    }
    return new Plan(
        List.copyOf(rates),
        arguments.count("--settle", 10),
        arguments.count("--seconds", 30),
        arguments.count("--starts", 7),
        arguments.count("--burst", 20),
        arguments.count("--lines", 1_000_000),
        arguments.count("--rotations", 20),
        arguments.count("--outage", 40));
  }

  private static List<String> parts(Arguments arguments) {
    String only = arguments.get("--only");
    List<String> parts = only == null ? PARTS : Arrays.asList(only.split(","));
    for (String part : parts) {
      if (!PARTS.contains(part)) {
        arguments.refuse(
            "--only: expected some of %s, found %s".formatted(String.join(", ", PARTS), part));
      }
    }
    return parts;
  }

  private static List<Subject> subjects(Arguments arguments, Path directory) throws Exception {
    List<Subject> subjects = new ArrayList<>();
    if (!arguments.has("--only-agent")) {
      Path root = Path.of(System.getProperty("tocsin.root", "."));
      Papers papers = arguments.has("--tls") ? new Papers(directory.resolve("papers")) : null;
      Subject.Tocsin tocsin = new Subject.Tocsin(root, papers);
      tocsin.prepare(directory.resolve("prepare"));
      subjects.add(tocsin);
    }
    String other = arguments.get("--agent");
    if (other != null) {
      if (!other.matches("[a-z0-9-]+=.+") || other.startsWith("tocsin=")) {
        arguments.refuse(
            "--agent: expected NAME=COMMAND, the name of small letters and not tocsin, found "
                + other);
      }
      int sign = other.indexOf('=');
      subjects.add(new Subject.Other(other.substring(0, sign), other.substring(sign + 1)));
    } else if (arguments.has("--only-agent")) {
      arguments.refuse("--only-agent: expected --agent beside it, found none");
    }
    return subjects;
  }
}
