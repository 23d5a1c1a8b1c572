/// A new release against the old one: healthy, regressed, undecided so far, or cannot judge.
@NullMarked
package io.tocsin.collector.judge;

import org.jspecify.annotations.NullMarked;
