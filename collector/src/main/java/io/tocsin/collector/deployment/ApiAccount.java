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

/// Who asks an API server, and which one is believed: two files that others replace at any time.
/// Safe for use by many threads.
final class ApiAccount implements AutoCloseable {
  private final Identity identity;
  private final Duration timeout;
  private byte[] trusted = {};
  private @Nullable HttpClient client;

  /// How a caller is known to a server, and a server to the caller.
  ///
  /// @param tokenFile read for each question; null: no token is shown
  /// @param header that carries the token
  /// @param before what stands before the token in it, e.g. `Bearer `
  /// @param authority PEM file of the certificates that the server's must chain to, read again when
  ///   it changes; null: those that this machine trusts, or no TLS
  record Identity(
      @Nullable Path tokenFile, String header, String before, @Nullable Path authority) {}

  /// @param timeout of a connection's start
  ApiAccount(Identity identity, Duration timeout) {
    this.identity = identity;
    this.timeout = timeout;
  }

  /// Shows the token as it is now.
  void authorize(HttpRequest.Builder request) throws IOException {
    Path file = identity.tokenFile();
    if (file != null) {
      String token = Files.readString(file).strip();
      // The client's own refusal would quote it.
      if (!token.matches("[\\x21-\\x7e]+")) {
        throw new IOException(file + ": expected one token, found other text or none");
      }
      request.header(identity.header(), identity.before() + token);
    }
  }

  /// Another one after the authority changed; watches under the old one run to their end.
  synchronized HttpClient client() throws IOException {
    HttpClient present = client;
    Path file = identity.authority();
    byte[] authority = file == null ? trusted : Files.readAllBytes(file);
    if (present != null && Arrays.equals(authority, trusted)) {
      return present;
    }
    HttpClient.Builder next =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(timeout);
    if (file != null) {
      next.sslContext(trusting(file, authority));
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
