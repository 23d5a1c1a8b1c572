/// What a decision rests on, so that it can be proven later: a chain of hashes over everything
/// decided, and copies of what was judged. Bytes and text only; knows no stage.
@org.jspecify.annotations.NullMarked
package io.tocsin.collector.evidence;
