package io.tocsin.agent.redact;

import java.util.Locale;

/// What sort of secret a mask stands for.
enum Kind {
  PASSWORD,
  SECRET,
  TOKEN,
  KEY,
  COOKIE,
  AUTHORIZATION,
  URL,
  JWT,
  PEM,
  EMAIL,
  CARD,
  AWS,
  GOOGLE,
  GITHUB,
  GITLAB,
  SLACK,
  STRIPE,
  PROVIDER;

  /// As in `<secret:kind:hash>`.
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
