/// Verdicts in, rollbacks out: autonomy, preflight, approval, rollback, verification.
@NullMarked
package io.tocsin.collector.respond;

import org.jspecify.annotations.NullMarked;
