package io.tocsin.benchmarks.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// Certificates for a run with TLS, from the JDK's keytool, as PEM files: elliptic curve, valid for
/// a day, for 127.0.0.1.
final class Papers {
  private static final String PASSWORD = "benchmark";

  private final Path directory;
  private final Path store;

  Papers(Path directory) throws IOException, InterruptedException {
    this.directory = directory;
    this.store = directory.resolve("keys.p12");
    Files.createDirectories(directory);
    issue("authority", "-ext", "bc:c");
    for (String name : List.of("collector", "agent")) {
      issue(name, "-signer", "authority", "-ext", "san=ip:127.0.0.1");
    }
  }

  Path certificate(String name) {
    return directory.resolve(name + ".pem");
  }

  /// PKCS #8.
  Path key(String name) {
    return directory.resolve(name + ".key");
  }

  private void issue(String name, String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-alias", name, "-dname", "CN=" + name));
    command.addAll(List.of(options));
    command.addAll(List.of("-keyalg", "EC", "-validity", "1", "-keystore", store.toString()));
    command.addAll(List.of("-storepass", PASSWORD));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said);
    }
    try {
      KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
      write(certificate(name), "CERTIFICATE", keys.getCertificate(name).getEncoded());
      write(key(name), "PRIVATE KEY", keys.getKey(name, PASSWORD.toCharArray()).getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IOException(store + ": " + e.getMessage(), e);
    }
  }

  private static void write(Path file, String type, byte[] bytes) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    Files.writeString(
        file, "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, body, type));
  }
}
