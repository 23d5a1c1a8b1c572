package io.tocsin.collector.web;

/// Who does something: a token, never a person.
///
/// @param name of the token, 1 to 64 of letters, digits, `.`, `_`, `-`
public record Actor(String name, Role role) {}
