/// Raw lines in, clean lines out: secrets are masked before anything else sees them.
@NullMarked
package io.tocsin.agent.redact;

import org.jspecify.annotations.NullMarked;
