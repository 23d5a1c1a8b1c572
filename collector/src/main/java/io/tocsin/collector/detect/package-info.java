/// Sealed windows in, scores out: deviation, isolation forest, autoencoder, and their explanation.
@NullMarked
package io.tocsin.collector.detect;

import org.jspecify.annotations.NullMarked;
