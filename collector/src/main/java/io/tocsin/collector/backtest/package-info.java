/// Tocsin over history: what it would have alerted, before anybody trusts it.
@NullMarked
package io.tocsin.collector.backtest;

import org.jspecify.annotations.NullMarked;
