package io.tocsin.collector;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// Issues real certificates with the JDK's keytool, as PEM files: elliptic curve, valid for a day,
/// for 127.0.0.1 and localhost unless said otherwise.
public final class TestAuthority {
  private static final String PASSWORD = "changeit";

  private final Path directory;
  private final Path store;

  /// @param directory of this authority alone
  public TestAuthority(Path directory) {
    this.directory = directory;
    this.store = directory.resolve("keys.p12");
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    keytool("-genkeypair", "-alias", "authority", "-dname", "CN=authority", "-ext", "bc:c");
    write("authority");
  }

  /// What its certificates chain to.
  public Path authority() {
    return certificate("authority");
  }

  /// Issues a certificate whose common name is this, for this machine.
  public TestAuthority issue(String name) {
    return issue(name, "ip:127.0.0.1,dns:localhost");
  }

  /// @param names subject alternative names, e.g. `dns:elsewhere`
  public TestAuthority issue(String name, String names) {
    String subject = "CN=" + name;
    keytool(
        "-genkeypair",
        "-alias",
        name,
        "-dname",
        subject,
        "-signer",
        "authority",
        "-ext",
        "san=" + names);
    write(name);
    return this;
  }

  public Path certificate(String name) {
    return directory.resolve(name + ".pem");
  }

  /// PKCS #8.
  public Path key(String name) {
    return directory.resolve(name + ".key");
  }

  private void keytool(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(
        List.of("-keyalg", "EC", "-validity", "1", "-keystore", store.toString(), "-storepass"));
    command.add(PASSWORD);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + ": " + said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void write(String name) {
    try (InputStream in = Files.newInputStream(store)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, PASSWORD.toCharArray());
      Files.writeString(
          certificate(name), pem("CERTIFICATE", keys.getCertificate(name).getEncoded()));
      Files.writeString(
          key(name), pem("PRIVATE KEY", keys.getKey(name, PASSWORD.toCharArray()).getEncoded()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(String what, byte[] bytes) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, text, what);
  }
}
