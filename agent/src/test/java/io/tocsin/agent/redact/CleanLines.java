package io.tocsin.agent.redact;

import io.tocsin.agent.instance.Instance;
import io.tocsin.agent.tail.RawLine;
import java.nio.charset.StandardCharsets;

/// Clean lines for the tests of later stages.
public final class CleanLines {

  private static final Instance WEB =
      new Instance("web-1", "file", "h", "file/h/web", "web", "", "", 0, "", "");
  private static final byte[] KEY = "a key of this host".getBytes(StandardCharsets.UTF_8);

  private CleanLines() {}

  public static CleanLine of(String text) {
    boolean ascii = text.chars().allMatch(c -> c < 128);
    return new Redactor(RedactConfig.standard(), KEY)
        .redact(new RawLine(WEB, text, 0, false, ascii));
  }
}
