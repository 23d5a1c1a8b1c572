/// Sealed windows and the reading position in one append-only, checksummed log.
@NullMarked
package io.tocsin.agent.spool;

import org.jspecify.annotations.NullMarked;
