/// The agent: `tail`, `metrics` > `redact` > `template` > `window` > `spool` > `link`.
@NullMarked
package io.tocsin.agent;

import org.jspecify.annotations.NullMarked;
