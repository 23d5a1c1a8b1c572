/// Accuracy and speed on public data.
@NullMarked
package io.tocsin.benchmarks;

import org.jspecify.annotations.NullMarked;
