/// What is measured: a package a subject, each with a main class that `benchmarks/run` names.
@NullMarked
package io.tocsin.benchmarks;

import org.jspecify.annotations.NullMarked;
