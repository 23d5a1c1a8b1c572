/// What an agent costs beside a service: memory, CPU, start, bytes, and lines lost or doubled.
@NullMarked
package io.tocsin.benchmarks.agent;

import org.jspecify.annotations.NullMarked;
