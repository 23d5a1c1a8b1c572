package io.tocsin.collector.alert;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// `webhook-signature` of [Standard Webhooks](https://www.standardwebhooks.com): `v1,` and the
/// base64 of HMAC-SHA256 over `id.timestamp.body`.
final class Signature {
  private Signature() {}

  static String of(byte[] key, String webhookId, long epochSeconds, String body) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      String signed = webhookId + "." + epochSeconds + "." + body;
      byte[] digest = mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
