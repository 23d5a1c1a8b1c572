package io.tocsin.collector.web;

import org.jspecify.annotations.Nullable;

/// One thing that was tried.
///
/// @param area e.g. `platform kubernetes`, `alerts`, `disk`, `clock`
/// @param what was tried
/// @param ok null when it is no fault, or only doing it would tell
/// @param detail what was found
/// @param next how to mend or grant it; empty when nothing is to be done
public record DoctorRow(
    String area, String what, @Nullable Boolean ok, String detail, String next) {}
