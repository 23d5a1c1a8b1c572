/// Everything the page does, from a shell.
@NullMarked
package io.tocsin.collector.cli;

import org.jspecify.annotations.NullMarked;
