/// What detection costs.
@NullMarked
package io.tocsin.benchmarks.scoring;

import org.jspecify.annotations.NullMarked;
