package io.tocsin.agent.template;

/// One word of a line.
///
/// @param symbol its part of the skeleton
/// @param shown what a template prints while the value never changed
record Word(Form form, String symbol, String shown) {

  static final String ANY = "<*>";
  static final Word VALUE = new Word(Form.VAR, ANY, ANY);

  enum Form {
    CONST,
    /// a typed value
    VAR,
    /// a key with its value
    KEYED,
    /// looks like a value: `ssh2`, `null`
    WEAK,
    /// quoted
    TEXT
  }

  static Word constant(String word) {
    return new Word(Form.CONST, word, word);
  }

  boolean is(Form other) {
    return form == other;
  }

  /// The word a symbol of a stored skeleton stands for.
  static Word ofSymbol(String symbol) {
    if (symbol.equals(ANY)) {
      return VALUE;
    }
    Form form = symbol.endsWith(ANY) ? Form.KEYED : symbol.contains("<w>") ? Form.WEAK : Form.CONST;
    return new Word(form, symbol, symbol);
  }
}
