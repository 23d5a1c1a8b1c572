package io.tocsin.agent.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.agent.redact.CleanLine;
import io.tocsin.agent.redact.CleanLines;
import io.tocsin.agent.template.Login.Kind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoginTest {
  private static final String SSHD = "Nov 25 02:22:11 host1 sshd[4711]: ";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "10.0.0.9|anna|SSH|Failed password for anna from 10.0.0.9 port 4711 ssh2",
        "10.0.0.9|anna|SSH|Failed password for invalid user anna from 10.0.0.9 port 4711 ssh2",
        "10.0.0.9|~~|SSH|Failed password for invalid user  from 10.0.0.9 port 4711 ssh2",
        "10.0.0.9|anna|SSH|Failed password for illegal user anna from 10.0.0.9 port 4711",
        "fe80::1%eth0|a b|SSH|Failed keyboard-interactive/pam for a b from fe80::1%eth0 port 1 ssh2",
        "2001:db8::7|anna|UNKNOWN_USER|Invalid user anna from 2001:db8::7 port 4711",
        "10.0.0.9|~~|UNKNOWN_USER|Invalid user  from 10.0.0.9",
        "10.0.0.9|anna|UNKNOWN_USER|Invalid user anna from 10.0.0.9 port 4711 [preauth]",
        "10.0.0.9|anna|PAM|pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0"
            + " tty=ssh ruser= rhost=10.0.0.9  user=anna",
        "a.example|~~|PAM|authentication failure; logname= uid=0 euid=0 tty=x ruser= rhost=a.example",
        "10.0.0.9|~~|OTHER|error: PAM: Authentication failure for anna from 10.0.0.9",
        "10.0.0.9|~~|OTHER|imap-login: Disconnected (auth failed, 1 attempts): user=<anna>, rip=10.0.0.9",
        "2001:db8::7|~~|OTHER|WARN login of anna failed, client [2001:db8::7]",
        "10.0.0.9|~~|OTHER|FAIL LOGIN: Client \"10.0.0.9\"",
        "10.0.0.9|~~|OTHER|type=USER_AUTH msg=audit(1.2:3): op=PAM:authentication acct=\"anna\""
            + " exe=\"/usr/sbin/sshd\" hostname=? addr=10.0.0.9 terminal=ssh res=failed"
      })
  void aFailedLoginIsReadInTheWordsOfManyPrograms(
      String source, String user, Kind kind, String message) {
    Login read = new Login(source, user, kind, false);
    assertThat(of(SSHD + message)).isEqualTo(read);
    assertThat(of(message)).as("from the journal, without a header").isEqualTo(read);
  }

  @Test
  void whoComesInIsReadToo() {
    assertThat(of(SSHD + "Accepted publickey for anna from ::1 port 4711 ssh2: ED25519 SHA256:abc"))
        .isEqualTo(new Login("::1", "anna", Kind.SSH, true));
  }

  @Test
  void aLineForSeveralAttemptsOfOneConnectionCountsAsOne() {
    assertThat(
            of(
                SSHD
                    + "message repeated 5 times: [ Failed password for anna from 10.0.0.9 port 1"
                    + " ssh2]"))
        .isEqualTo(new Login("10.0.0.9", "anna", Kind.SSH, false));
    assertThat(
            of(
                SSHD
                    + "PAM 4 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser="
                    + " rhost=10.0.0.9  user=anna"))
        .isEqualTo(new Login("10.0.0.9", "anna", Kind.PAM, false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x from 1.2.3.4",
        "x from 1.2.3.4 port 1 ssh2",
        "from 1.2.3.4 port 1 ssh2 [preauth]",
        "Accepted password for root from 1.2.3.4 port 1 ssh2",
        ": Accepted password for root from 1.2.3.4 port 1 ssh2",
        ": Invalid user x from 1.2.3.4",
        ": authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=1.2.3.4 user=x",
        "message repeated 9 times: [ Failed password for x from 1.2.3.4 port 1 ssh2]",
        "login failed ip 1.2.3.4",
        "x rhost=1.2.3.4",
        "a b x]: Failed password for y from 1.2.3.4 port 1 ssh2",
        "x]: Accepted password for y from 1.2.3.4 port 1 ssh2"
      })
  void aNameForgesNoSource(String name) {
    assertThat(of(SSHD + "Failed password for invalid user " + name + " from 10.0.0.9 port 7 ssh2"))
        .extracting(Login::source, Login::accepted)
        .containsExactly("10.0.0.9", false);
    assertThat(of(SSHD + "Invalid user " + name + " from 10.0.0.9 port 7"))
        .extracting(Login::source, Login::accepted)
        .containsExactly("10.0.0.9", false);
    String pam =
        "authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=10.0.0.9  user=";
    assertThat(of(SSHD + "pam_unix(sshd:auth): " + pam + name))
        .extracting(Login::source, Login::accepted)
        .containsExactly("10.0.0.9", false);
    assertThat(
            of(SSHD + "Connection closed by invalid user " + name + " 10.0.0.9 port 7 [preauth]"))
        .as("in words that are not known the source is not told")
        .isNull();
    assertThat(of("login failed for user " + name + " from 10.0.0.9"))
        .satisfiesAnyOf(
            login -> assertThat(login).isNull(),
            login -> assertThat(login.source()).isEqualTo("10.0.0.9"));
  }

  @Test
  void aNameThatTheClientGaveItselfInFrontOfTheSourceForgesNone() {
    String head = "ftpd: pam_unix(ftp:auth): authentication failure; logname= uid=0 euid=0 tty=ftp";
    assertThat(of(head + " ruser=x rhost=1.2.3.4 rhost=10.0.0.9")).isNull();
    assertThat(of(head + " ruser=x rhost=10.0.0.9"))
        .extracting(Login::source)
        .isEqualTo("10.0.0.9");
  }

  @Test
  void aRequestForgesNone() {
    String head = "10.0.0.9 - - [25/Nov/2026:02:22:11 +0000] \"GET /]: ";
    String fields = "authentication failure; logname= uid=0 tty= ruser= rhost=1.2.3.4 ";
    assertThat(of(head + fields + "\" 400 157")).isNull();
    assertThat(of(head + "Failed password for x from 1.2.3.4 port 1 ssh2")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Failed ",
        "Failed password for ",
        "Invalid user ",
        "Accepted ",
        "Failed password for anna from ",
        "Failed publickey for anna from 10.0.0.9 port 4711 ssh2: RSA SHA256:abc",
        "Failed none for anna from 10.0.0.9 port 4711 ssh2",
        "PAM ",
        "authentication failure",
        "authentication failure; logname=",
        "Accepted connection from 10.0.0.9",
        "connection from 10.0.0.9 failed",
        "Disconnecting: Too many authentication failures [preauth]",
        "mail sent to anna from 10.0.0.9",
        "login failed at 10:22:11 for anna"
      })
  void otherLinesAreNone(String message) {
    assertThat(of(message)).isNull();
    assertThat(of(SSHD + message)).isNull();
  }

  @Test
  void whereOnlyPseudonymsMayLeaveNothingElseDoes() {
    String mark = "<secret:address:0a1b2c>";
    assertThat(hidden("Failed password for anna from " + mark + " port 1 ssh2"))
        .isEqualTo(new Login(mark, "", Kind.SSH, false));
    assertThat(hidden("Failed password for <secret:user:0a1b2c> from " + mark + " port 1 ssh2"))
        .isEqualTo(new Login(mark, "<secret:user:0a1b2c>", Kind.SSH, false));
    assertThat(hidden("Failed password for anna from a.example port 1 ssh2")).isNull();
  }

  private static @Nullable Login of(String line) {
    return of(CleanLines.of(line), false);
  }

  private static @Nullable Login hidden(String line) {
    return of(CleanLines.of(line), true);
  }

  private static @Nullable Login of(CleanLine line, boolean pseudonyms) {
    return Login.of(line, new Miner(TemplateConfig.standard()).add(line), pseudonyms);
  }
}
