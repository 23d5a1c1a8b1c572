/// One pure state machine a workload that runs detect, calibrate and judge in order, and one a
/// site.
@NullMarked
package io.tocsin.collector.monitor;

import org.jspecify.annotations.NullMarked;
