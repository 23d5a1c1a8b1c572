package io.tocsin.collector.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Who may do what. The per-install administrator token lies in `<directory>/token`, mode 600, so
/// that `up` and the command line can read it; further ones lie in `<directory>/tokens` as `name
/// role SHA-256`, one a line, and are read again when that file changes. Safe for use by many
/// threads.
///
/// A session is a name, an end and a MAC under the token's hash: it survives a restart, needs no
/// memory, and dies with its token.
public final class Tokens {
  private static final String INSTALL = "install";
  private static final int SECRET_BYTES = 32;
  private static final long SESSION_MILLIS = 12 * 3_600_000L;
  private static final int MAX_TOKENS = 1_000;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final Path file;
  private final LongSupplier clock;
  private final SecureRandom random = new SecureRandom();
  private final Token install;
  private List<Token> further = List.of();
  private @Nullable FileTime read;

  private record Token(Actor actor, byte[] hash) {}

  private Tokens(Path file, LongSupplier clock, Token install) {
    this.file = file;
    this.clock = clock;
    this.install = install;
  }

  /// Reads the tokens of an installation, and makes its administrator token the first time.
  ///
  /// @param clock epoch milliseconds
  /// @throws UncheckedIOException when the directory cannot be read or written
  /// @throws IllegalArgumentException when a line of `tokens` is not `name role hash`
  public static Tokens open(Path directory, LongSupplier clock) {
    try {
      Path path = directory.resolve("token");
      if (!Files.exists(path)) {
        Files.createDirectories(directory);
        write(path, newSecret(new SecureRandom()) + "\n");
      }
      Actor administrator = new Actor(INSTALL, Role.ADMINISTER);
      byte[] hash = sha256(Files.readString(path).strip());
      Tokens tokens =
          new Tokens(directory.resolve("tokens"), clock, new Token(administrator, hash));
      tokens.known();
      return tokens;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Makes a token and returns its secret, which is shown once and kept nowhere.
  ///
  /// @param name 1 to 64 of letters, digits, `.`, `_`, `-`, not taken
  public synchronized String add(String name, Role role) {
    if (!NAME.matcher(name).matches() || known().stream().anyMatch(t -> named(t, name))) {
      throw new IllegalArgumentException(
          "token name: expected 1 to 64 of letters, digits, . _ -, not taken; found " + name);
    }
    if (further.size() >= MAX_TOKENS) {
      throw new IllegalArgumentException("tokens: at most " + MAX_TOKENS + "; revoke one first");
    }
    String secret = newSecret(random);
    List<Token> next = new ArrayList<>(further);
    next.add(new Token(new Actor(name, role), sha256(secret)));
    save(next);
    return secret;
  }

  /// Takes a token away, and with it its sessions; whether there was one.
  public synchronized boolean revoke(String name) {
    List<Token> known = known();
    List<Token> next =
        known.subList(0, known.size() - 1).stream().filter(t -> !named(t, name)).toList();
    boolean found = next.size() < further.size();
    if (found) {
      save(next);
    }
    return found;
  }

  /// Names and roles, never secrets.
  public List<Policy.TokenName> names() {
    return known().stream()
        .map(t -> new Policy.TokenName(t.actor().name(), t.actor().role()))
        .toList();
  }

  /// Whose secret it is. Takes as long whether it is nobody's, the first's or the last's.
  Optional<Actor> identify(String secret) {
    byte[] hash = sha256(secret);
    Actor found = null;
    for (Token token : known()) {
      if (MessageDigest.isEqual(token.hash(), hash)) {
        found = token.actor();
      }
    }
    return Optional.ofNullable(found);
  }

  /// A session of a token, as the value of a cookie.
  String openSession(Actor actor) {
    Token token = known().stream().filter(t -> named(t, actor.name())).findFirst().orElseThrow();
    String claim = actor.name() + ":" + (clock.getAsLong() + SESSION_MILLIS);
    return encode(claim.getBytes(UTF_8)) + "." + encode(mac(token, claim));
  }

  /// Whose session it is; empty when it is over, forged, or its token is gone.
  Optional<Actor> actorOf(String session) {
    int dot = session.indexOf('.');
    if (dot < 0) {
      return Optional.empty();
    }
    try {
      String claim = new String(Base64.getUrlDecoder().decode(session.substring(0, dot)), UTF_8);
      byte[] mac = Base64.getUrlDecoder().decode(session.substring(dot + 1));
      int colon = claim.lastIndexOf(':');
      if (colon < 0 || Long.parseLong(claim.substring(colon + 1)) < clock.getAsLong()) {
        return Optional.empty();
      }
      String name = claim.substring(0, colon);
      return known().stream()
          .filter(t -> named(t, name) && MessageDigest.isEqual(mac(t, claim), mac))
          .map(Token::actor)
          .findFirst();
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // not base64, or not a number
    }
  }

  private static boolean named(Token token, String name) {
    return token.actor().name().equals(name);
  }

  private synchronized List<Token> known() {
    try {
      FileTime now = Files.exists(file) ? Files.getLastModifiedTime(file) : null;
      if (now == null) {
        further = List.of();
      } else if (!now.equals(read)) {
        further = parse(Files.readAllLines(file));
      }
      read = now;
    } catch (NoSuchFileException e) {
      further = List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<Token> all = new ArrayList<>(further);
    all.add(install); // last: it can neither be saved nor revoked
    return all;
  }

  private List<Token> parse(List<String> lines) {
    List<Token> tokens = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).isBlank()) {
        continue;
      }
      String[] part = lines.get(i).strip().split(" ");
      try {
        Role role = Role.valueOf(part[1].toUpperCase(Locale.ROOT));
        tokens.add(new Token(new Actor(part[0], role), HexFormat.of().parseHex(part[2])));
      } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
        throw new IllegalArgumentException(
            "%s line %d: expected `name view|announce|approve|administer sha-256`"
                .formatted(file, i + 1),
            e);
      }
    }
    return List.copyOf(tokens);
  }

  private void save(List<Token> tokens) {
    StringBuilder text = new StringBuilder();
    for (Token token : tokens) {
      text.append(token.actor().name())
          .append(' ')
          .append(token.actor().role().word())
          .append(' ')
          .append(HexFormat.of().formatHex(token.hash()))
          .append('\n');
    }
    try {
      write(file, text.toString());
      further = List.copyOf(tokens);
      read = Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// All or nothing, and never readable by others, not even for a moment.
  private static void write(Path path, String text) throws IOException {
    Path next = path.resolveSibling(path.getFileName() + ".next");
    Files.deleteIfExists(next);
    Files.createFile(
        next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(next, text, StandardOpenOption.SYNC);
    Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String newSecret(SecureRandom random) {
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    return encode(bytes);
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  // A plain hash is enough: secrets are 256 random bits, there is nothing to guess.
  private static byte[] sha256(String secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  private static byte[] mac(Token token, String claim) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(token.hash(), "HmacSHA256"));
      return mac.doFinal(claim.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no HmacSHA256", e);
    }
  }
}
