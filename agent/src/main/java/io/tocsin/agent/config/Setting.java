package io.tocsin.agent.config;

/// One value in force and where it comes from, as people read it.
///
/// @param key full path, e.g. `spool.max-bytes`
/// @param value as text; `(secret)` for a component marked [Secret]
/// @param source `default`, `agent.yaml:12` or `TOCSIN_SPOOL_MAX_BYTES`
public record Setting(String key, String value, String source) {}
