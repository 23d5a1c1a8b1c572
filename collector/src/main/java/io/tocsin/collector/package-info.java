/// The collector: `ingest` > `window` > `deployment` > `detect` > `calibrate` > `judge` > `monitor`
/// > `alert` `respond`; beside it `store`, `web`, `cli`.
@NullMarked
package io.tocsin.collector;

import org.jspecify.annotations.NullMarked;
