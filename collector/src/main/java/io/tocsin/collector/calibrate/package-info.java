/// Scores in, rarities out, and the anomalies that a false-alarm budget allows.
@NullMarked
package io.tocsin.collector.calibrate;

import org.jspecify.annotations.NullMarked;
