package io.tocsin.agent.template;

import io.tocsin.agent.template.Login.Kind;
import org.jspecify.annotations.Nullable;

/// A line about an attempt to log in: in the words of sshd and of PAM, else by words that any
/// program may use.
///
/// Whoever tries to log in chooses the name, blanks and all, and must not choose the source with
/// it. What sshd writes behind the name has a fixed form, so its lines are read from their end; PAM
/// writes the source before the name; elsewhere a line with two addresses names no source.
final class LoginLine {
  private static final int MAX_SOURCE = 255;
  private static final int MAX_USER = 64;

  /// Characters; sshd and PAM write less, and nothing longer is looked at.
  private static final int LONGEST = 2_000;

  private static final String FROM = " from ";
  private static final String PAM = "authentication failure";
  private static final String REPEATED = "message repeated ";

  private LoginLine() {}

  static @Nullable Login login(String text) {
    if (text.length() > LONGEST || !mayBe(text)) {
      return null; // most lines end here
    }
    int start = start(text);
    int open = text.startsWith(REPEATED, start) ? text.indexOf(" times: [ ", start) : -1;
    if (open < 0 || !text.endsWith("]")) {
      return said(text.stripTrailing(), start);
    }
    // Such a line stands for attempts of one connection, which the server limits: it counts as one.
    return said(text.substring(open + " times: [ ".length(), text.length() - 1), 0);
  }

  /// Whether a line may be one, by the words that no program leaves out. They are words of its
  /// template, so it is asked once a wording, and not once a line.
  static boolean mayBe(String text) {
    return text.contains("ail")
        || text.contains("nvalid ")
        || text.contains("ccepted ")
        || text.contains("ncorrect")
        || text.contains("llegal user ")
        || text.contains("AIL");
  }

  /// Where the message begins: behind a header of syslog (`Nov 25 02:22:11 host1 sshd[4711]: `, or
  /// with a stamp of one word), whose number of words is fixed; else at 0. Looser, and a name or a
  /// request with a colon in it would be taken for the end of one.
  private static int start(String text) {
    int end = text.indexOf("]: ");
    int words = 1;
    for (int i = 1; i < end; i++) {
      words += text.charAt(i) == ' ' && text.charAt(i - 1) != ' ' ? 1 : 0;
    }
    boolean header =
        end > 3
            && (Words.isDigit(text.charAt(0))
                ? words == 3
                : words == 5 && text.charAt(3) == ' ' && Character.isLowerCase(text.charAt(1)));
    return header ? end + "]: ".length() : 0;
  }

  /// @param start of the message; heads count there alone, for a name that somebody chose may hold
  ///   any of them
  private static @Nullable Login said(String text, int start) {
    int method = start + "Failed ".length();
    int end = text.startsWith("Failed ", start) ? text.indexOf(' ', method) : -1;
    if (end >= 0 && text.startsWith(" for ", end)) {
      return failed(text, text.substring(method, end), end + " for ".length());
    }
    if (text.startsWith("Accepted ", start)) {
      return accepted(text, start + "Accepted ".length());
    }
    if (text.startsWith("Invalid user ", start) || text.startsWith("Illegal user ", start)) {
      return behind(text, start + "Invalid user ".length(), Kind.UNKNOWN_USER);
    }
    int module = text.startsWith("pam_", start) ? text.indexOf("): ", start) + 3 : start;
    if (text.startsWith(PAM, module)) {
      return pam(text, module + PAM.length());
    }
    return text.startsWith("PAM ", module)
        ? pam(text, module + "PAM ".length())
        : OtherLogin.login(text);
  }

  /// `Failed password for [invalid user] anna from 10.0.0.9 port 4711 ssh2`.
  private static @Nullable Login failed(String text, String method, int at) {
    // A client offers its keys one after the other, and asks by "none" what there is: no guesses.
    if (method.equals("publickey") || method.equals("none")) {
      return null;
    }
    int name = at;
    if (text.startsWith("invalid user ", at) || text.startsWith("illegal user ", at)) {
      name += "invalid user ".length();
    }
    return behind(text, name, Kind.SSH);
  }

  /// `anna from 10.0.0.9[ port 4711][ ssh2][ [preauth]]`, up to the end.
  private static @Nullable Login behind(String text, int name, Kind kind) {
    int end = text.length();
    end -= text.endsWith(" [preauth]") ? " [preauth]".length() : 0;
    end -= text.startsWith(" ssh2", end - " ssh2".length()) ? " ssh2".length() : 0;
    int port = end;
    while (port > name && Words.isDigit(text.charAt(port - 1))) {
      port--;
    }
    port -= " port ".length();
    if (text.startsWith(" port ", port)) {
      end = port;
    }
    int from = text.lastIndexOf(FROM, end - 1);
    return from < name - 1
        ? null
        : login(
            text.substring(Math.min(from + FROM.length(), end), end),
            text.substring(Math.min(name, from), from),
            kind,
            false);
  }

  /// `publickey for anna from 10.0.0.9 port 4711 ssh2: ...`: who came in has a name of one word.
  private static @Nullable Login accepted(String text, int at) {
    String[] words = text.substring(at).split(" ", 7);
    return words.length > 5
            && words[1].equals("for")
            && words[3].equals("from")
            && words[5].equals("port")
        ? login(words[4], words[2], Kind.SSH, true)
        : null;
  }

  /// `; logname= uid=0 euid=0 tty=ssh ruser= rhost=10.0.0.9 user=anna`; behind `PAM 5 more
  /// authentication failures`.
  private static @Nullable Login pam(String text, int at) {
    int fields = text.indexOf("; logname=", at);
    int ruser = text.indexOf(" ruser=", fields);
    int rhost = text.indexOf(" rhost=", fields);
    if (fields < 0 || ruser < 0 || rhost < 0 || !text.substring(0, fields).contains(PAM)) {
      return null;
    }
    boolean chosen = rhost != ruser + " ruser=".length();
    if (chosen && text.indexOf(" rhost=", rhost + 1) >= 0) {
      return null; // the first may be part of the name that the client gave itself
    }
    int from = rhost + " rhost=".length();
    int end = text.indexOf(' ', from);
    int user = end < 0 ? -1 : text.indexOf(" user=", end);
    return login(
        text.substring(from, end < 0 ? text.length() : end),
        user < 0 ? "" : text.substring(user + " user=".length()),
        Kind.PAM,
        false);
  }

  /// Null unless the source may be an address or the name of a host.
  static @Nullable Login login(String source, String user, Kind kind, boolean accepted) {
    if (source.isEmpty() || source.length() > MAX_SOURCE || !isHost(source)) {
      return null;
    }
    String name = user.strip();
    boolean kept = name.length() <= MAX_USER && name.chars().noneMatch(Character::isISOControl);
    return new Login(source, kept ? name : "", kind, accepted);
  }

  private static boolean isHost(String source) {
    return isMark(source)
        || source
            .chars()
            .allMatch(c -> (c < 128 && Character.isLetterOrDigit(c)) || ".:-_%".indexOf(c) >= 0);
  }

  /// What `redact` put in the place of an identity.
  static boolean isMark(String word) {
    return word.startsWith("<secret:") && word.indexOf('>') == word.length() - 1;
  }
}
