/// Releases that are bad, and innocent ones that look bad, on real processes: what Tocsin says and
/// does of each.
@NullMarked
package io.tocsin.benchmarks.faults;

import org.jspecify.annotations.NullMarked;
