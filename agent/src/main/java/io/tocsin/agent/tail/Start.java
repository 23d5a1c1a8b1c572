package io.tocsin.agent.tail;

import io.tocsin.agent.tail.Positions.Position;
import java.util.Optional;

/// Where to begin in a log that is looked at for the first time by this process.
///
/// @param position where an earlier process stopped
/// @param sinceMillis when it did, epoch milliseconds; 0 when there was none
/// @param oldBeforeMillis what is in a file made before is left out, epoch milliseconds; 0 for none
record Start(Optional<Position> position, long sinceMillis, long oldBeforeMillis) {

  boolean leavesOut(FileState file) {
    return file.createdMillis() < oldBeforeMillis;
  }
}
