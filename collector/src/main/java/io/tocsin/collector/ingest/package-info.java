/// The agents' streams, made durable in one log before anybody reads them.
@NullMarked
package io.tocsin.collector.ingest;

import org.jspecify.annotations.NullMarked;
