/// Bytes by key, durable; knows no stage.
@NullMarked
package io.tocsin.collector.store;

import org.jspecify.annotations.NullMarked;
