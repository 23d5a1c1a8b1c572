/// How much a collector takes in.
@NullMarked
package io.tocsin.benchmarks.ingest;

import org.jspecify.annotations.NullMarked;
