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
  IBAN,
  PHONE,
  AWS,
  AZURE,
  GOOGLE,
  GITHUB,
  GITLAB,
  SLACK,
  STRIPE,
  PROVIDER,
  USER,
  ADDRESS;

  /// Whether it is an identity: no secret, and told from others by the fleet's key.
  boolean isIdentity() {
    return this == EMAIL || this == USER || this == ADDRESS;
  }

  /// As in `<secret:kind:hash>`.
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
