/// cgroups, `/proc` and the services' own Prometheus endpoints, sampled into readings.
@NullMarked
package io.tocsin.agent.metrics;

import org.jspecify.annotations.NullMarked;
