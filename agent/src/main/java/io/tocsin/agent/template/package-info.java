/// Clean lines in, log events out: the wording of a line becomes a template with a stable id.
@NullMarked
package io.tocsin.agent.template;

import org.jspecify.annotations.NullMarked;
