/// Files and journals, followed over rotation and restarts, framed into raw lines.
@NullMarked
package io.tocsin.agent.tail;

import org.jspecify.annotations.NullMarked;
