package io.tocsin.agent.redact;

/// Secrets of clouds that give themselves away in the middle: those of Microsoft Entra applications
/// hold `Q~` behind three characters and a digit; some messengers' web hooks are secret by their
/// path.
final class CloudSecrets {

  private static final int BEFORE = 4;
  private static final int LEAST = 31;
  private static final int MOST = 34;

  private CloudSecrets() {}

  /// Where the application secret begins whose `~` is here, or -1. It ends at [#entraEnd].
  static int entraBegin(String text, int tilde) {
    int from = tilde - 1 - BEFORE;
    if (from < 0 || text.charAt(tilde - 1) != 'Q' || !Chars.isDigit(text.charAt(tilde - 2))) {
      return -1;
    }
    for (int i = from; i < tilde - 2; i++) {
      if (!isBody(text.charAt(i))) {
        return -1;
      }
    }
    return entraEnd(text, tilde) > 0 ? from : -1;
  }

  static int entraEnd(String text, int tilde) {
    int end = tilde + 1;
    while (end < text.length() && end - tilde <= MOST + 1 && isBody(text.charAt(end))) {
      end++;
    }
    while (text.charAt(end - 1) == '.' || text.charAt(end - 1) == '-') {
      end--; // of the sentence
    }
    int body = end - tilde - 1;
    return body < LEAST || body > MOST ? -1 : end;
  }

  private static boolean isBody(char c) {
    return Chars.isTokenChar(c) || c == '~';
  }

  private static final String[] PATHS = {
    "/services/",
    "/triggers/",
    "/workflows/",
    "/api/webhooks/",
    "/api/v#/webhooks/",
    "/webhookb2/",
    "/bot"
  };

  /// Hosts of web hooks that [KeyNames] is to notice, without dots.
  static final String[] HOSTS = {
    "hooksslackcom", "discordcom", "discordappcom", "webhookofficecom", "apitelegramorg"
  };

  /// Where the secret part of a path begins behind such a host, or -1.
  static int hookBegin(String text, int hostEnd) {
    for (String path : PATHS) {
      int end = pathEnd(text, hostEnd, path);
      if (end > 0) {
        return end;
      }
    }
    return -1;
  }

  /// Behind the path that begins here, or -1; its slashes may be escapes, a `#` is a version.
  private static int pathEnd(String text, int from, String path) {
    int at = from;
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '#') {
        while (at < text.length() && Chars.isDigit(text.charAt(at))) {
          at++;
        }
      } else if (c == '/' && text.startsWith("\\/", at)) {
        at += 2;
      } else if (c == '/' && text.regionMatches(true, at, "%2F", 0, 3)) {
        at += 3;
      } else if (at < text.length() && text.charAt(at) == c) {
        at++;
      } else {
        return -1;
      }
    }
    return at;
  }
}
