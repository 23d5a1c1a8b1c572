/// Speed of the agent's path: from bytes in a file to counted templates.
@NullMarked
package io.tocsin.benchmarks.lines;

import org.jspecify.annotations.NullMarked;
