/// The people's listener: REST, server-sent events, the page, metrics and health.
@NullMarked
package io.tocsin.collector.web;

import org.jspecify.annotations.NullMarked;
