package io.tocsin.agent.instance;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Tells `app.log.1`, `app.log-20260131` and `app.2026-01-31.log` from `app.log`.
public final class RotatedName {
  private static final String DATE = "(?:19|20)\\d\\d-?[01]\\d-?[0-3]\\d(?:[T_.-]?\\d+)*";
  // `.1` to `.999`; more digits are a date or part of a name.
  private static final Pattern BEHIND =
      Pattern.compile("(.+?)(?:\\.\\d{1,3}|[.-]" + DATE + "|\\.old|\\.bak)");
  private static final Pattern WITHIN =
      Pattern.compile("(.+?)[._-]" + DATE + "(\\.(?:log|out|txt))");
  private static final Pattern PACKED = Pattern.compile(".*\\.(?:gz|bz2|xz|zst|lz4|zip|Z)");

  private RotatedName() {}

  /// The name before rotation; the same name when it was not rotated.
  public static String original(String name) {
    Matcher behind = BEHIND.matcher(name);
    if (behind.matches()) {
      return behind.group(1);
    }
    Matcher within = WITHIN.matcher(name);
    return within.matches() ? within.group(1) + within.group(2) : name;
  }

  /// Whether the name is a compressed file's, which is never read.
  public static boolean isPacked(String name) {
    return PACKED.matcher(name).matches();
  }
}
