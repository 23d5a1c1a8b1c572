/// Facts in, incidents and webhooks out.
@NullMarked
package io.tocsin.collector.alert;

import org.jspecify.annotations.NullMarked;
