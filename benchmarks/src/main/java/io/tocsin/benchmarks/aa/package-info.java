/// The judge on releases whose truth is known: what it calls of good ones, how soon it calls bad
/// ones, and what it costs.
@NullMarked
package io.tocsin.benchmarks.aa;

import org.jspecify.annotations.NullMarked;
