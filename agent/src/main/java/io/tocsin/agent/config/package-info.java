/// One YAML file a side, bound to immutable records: every mistake at once, with its line.
@NullMarked
package io.tocsin.agent.config;

import org.jspecify.annotations.NullMarked;
