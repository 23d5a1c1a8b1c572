package io.tocsin.collector.web;

/// What is held back, by whom, and until when.
///
/// @param what exactly, e.g. "T-118 on catalog/indexer, any release"
/// @param by token's name and why
/// @param heldBack alerts held back so far
public record Silence(
    String id, String what, String by, long sinceMillis, long untilMillis, long heldBack) {}
