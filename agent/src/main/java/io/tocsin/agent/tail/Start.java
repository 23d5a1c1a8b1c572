package io.tocsin.agent.tail;

import io.tocsin.agent.tail.Positions.Position;
import java.util.Optional;

/// Where to begin in a log that is looked at for the first time by this process.
///
/// @param position where an earlier process stopped
/// @param sinceMillis when it did, epoch milliseconds; 0 when there was none
/// @param atEnd whether what is there already is left out
record Start(Optional<Position> position, long sinceMillis, boolean atEnd) {}
