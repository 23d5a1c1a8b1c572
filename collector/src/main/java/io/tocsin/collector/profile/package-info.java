/// How sources log in to a workload, and when that is no longer what it was.
@NullMarked
package io.tocsin.collector.profile;

import org.jspecify.annotations.NullMarked;
