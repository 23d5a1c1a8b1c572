package io.tocsin.agent.redact;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/// Finds names of secrets in a key while its characters go by: an automaton of Aho and Corasick
/// (1975) over letters and digits; `_`, `-` and `.` do not exist for it, so that `api_key`,
/// `Api-Key` and `apikey` are one. State 0 is the start.
final class KeyNames {

  /// Secret wherever it stands in a key: `DB_PASSWORD_2`.
  static final int PASSWORD = 1;

  static final int SECRET = 1 << 1;
  static final int KEY = 1 << 2;

  /// Secret when the key ends so: `accessToken`, but not `tokenizer`.
  static final int TOKEN = 1 << 3;

  static final int COOKIE = 1 << 4;
  static final int AUTHORIZATION = 1 << 5;

  /// Short words, secret only as the whole last part of a key before `=` or in quotes.
  static final int SHORT = 1 << 6;

  /// Too common to be secret, except as a parameter of a URL.
  static final int PARAMETER = 1 << 7;

  /// Named by the site.
  static final int NAMED = 1 << 8;

  /// Says something about a secret, and is none: `password_length`.
  static final int ABOUT = 1 << 9;

  /// A telephone number, where it looks like one.
  static final int PHONE = 1 << 10;

  /// A program of [Commands].
  static final int COMMAND = 1 << 11;

  /// A host of web hooks: [CloudSecrets#HOSTS].
  static final int HOOKS = 1 << 12;

  /// Names of people and accounts; where identities are pseudonymised.
  static final int USER = 1 << 13;

  /// The word `for`, before a name: where identities are pseudonymised.
  static final int FOR = 1 << 14;

  static final String[] SHORTS = {"pass", "pwd", "pw", "auth"};

  /// Each as a whole last part of a key: `DB_PASSWORD_STAGE` ends with no age.
  static final String[] ABOUTS = {
    "length",
    "count",
    "expired",
    "expires",
    "expiry",
    "expiresin",
    "expires_in",
    "expires-in",
    "age",
    "policy",
    "enabled",
    "required",
    "type",
    "changed",
    "attempts",
    "ttl",
    "name",
    "path",
    "file",
    "field",
    "prefix",
    "class",
    "provider",
    "manager",
    "encoder",
    "endpoint"
  };

  static final int ANYWHERE = PASSWORD | SECRET | KEY;

  /// What names what; the classes below are for [Glance] alone.
  static final int NAMES = (1 << 15) - 1;

  /// How a provider's token begins, before a dash, dot or underscore.
  static final int JOINED_HEAD = 1 << 15;

  /// The same, with nothing between it and the rest.
  static final int BARE_HEAD = 1 << 16;

  static final int JWT = 1 << 17;
  static final int BEARER = 1 << 18;

  static final int SYMBOLS = 36;

  /// By ASCII character; -1 for what is neither letter nor digit.
  private static final byte[] SYMBOL = new byte[128];

  static {
    for (char c = 0; c < SYMBOL.length; c++) {
      SYMBOL[c] =
          (byte)
              (Chars.isLetter(c)
                  ? Character.toLowerCase(c) - 'a'
                  : Chars.isDigit(c) ? 26 + c - '0' : -1);
    }
  }

  private final List<int[]> next = new ArrayList<>();
  private final List<Integer> found = new ArrayList<>();

  /// The next state, by state and symbol.
  private final int[] go;

  private final int[] hits;

  /// @param named further names of secrets
  /// @param identities whether names of people are to be noticed
  KeyNames(Collection<String> named, boolean identities) {
    node();
    add(PASSWORD, "password", "passwd", "passphrase", "passcode", "passwort");
    add(SECRET, "secret", "credential");
    add(KEY, "apikey", "privatekey", "accesskey", "accountkey", "sharedkey", "signingkey");
    add(KEY, "encryptionkey", "masterkey", "authkey", "subscriptionkey");
    add(TOKEN, "token", "sessionid", "sessid", "csrf", "xsrf", "connectionstring");
    add(COOKIE, "cookie");
    add(AUTHORIZATION, "authorization");
    add(SHORT, SHORTS);
    add(PARAMETER, "key", "code", "sig", "signature", "session", "sid", "ticket");
    add(ABOUT, ABOUTS);
    add(PHONE, "phone", "phoneno", "phonenumber", "mobilenumber", "cellphone", "telephone");
    add(PHONE, "msisdn");
    add(COMMAND, Commands.NAMES);
    add(HOOKS, CloudSecrets.HOSTS);
    if (identities) {
      add(USER, "user", "username", "userid", "login", "loginname", "logname", "ruser", "uname");
      add(USER, "account", "accountname", "principal", "remoteuser", "subject", "customer");
      add(FOR, "for");
    }
    for (String name : named) {
      add(NAMED, name);
    }
    for (String head : Shapes.heads()) {
      add(Chars.isAlnum(head.charAt(head.length() - 1)) ? BARE_HEAD : JOINED_HEAD, head);
    }
    add(JWT, "eyJ");
    add(BEARER, "bearer");
    go = Arrays.stream(link()).flatMapToInt(Arrays::stream).toArray();
    hits = found.stream().mapToInt(Integer::intValue).toArray();
  }

  int next(int state, char c) {
    int symbol = symbol(c);
    return symbol < 0 ? state : go[state * SYMBOLS + symbol];
  }

  /// The classes that have a word ending at this state.
  int hits(int state) {
    return hits[state];
  }

  /// The next state times [#SYMBOLS], by the sum of such a state and a symbol; its complement where
  /// a word ends that may make a secret.
  int[] offsets() {
    int[] offsets = new int[go.length];
    for (int i = 0; i < go.length; i++) {
      int to = go[i] * SYMBOLS;
      offsets[i] = (hits[go[i]] & ~ABOUT) == 0 ? to : ~to;
    }
    return offsets;
  }

  /// Letters from 0, digits from 26; -1 for anything else.
  static int symbol(char c) {
    return c < SYMBOL.length ? SYMBOL[c] : -1;
  }

  private int node() {
    int[] empty = new int[SYMBOLS];
    Arrays.fill(empty, -1);
    next.add(empty);
    found.add(0);
    return next.size() - 1;
  }

  private void add(int type, String... words) {
    for (String word : words) {
      int state = 0;
      for (char c : word.toLowerCase(Locale.ROOT).toCharArray()) {
        int symbol = symbol(c);
        if (symbol < 0) {
          continue;
        }
        if (next.get(state)[symbol] < 0) {
          next.get(state)[symbol] = node();
        }
        state = next.get(state)[symbol];
      }
      if (state == 0) {
        throw new RedactionException("redact.keys: \"" + word + "\" has no letter and no digit");
      }
      found.set(state, found.get(state) | type);
    }
  }

  private int[][] link() {
    int[][] table = next.toArray(int[][]::new);
    int[] fail = new int[table.length];
    var queue = new ArrayDeque<Integer>();
    queue.add(0);
    while (!queue.isEmpty()) {
      int state = queue.remove();
      for (int symbol = 0; symbol < SYMBOLS; symbol++) {
        int child = table[state][symbol];
        int back = state == 0 ? 0 : table[fail[state]][symbol];
        if (child < 0) {
          table[state][symbol] = back;
        } else {
          fail[child] = back;
          found.set(child, found.get(child) | found.get(back));
          queue.add(child);
        }
      }
    }
    return table;
  }
}
