package io.tocsin.agent.tail;

import static io.tocsin.agent.tail.Tail.AT_ONCE;
import static io.tocsin.agent.tail.Tail.append;
import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.agent.instance.LogFile.Framing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class StackTracesTest {
  private static final List<String> TRACES =
      List.of(
          // Java: causes, suppressed ones, frames left out, a cycle, the root cause first
          """
          2026-01-31 10:00:00,123 ERROR [main] a.B: order 7 failed
          java.lang.IllegalStateException: x
          \tat a.B.c(B.java:1)
          \tat java.base/java.lang.Thread.run(Thread.java:1474)
          \tSuppressed: java.io.IOException: closing
          \t\tat d.E.close(E.java:9)
          \t... 3 common frames omitted
          Caused by: java.io.IOException: y
          \tat d.E.f(E.java:2)
          \t[CIRCULAR REFERENCE: java.io.IOException: y]\
          """,
          """
          Exception in thread "main" java.lang.NullPointerException: Cannot invoke "a.B.c()"
          \tat a.B.main(B.java:3)\
          """,
          """
          ERROR failed
          java.io.IOException: y
          \tat d.E.f(E.java:2)
          Wrapped by: java.lang.IllegalStateException: x
          \tat a.B.c(B.java:1)\
          """,
          // Python: one after another, names that do not end in Error, groups
          """
          ERROR:root:order 7 failed
          Traceback (most recent call last):
            File "/srv/a.py", line 1, in f
              g()
              ~^^
          KeyError: 'x'

          During handling of the above exception, another exception occurred:

          Traceback (most recent call last):
            File "/srv/a.py", line 3, in <module>
              f()
          botocore.exceptions.ReadTimeout\
          """,
          """
          CRITICAL stopped
          Traceback (most recent call last):
            File "/srv/a.py", line 1, in f
              time.sleep(1)
          KeyboardInterrupt\
          """,
          """
          error in group
            + Exception Group Traceback (most recent call last):
            |   File "/srv/a.py", line 1, in <module>
            |     raise ExceptionGroup("e", [ValueError(1)])
            | ExceptionGroup: e (1 sub-exception)
            +-+---------------- 1 ----------------
              | ValueError: 1
              +------------------------------------\
          """,
          // Go: a panic taken up again, a signal, what net/http says
          """
          panic: boom [recovered]
          \tpanic: boom again
          [signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x1]

          goroutine 1 [running]:
          panic({0x4a3b20, 0x4e1f10})
          \t/usr/local/go/src/runtime/panic.go:770 +0x132
          main.f(0x1)
          \t/a/main.go:3 +0x1d
          ...additional frames elided...
          created by main.main in goroutine 7
          \t/a/main.go:9 +0x2
          exit status 2\
          """,
          """
          2026/01/31 10:00:00 http: panic serving 10.0.0.1:1234: boom
          goroutine 19 [running]:
          net/http.(*conn).serve.func1()
          \t/usr/local/go/src/net/http/server.go:1898 +0xbe\
          """,
          // .NET: inner ones
          """
          fail: Shop.Orders[0] order 7 failed
          System.InvalidOperationException: x
           ---> System.IO.IOException: y
             at D.E.F() in /src/E.cs:line 2
             --- End of inner exception stack trace ---
             at A.B.C() in /src/B.cs:line 1
          --- End of stack trace from previous location ---
             at A.B.D()\
          """,
          // Node: fields of the error, and nobody who caught it
          """
          request failed
          TypeError [ERR_INVALID_ARG_TYPE]: The "path" argument must be of type string
              at f (/srv/a.js:1:2)
              at process.processTicksAndRejections (node:internal/process/task_queues:95:5) {
            code: 'ERR_INVALID_ARG_TYPE',
            [cause]: Error: x
                at g (/srv/a.js:3:4)
          }\
          """,
          """
          /srv/app.js:12
              throw new Error('x');
              ^

          Error: x
              at Object.<anonymous> (/srv/app.js:12:11)
              at node:internal/main/run_main_module:28:49\
          """);

  @TempDir Path folder;

  static Stream<Arguments> tracesInFramings() {
    return TRACES.stream()
        .flatMap(trace ->
            Stream.of(Framing.PLAIN, Framing.CRI, Framing.DOCKER_JSON)
                .map(framing -> Arguments.of(framing, trace)));
  }

  @ParameterizedTest
  @MethodSource("tracesInFramings")
  void aTraceIsOneMessageInEveryFraming(Framing framing, String trace) {
    assertThat(read(framing, "INFO started\n" + trace + "\nINFO stopped"))
        .containsExactly("INFO started", trace, "INFO stopped");
  }

  @ParameterizedTest
  @EnumSource(
      value = Framing.class,
      names = {"PLAIN", "CRI", "DOCKER_JSON"})
  void aTraceIsNotBuriedInALineThatSaysNothingOfTrouble(Framing framing) {
    String trace =
        "Traceback (most recent call last):\n  File \"a.py\", line 1\n    g()\nValueError";
    assertThat(read(framing, "GET /health 200\n" + trace + "\nGET /health 200"))
        .containsExactly("GET /health 200", trace, "GET /health 200");
  }

  @Test
  void linesAfterATraceAreTheirOwn() {
    String trace =
        "ERROR x\nTraceback (most recent call last):\n  File \"a.py\", line 1\nValueError: y";
    assertThat(read(Framing.PLAIN, trace + "\nINFO: 10.0.0.1:1234 - 200\n  indented"))
        .containsExactly(trace, "INFO: 10.0.0.1:1234 - 200", "  indented");
    assertThat(read(Framing.PLAIN, "first\n  indented\nsecond"))
        .containsExactly("first", "  indented", "second");
  }

  @Test
  void whatAServiceSaysAfterAPanicIsItsOwn() {
    String panic =
        "panic: boom [recovered]\n\ngoroutine 1 [running]:\nmain.f(0x1)\n\t/a.go:3 +0x1d";
    assertThat(read(Framing.PLAIN, panic + "\nINFO served GET /x (12 ms)\nERROR db down (refused)"))
        .containsExactly(panic, "INFO served GET /x (12 ms)", "ERROR db down (refused)");
    String end = panic + "\nexit status 2";
    assertThat(read(Framing.PLAIN, end + "\nmain.start(v1.2)\nStarting server (v1.2)"))
        .containsExactly(end, "main.start(v1.2)", "Starting server (v1.2)");
  }

  @Test
  void bareTracesInARowAreMessagesOfTheirOwn() {
    String first = "java.lang.NullPointerException: x\n\tat a.B.c(B.java:1)";
    String second = "java.lang.OutOfMemoryError: heap\n\tat a.B.d(B.java:2)";
    assertThat(read(Framing.PLAIN, first + "\n" + second)).containsExactly(first, second);
    String python = "Traceback (most recent call last):\n  File \"a.py\", line 1\nValueError: y";
    assertThat(read(Framing.PLAIN, python + "\n" + python)).containsExactly(python, python);
  }

  @Test
  void anIndentedLineWithoutTheShapeOfAFrameIsItsOwn() {
    assertThat(read(Framing.PLAIN, "INFO schedule of today\n  at 10:30 backup\n  disk: full"))
        .containsExactly("INFO schedule of today", "  at 10:30 backup", "  disk: full");
    for (String frame :
        new String[] {
          "a.b.C.d(C.java:1)",
          "A.B(Int32 x) in b.cs:line 1",
          "A.B[T, U](T x)",
          "async f (b.js:1:2)",
          "new B (b.js:1:2)",
          "Object.f [as g] (b.js:1:2)",
          "/srv/b.js:1:2",
          "async Promise.all (index 0)"
        }) {
      String trace = "ERROR x\n    at " + frame;
      assertThat(read(Framing.PLAIN, trace)).containsExactly(trace);
    }
  }

  @Test
  void aTraceThatStopsInTheMiddleIsHandedOnAfterASecondWhateverTheClockDoes() {
    for (long step : new long[] {1_001, -3_600_000, 3_600_000}) {
      var log = folder.resolve("app%d.log".formatted(step));
      try (var tail = new Tail(AT_ONCE).following(Framing.PLAIN, log)) {
        append(log, "ERROR x\njava.lang.Error: y\n\tat a.B.c(B.java:1)\n");
        assertThat(tail.read()).isEmpty();
        tail.pass(step);
        assertThat(tail.read()).as("clock stepped by %d ms", step).hasSize(1);
      }
    }
  }

  private List<String> read(Framing framing, String text) {
    var log = folder.resolve("app%d.log".formatted(System.nanoTime()));
    try (var tail = new Tail(AT_ONCE).following(framing, log)) {
      for (String line : text.split("\n", -1)) {
        append(log, Framed.line(framing, line));
        tail.read();
      }
      return new ArrayList<>(tail.settle());
    }
  }
}
