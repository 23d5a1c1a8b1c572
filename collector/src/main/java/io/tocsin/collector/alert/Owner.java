package io.tocsin.collector.alert;

/// Who answers for some workloads.
///
/// @param workloads key or pattern; `*` stands for any characters, `/` among them
/// @param owner letters, digits, dots, dashes and underscores, at most 60
public record Owner(String workloads, String owner) {
  public Owner {
    if (workloads.isBlank() || workloads.length() > 500) {
      throw new IllegalArgumentException("expected workloads of 1 to 500 characters");
    }
    if (!owner.matches("[A-Za-z0-9._-]{1,60}")) {
      throw new IllegalArgumentException(
          "expected an owner of letters, digits, dots, dashes and underscores, found \""
              + owner
              + "\"");
    }
  }
}
