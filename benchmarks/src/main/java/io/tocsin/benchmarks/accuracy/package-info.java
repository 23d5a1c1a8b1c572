/// How well anomalies are found on labelled public data, by the protocol of the data's folder.
@NullMarked
package io.tocsin.benchmarks.accuracy;

import org.jspecify.annotations.NullMarked;
