/// Releases: noticed by themselves, attributed to instances, taken back through the platform's API.
@NullMarked
package io.tocsin.collector.deployment;

import org.jspecify.annotations.NullMarked;
