/// Accuracy and speed on public data.
@NullMarked
package io.tocsin.benchmarks.parsing;

import org.jspecify.annotations.NullMarked;
