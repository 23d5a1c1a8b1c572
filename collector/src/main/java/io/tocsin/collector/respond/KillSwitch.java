package io.tocsin.collector.respond;

import org.jspecify.annotations.Nullable;

/// Whether Tocsin may send anything at all.
///
/// @param stopped nothing is sent while it is
/// @param sinceMillis since when it stands as it does; null when it was never touched
/// @param by who did it, as the edge knows them; null when it was never touched
public record KillSwitch(boolean stopped, @Nullable Long sinceMillis, @Nullable String by) {
  static final KillSwitch ARMED = new KillSwitch(false, null, null);
}
