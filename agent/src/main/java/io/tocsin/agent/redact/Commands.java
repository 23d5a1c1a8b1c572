package io.tocsin.agent.redact;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Programs that take a password by place, behind an option of one letter: `mysql -pSECRET`.
///
/// @param option the letter
/// @param form how its value stands
record Commands(char option, Form form) {

  enum Form {
    /// Right behind the letter; with a blank between, the program asks instead.
    JOINED,
    /// Behind blanks, or right behind the letter.
    APART,
    /// As APART, with a user before a colon.
    USER_AND_PASSWORD
  }

  private static final Commands MYSQL = new Commands('p', Form.JOINED);
  private static final Commands SSHPASS = new Commands('p', Form.APART);
  private static final Commands REDIS = new Commands('a', Form.APART);
  private static final Commands CURL = new Commands('u', Form.USER_AND_PASSWORD);
  private static final Commands LDAP = new Commands('w', Form.APART);

  /// Names that [KeyNames] is to notice, without `-`.
  static final String[] NAMES = {
    "mysql", "mysqldump", "mysqladmin", "mysqlimport", "mariadb", "mariadbdump", "sshpass",
    "rediscli", "curl", "ldapsearch", "ldapmodify", "mongosh", "mongodump", "mongorestore"
  };

  /// The rule for a word that is or ends with a program's name; null when it is none.
  static @Nullable Commands of(String word) {
    String name = word.toLowerCase(Locale.ROOT).replace("-", "");
    if (name.startsWith("mysql") || name.startsWith("mariadb")) {
      return MYSQL;
    }
    if (name.startsWith("ldap")) {
      return LDAP;
    }
    return switch (name) {
      case "sshpass", "mongosh", "mongodump", "mongorestore" -> SSHPASS;
      case "rediscli" -> REDIS;
      case "curl" -> CURL;
      default -> null;
    };
  }
}
