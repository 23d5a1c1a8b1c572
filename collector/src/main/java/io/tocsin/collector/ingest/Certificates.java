package io.tocsin.collector.ingest;

import io.grpc.netty.GrpcSslContexts;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/// Mutual TLS from PEM files that are read again within a minute of a change.
final class Certificates {
  private static final long RELOAD_SECONDS = 60;

  private Certificates() {}

  static SslContext server(IngestConfig.Tls tls) {
    ScheduledExecutorService reloads =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("certificates").factory());
    try {
      var keys = new AdvancedTlsX509KeyManager();
      keys.updateIdentityCredentials(
          tls.certificate().toFile(),
          tls.key().toFile(),
          RELOAD_SECONDS,
          TimeUnit.SECONDS,
          reloads);
      var trust = AdvancedTlsX509TrustManager.newBuilder().build();
      trust.updateTrustCredentials(
          tls.authority().toFile(), RELOAD_SECONDS, TimeUnit.SECONDS, reloads);
      return GrpcSslContexts.configure(
              SslContextBuilder.forServer(keys).trustManager(trust).clientAuth(ClientAuth.REQUIRE))
          .build();
    } catch (GeneralSecurityException | IOException e) {
      reloads.shutdownNow();
      throw new IllegalArgumentException(
          "listen.agents.tls: expected PEM files for authority, certificate and key (PKCS #8), found "
              + e.getMessage(),
          e);
    }
  }

  /// Common name of the subject; empty when it has none.
  static String commonName(X509Certificate certificate) {
    try {
      for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
        if (part.getType().equalsIgnoreCase("CN")) {
          return part.getValue().toString();
        }
      }
      return "";
    } catch (InvalidNameException e) {
      return "";
    }
  }
}
