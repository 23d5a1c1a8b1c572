/// Summaries of many agents, sealed into one window a workload.
@NullMarked
package io.tocsin.collector.window;

import org.jspecify.annotations.NullMarked;
