package io.tocsin.agent.link;

import io.grpc.netty.GrpcSslContexts;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Mutual TLS from PEM files that are read again within a minute of a change.
final class Certificates {
  private static final long RELOAD_SECONDS = 60;

  private Certificates() {}

  static SslContext client(LinkConfig.Tls tls) {
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
              io.netty.handler.ssl.SslContextBuilder.forClient()
                  .keyManager(keys)
                  .trustManager(trust))
          .build();
    } catch (GeneralSecurityException | IOException e) {
      reloads.shutdownNow();
      throw new IllegalArgumentException(
          "collector.tls: expected PEM files for authority, certificate and key (PKCS #8), found "
              + e.getMessage(),
          e);
    }
  }
}
