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

  /// Hosts of web hooks that [KeyNames] is to notice, without dots.
  static final String[] HOSTS = {
    "hooksslackcom", "discordcom", "discordappcom", "webhookofficecom", "apitelegramorg"
  };

  /// Where the secret part of a path begins behind such a host, or -1.
  static int hookBegin(String text, int hostEnd) {
    for (String path : new String[] {"/services/", "/api/webhooks/", "/webhookb2/", "/bot"}) {
      if (text.startsWith(path, hostEnd)) {
        return hostEnd + path.length();
      }
    }
    return -1;
  }
}
