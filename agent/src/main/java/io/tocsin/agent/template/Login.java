package io.tocsin.agent.template;

import io.tocsin.agent.redact.CleanLine;
import org.jspecify.annotations.Nullable;

/// An attempt to log in from elsewhere that a line tells of.
///
/// @param source address or host name as the line writes it, or its pseudonym; 1 to 255 characters
/// @param user empty when the line names none; at most 64 characters
/// @param kind whose words these are
/// @param accepted else failed
public record Login(String source, String user, Kind kind, boolean accepted) {

  /// One attempt may leave a line of each kind.
  public enum Kind {
    OTHER,
    SSH,
    UNKNOWN_USER,
    PAM
  }

  /// The attempt that a line tells of; null when it tells of none. Safe for use by many threads.
  ///
  /// @param event what the miner made of the line
  /// @param pseudonyms whether identities leave as pseudonyms alone: what `redact` left as it was,
  ///   a host name, say, is then not taken
  public static @Nullable Login of(CleanLine line, LogEvent event, boolean pseudonyms) {
    Login login = event.login() ? LoginLine.login(line.text()) : null;
    if (login == null || !pseudonyms) {
      return login;
    }
    if (!LoginLine.isMark(login.source)) {
      return null;
    }
    return login.user.isEmpty() || LoginLine.isMark(login.user)
        ? login
        : new Login(login.source, "", login.kind, login.accepted);
  }
}
