package io.tocsin.agent.redact;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tokens that providers give a recognisable head, as their documentation and their secret scanners
/// describe them. Looking costs at most the shortest body asked for, unless it succeeds.
final class Shapes {

  /// @param least characters of the body, at least
  /// @param most characters of the body, at most; the character behind must not be of a word
  record Shape(Kind kind, String head, int least, int most) {}

  /// A body this long is taken whole.
  private static final int LONG = Integer.MAX_VALUE;

  private static final List<Shape> ALL = all();
  static final int LONGEST_HEAD = ALL.stream().mapToInt(s -> s.head().length()).max().orElse(0);
  private static final Shape[][] BY_FIRST = byFirst();

  private Shapes() {}

  static List<String> heads() {
    return ALL.stream().map(Shape::head).toList();
  }

  /// The shape whose token starts here.
  static @Nullable Shape at(String text, int from) {
    char c = text.charAt(from);
    if (c >= BY_FIRST.length) {
      return null;
    }
    for (Shape shape : BY_FIRST[c]) {
      if (text.startsWith(shape.head, from) && end(text, from, shape) > 0) {
        return shape;
      }
    }
    return null;
  }

  /// Exclusive end of the token, or -1.
  static int end(String text, int from, Shape shape) {
    int body = from + shape.head.length();
    int end = body;
    while (end < text.length() && end - body < shape.most && Chars.isTokenChar(text.charAt(end))) {
      end++;
    }
    while (end > body && (text.charAt(end - 1) == '.' || text.charAt(end - 1) == '-')) {
      end--;
    }
    boolean cut = end < text.length() && Chars.isWord(text.charAt(end));
    return end - body < shape.least || cut ? -1 : end;
  }

  private static List<Shape> all() {
    List<Shape> all = new ArrayList<>();
    for (String head : List.of("AKIA", "ASIA", "ABIA", "ACCA")) {
      all.add(new Shape(Kind.AWS, head, 16, 16));
    }
    all.add(new Shape(Kind.GOOGLE, "AIza", 35, LONG));
    all.add(new Shape(Kind.GOOGLE, "ya29.", 20, LONG));
    all.add(new Shape(Kind.GOOGLE, "GOCSPX-", 20, LONG));
    for (String head : List.of("ghp_", "gho_", "ghu_", "ghs_", "ghr_")) {
      all.add(new Shape(Kind.GITHUB, head, 30, LONG));
    }
    all.add(new Shape(Kind.GITHUB, "github_pat_", 22, LONG));
    for (String head : List.of("glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glsoat-")) {
      all.add(new Shape(Kind.GITLAB, head, 20, LONG));
    }
    for (String head : List.of("xoxb-", "xoxa-", "xoxp-", "xoxr-", "xoxs-", "xapp-", "xoxe.")) {
      all.add(new Shape(Kind.SLACK, head, 10, LONG));
    }
    for (String head : List.of("sk_live_", "sk_test_", "rk_live_", "rk_test_", "whsec_")) {
      all.add(new Shape(Kind.STRIPE, head, 16, LONG));
    }
    all.add(new Shape(Kind.GOOGLE, "GOOG1E", 50, LONG));
    all.add(new Shape(Kind.STRIPE, "sk_org_", 16, LONG));
    // Alibaba, Tencent, Yandex, Scaleway; a head alone is short, so its body has its exact length.
    all.add(new Shape(Kind.PROVIDER, "LTAI", 12, 20));
    all.add(new Shape(Kind.PROVIDER, "AKID", 32, 36));
    all.add(new Shape(Kind.PROVIDER, "AQVN", 35, 38));
    all.add(new Shape(Kind.PROVIDER, "YCAJE", 20, 22));
    all.add(new Shape(Kind.PROVIDER, "SCW", 17, 17));
    all.add(new Shape(Kind.PROVIDER, "dapi", 32, 34));
    all.add(new Shape(Kind.PROVIDER, "NRAK-", 27, 27));
    all.add(new Shape(Kind.PROVIDER, "PMAK-", 59, 59));
    all.add(new Shape(Kind.PROVIDER, "ATATT3", 100, LONG));
    all.add(new Shape(Kind.PROVIDER, "ATBB", 32, LONG));
    all.add(new Shape(Kind.PROVIDER, "AGE-SECRET-KEY-1", 58, 58));
    for (String head : List.of("dop_v1_", "doo_v1_", "dor_v1_")) {
      all.add(new Shape(Kind.PROVIDER, head, 64, LONG));
    }
    for (String head : List.of("shpat_", "shpss_", "shpca_", "shppa_")) {
      all.add(new Shape(Kind.PROVIDER, head, 32, LONG));
    }
    for (String head : List.of("hvs.", "hvb.", "hvr.", "glsa_", "glc_", "sntrys_", "sntryu_")) {
      all.add(new Shape(Kind.PROVIDER, head, 24, LONG));
    }
    for (String head : List.of("dckr_pat_", "dckr_oat_", "sq0atp-", "sq0csp-", "HRKU-")) {
      all.add(new Shape(Kind.PROVIDER, head, 20, LONG));
    }
    for (String head : List.of("pscale_tkn_", "pscale_pw_", "sbp_", "figd_", "lin_api_", "ntn_")) {
      all.add(new Shape(Kind.PROVIDER, head, 30, LONG));
    }
    all.add(new Shape(Kind.PROVIDER, "pul-", 40, 40));
    all.add(new Shape(Kind.PROVIDER, "dt0c01.", 88, LONG));
    all.add(new Shape(Kind.PROVIDER, "rubygems_", 48, LONG));
    all.add(new Shape(Kind.PROVIDER, "npm_", 36, LONG));
    all.add(new Shape(Kind.PROVIDER, "pypi-", 50, LONG));
    all.add(new Shape(Kind.PROVIDER, "SG.", 50, LONG));
    all.add(new Shape(Kind.PROVIDER, "hf_", 30, LONG));
    all.add(new Shape(Kind.PROVIDER, "sk-", 32, LONG));
    return List.copyOf(all);
  }

  private static Shape[][] byFirst() {
    Shape[][] table = new Shape[128][];
    for (int c = 0; c < table.length; c++) {
      char first = (char) c;
      table[c] = ALL.stream().filter(s -> s.head.charAt(0) == first).toArray(Shape[]::new);
    }
    return table;
  }
}
