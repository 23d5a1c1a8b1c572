/// The spool, streamed to the collector until it says durable.
@NullMarked
package io.tocsin.agent.link;

import org.jspecify.annotations.NullMarked;
