/// Log events and readings, counted per instance and window.
@NullMarked
package io.tocsin.agent.window;

import org.jspecify.annotations.NullMarked;
