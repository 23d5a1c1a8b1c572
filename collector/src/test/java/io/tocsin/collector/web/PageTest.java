package io.tocsin.collector.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The page in a real browser. Pictures of each view are left in `target/screens`.
class PageTest {
  private static final Path SCREENS = Path.of("target/screens");
  private static final String RELEASE = "/w/kubernetes/payments/checkout-api/r/1.42.0";

  private static Playwright playwright;
  private static Browser browser;

  @TempDir Path directory;
  private FixtureView story;
  private WebServer server;
  private BrowserContext context;
  private com.microsoft.playwright.Page page;
  private final List<String> complaints = new ArrayList<>();
  private final List<String> requests = new ArrayList<>();

  @BeforeAll
  static void openBrowser() throws IOException {
    Path chromium =
        Path.of(Optional.ofNullable(System.getenv("CHROMIUM")).orElse("/usr/bin/chromium"));
    assumeTrue(
        Files.isExecutable(chromium),
        "the page is tested in Chromium: expected one at " + chromium + "; set CHROMIUM");
    Files.createDirectories(SCREENS);
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(chromium)
                    .setArgs(
                        List.of(
                            "--headless",
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-quic",
                            "--no-first-run",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-sync")));
  }

  @AfterAll
  static void closeBrowser() {
    if (playwright != null) {
      playwright.close();
    }
  }

  @BeforeEach
  void start() {
    story = new FixtureView();
    server =
        WebServer.start(
            new WebConfig("127.0.0.1", 0, null, false, List.of()),
            story,
            story,
            Tokens.open(directory, story::now),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            story::now);
    view(1_440, 900, ColorScheme.LIGHT);
  }

  @AfterEach
  void stop() {
    context.close();
    // Netty waits 2 s for latecomers whenever it stops; the next test need not.
    Thread.ofVirtual().start(server::close);
  }

  private void view(int width, int height, ColorScheme scheme) {
    if (context != null) {
      context.close();
    }
    context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setViewportSize(width, height)
                .setColorScheme(scheme)
                .setTimezoneId("UTC"));
    page = context.newPage();
    page.onConsoleMessage(m -> {
      if (m.type().equals("error") || m.type().equals("warning")) {
        complaints.add(m.text());
      }
    });
    page.onPageError(complaints::add);
    page.onRequest(r -> requests.add(r.url()));
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.port() + path;
  }

  private void open(String path) {
    page.navigate(url(path));
    page.waitForSelector(".stale h1, .problem h1, main > div h1:not(.vh)");
  }

  private void signIn() throws IOException {
    open("/#token=" + Files.readString(directory.resolve("token")).strip());
  }

  private void picture(String name) {
    page.waitForTimeout(250); // charts are laid out after their width is known
    page.screenshot(
        new ScreenshotOptions().setPath(SCREENS.resolve(name + ".png")).setFullPage(true));
  }

  private String headline() {
    return page.locator("main h1").first().innerText();
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          overview,  /,                                         One release waits for your answer
          workload,  /w/kubernetes/payments/checkout-api,       checkout-api is anomalous since 03:01:40
          learning,  /w/docker/vm-7/mailer,                     'mailer is learning, ready at 09:40'
          file,      /w/file/vm-7/var%2Flog%2Fapp.log,          var/log/app.log is well
          release,   /w/kubernetes/payments/checkout-api/r/1.42.0, checkout-api 1.42.0 is regressed
          undecided, /w/kubernetes/ledger/posting-worker/r/5.3.0, posting-worker 5.3.0 is undecided so far
          unjudged,  /w/kubernetes/media/transcode/r/4.1.0,     transcode 4.1.0 cannot be judged
          releases,  /releases,                                 1 release waits for your answer
          incidents, /incidents,                                1 incident is open
          incident,  /i/1112-3,                                 Payments fail since checkout-api 1.42.0
          agents,    /agents,                                   1 of 3 agents is silent
          agent,     /agents/eu-1-p01,                          eu-1-p01 reports
          policy,    /policy,                                   Policy
          nowhere,   /nothing/here,                             There is nothing at this address
          """)
  void eachViewOpensWithTheSentenceThatAnswers(String name, String path, String first)
      throws IOException {
    signIn();
    open(path);
    assertThat(headline()).isEqualTo(first);
    accessible();
    picture(name + "-light");
    page.emulateMedia(
        new com.microsoft.playwright.Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
    page.waitForSelector("html[data-theme=dark]");
    picture(name + "-dark");
    page.setViewportSize(390, 844);
    picture(name + "-phone");
    assertThat(sideways()).as("scrolls sideways at 390 px by").isZero();
    assertThat(complaints).isEmpty();
    assertThat(requests).allMatch(r -> r.startsWith(url("/")));
  }

  private int sideways() {
    return (int)
        page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth");
  }

  /// What can be checked without a rule engine: one h1, names on everything one can act on, scopes.
  private void accessible() {
    assertThat(page.locator("h1").count()).as("h1").isEqualTo(1);
    assertThat(page.locator("th:not([scope])").count()).as("th without scope").isZero();
    assertThat(
            (List<?>)
                page.evaluate(
                    """
                    [...document.querySelectorAll("a[href], button, input, select")].filter(e => !(e.innerText || e.textContent || e.title
                      || e.getAttribute("aria-label") || (e.labels && e.labels.length) || "").toString().trim()).map(e => e.outerHTML)
                    """))
        .as("without a name")
        .isEmpty();
    assertThat(
            (List<?>)
                page.evaluate(
                    """
                    [...document.querySelectorAll("svg")].filter(e => !e.closest("[aria-hidden=true]") && !e.getAttribute("aria-label")).map(e => e.outerHTML.slice(0, 200))
                    """))
        .as("drawings without a name")
        .isEmpty();
    assertThat(page.locator("html").getAttribute("lang")).isEqualTo("en");
  }

  @Test
  void stoppingAllRollbacksIsOnePressOnEachWidth() throws IOException {
    for (int width : List.of(1_440, 800, 390)) {
      view(width, 844, ColorScheme.DARK);
      signIn();
      page.locator(".kill button:has-text('Stop all')").click();
      page.waitForSelector(".bandx:has-text('All rollbacks are stopped')");
      assertThat(story.status().killSwitch().stopped()).isTrue();
      if (width == 1_440) {
        picture("overview-stopped-dark");
      }
      story.killSwitch(new Actor("install", Role.ADMINISTER), false);
    }
    assertThat(complaints).isEmpty();
  }

  @Test
  void armingAgainTakesTheWordArm() throws IOException {
    story.killSwitch(new Actor("install", Role.ADMINISTER), true);
    signIn();
    page.locator(".kill button:has-text('Arm again')").click();
    Locator arm = page.locator("dialog button:text-is('Arm')");
    assertThat(arm.isDisabled()).isTrue();
    page.locator("dialog input").fill("arm");
    picture("arm-light");
    arm.click();
    page.waitForSelector(".kill button:has-text('Stop all')");
    assertThat(story.status().killSwitch().stopped()).isFalse();
  }

  @Test
  void takingBackAsksOnceMoreWithTheFocusOnNotNow() throws IOException {
    signIn();
    open(RELEASE);
    page.locator("#answer button:has-text('Take back')").click();
    // By a selector: a function to wait for is evaluated in the page, and its policy forbids that.
    page.waitForSelector("dialog button:text-is('Not now'):focus");
    picture("confirm-light");
    page.keyboard().press("Enter");
    page.waitForSelector(
        "dialog",
        new com.microsoft.playwright.Page.WaitForSelectorOptions()
            .setState(com.microsoft.playwright.options.WaitForSelectorState.DETACHED));
    assertThat(story.status().waiting()).as("still waits").isEqualTo(1);
    page.locator("#answer button:has-text('Take back')").click();
    page.locator("dialog button:has-text('Yes, take it back')").click();
    page.waitForSelector("h1:has-text('checkout-api 1.42.0 is being taken back')");
    assertThat(complaints).isEmpty();
  }

  @Test
  void anAnswerToWhatIsNoLongerSoIsRefusedInWords() throws IOException {
    signIn();
    open(RELEASE);
    page.locator("#answer button:has-text('Keep 1.42.0')").click();
    story.changeTheVerdict();
    page.locator("dialog button:has-text('Yes, keep it')").click();
    page.waitForSelector("dialog :text('Refused, nothing was changed.')");
    assertThat(page.locator("dialog").innerText()).contains("Evidence was weighed again");
  }

  @Test
  void withoutATokenThePageLooksAndCannotAnswer() {
    open(RELEASE);
    assertThat(page.locator("#answer button:has-text('Take back')").isDisabled()).isTrue();
    assertThat(page.locator("#answer").innerText()).contains("This page has no token.");
  }

  @Test
  void theTokenLeavesTheAddressAndNoScriptCanReadTheCookie() throws IOException {
    signIn();
    assertThat(page.url()).isEqualTo(url("/"));
    assertThat(page.evaluate("document.cookie")).isEqualTo("");
  }

  @Test
  void keysMoveOpenAndStop() throws IOException {
    signIn();
    page.keyboard().press("j");
    page.keyboard().press("Enter");
    page.waitForSelector("h1:has-text('checkout-api is anomalous')");
    page.keyboard().press("g");
    page.keyboard().press("a");
    page.waitForSelector("h1:has-text('1 of 3 agents is silent')");
    page.keyboard().press("u");
    page.waitForSelector("h1:has-text('One release waits')");
    page.keyboard().press("t");
    assertThat(page.locator("html").getAttribute("data-theme")).isEqualTo("dark");
    page.keyboard().press("/");
    page.locator("dialog input").fill("transcode 4");
    page.waitForSelector(".found a:has-text('transcode 4.1.0')");
    page.keyboard().press("Enter");
    page.waitForSelector("h1:has-text('transcode 4.1.0 cannot be judged')");
    page.keyboard().press("Shift+K");
    page.waitForSelector(".bandx:has-text('All rollbacks are stopped')");
    assertThat(complaints).isEmpty();
  }

  @Test
  void anUndecidedReleaseSaysWhatEachSignalStillNeeds() throws IOException {
    signIn();
    open("/w/kubernetes/ledger/posting-worker/r/5.3.0");
    assertThat(page.locator("section[aria-label='Still needed'] tbody tr").allInnerTexts())
        .map(row -> row.replaceAll("\\s+", " ").strip())
        .containsExactly(
            "Error ratio 4.1 of 800 6.4 of 20 About 340 more requests, 4 minutes. Never at this"
                + " rate.",
            "Slow requests 0.5 of 800 24 of 20 Reached. Never at this rate.",
            "Restarts 1.0 of 800 0.8 of 20 Never at this rate: 2.1 an hour and instance, less"
                + " than 2.0 needed. About 34 minutes.",
            "Fast bake 14 min of 30 min 16 min, until 03:28:20.");
  }

  @Test
  void aDeadLetterIsSentAgainFromItsIncident() throws IOException {
    signIn();
    open("/i/1112-3");
    page.locator("button:has-text('Send again')").click();
    page.waitForSelector(":text('On its way to Alertmanager eu-1 again, under the id it had.')");
    page.waitForSelector("section[aria-label='Alerts sent'] :text('waiting')");
    assertThat(page.locator("button:has-text('Send again')").count()).isZero();
    assertThat(story.sentAgain()).isEqualTo("install");
    assertThat(complaints).isEmpty();
  }

  @Test
  void withoutATokenNothingIsSentAgain() {
    open("/i/1112-3");
    assertThat(page.locator("button:has-text('Send again')").isDisabled()).isTrue();
  }

  @Test
  void anEventReachesThePageWithoutAReload() throws IOException {
    signIn();
    open(RELEASE);
    story.answer(
        new Actor("somebody", Role.APPROVE),
        FixtureView.CHECKOUT,
        "1.42.0",
        Commands.Answer.TAKE_BACK,
        FixtureView.HASH);
    page.waitForSelector("h1:has-text('is being taken back')");
  }

  @Test
  void aHouseWithoutAgentsSaysWhatToDo() {
    story.emptyTheHouse();
    open("/");
    assertThat(headline()).isEqualTo("No agent has reported yet");
    assertThat(page.locator("main").innerText())
        .contains("tocsin agent --collector 127.0.0.1:7601");
    picture("empty-light");
  }

  @Test
  void whatIsNotThereSaysSo() {
    open("/w/kubernetes/payments/nobody");
    assertThat(headline()).isEqualTo("This could not be read");
    assertThat(page.locator("main").innerText()).contains("a workload that Tocsin knows");
  }

  @Test
  void aLostCollectorIsSaidAndAllActsAreOff() throws IOException {
    signIn();
    open(RELEASE);
    server.close();
    page.waitForSelector(
        ".bandx.lost",
        new com.microsoft.playwright.Page.WaitForSelectorOptions().setTimeout(25_000));
    assertThat(page.locator(".bandx.lost").innerText()).contains("has had no data for");
    assertThat(page.locator("#answer button:has-text('Take back')").isDisabled()).isTrue();
    picture("lost-light");
  }

  @Test
  void thePageIsLight() throws IOException {
    page.navigate(url("/"));
    page.waitForSelector(".stale h1");
    List<String> files = requests.stream().filter(r -> !r.contains("/api/")).distinct().toList();
    long bytes = 0;
    for (String file : files) {
      var packed = new ByteArrayOutputStream();
      try (var in = URI.create(file).toURL().openStream();
          var gzip = new GZIPOutputStream(packed)) {
        in.transferTo(gzip);
      }
      bytes += packed.size();
    }
    System.out.printf("the page: %d files, %d bytes compressed%n", files.size(), bytes);
    assertThat(files).hasSizeLessThanOrEqualTo(8);
    assertThat(bytes).isLessThanOrEqualTo(60_000);
  }
}
