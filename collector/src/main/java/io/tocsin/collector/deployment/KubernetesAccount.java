package io.tocsin.collector.deployment;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// Who asks the API server, and which one is believed: two files that others replace at any time.
/// Safe for use by many threads.
final class KubernetesAccount implements AutoCloseable {
  private final KubernetesConfig.Access access;
  private final Duration timeout;
  private byte[] trusted = {};
  private @Nullable HttpClient client;

  /// @param timeout of a connection's start
  KubernetesAccount(KubernetesConfig.Access access, Duration timeout) {
    this.access = access;
    this.timeout = timeout;
  }

  /// Shows the token as it is now.
  void authorize(HttpRequest.Builder request) throws IOException {
    if (access.tls()) {
      String token = Files.readString(access.tokenFile()).strip();
      // The client's own refusal would quote it.
      if (!token.matches("[\\x21-\\x7e]+")) {
        throw new IOException(
            access.tokenFile() + ": expected one token, found other text or none");
      }
      request.header("Authorization", "Bearer " + token);
    }
  }

  /// Another one after the authority changed; watches under the old one run to their end.
  synchronized HttpClient client() throws IOException {
    HttpClient present = client;
    byte[] authority = access.tls() ? Files.readAllBytes(access.authority()) : trusted;
    if (present != null && Arrays.equals(authority, trusted)) {
      return present;
    }
    HttpClient.Builder next =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(timeout);
    if (access.tls()) {
      next.sslContext(trusting(access.authority(), authority));
    }
    if (present != null) {
      present.shutdown();
    }
    HttpClient built = next.build();
    client = built;
    trusted = authority;
    return built;
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      client.shutdownNow();
    }
  }

  private static SSLContext trusting(Path file, byte[] pem) throws IOException {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int count = 0;
      for (Certificate one :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem))) {
        store.setCertificateEntry("authority-" + count++, one);
      }
      if (count == 0) {
        throw new IOException(file + ": expected certificates in PEM, found none");
      }
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(file + ": expected certificates in PEM, found other", e);
    }
  }
}
