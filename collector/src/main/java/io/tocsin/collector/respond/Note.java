package io.tocsin.collector.respond;

/// A link of the chain that is no response: who did what, and when.
record Note(long atMillis, String by, String act) {}
