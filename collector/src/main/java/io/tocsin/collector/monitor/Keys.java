package io.tocsin.collector.monitor;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// How the loop's rows are keyed. A workload's rows lie together, ordered by time.
final class Keys {
  private static final String VERDICT = "verdict";
  private static final String MODEL = "model";

  private Keys() {}

  /// The newest verdict on a release.
  static byte[] verdict(String workload, String release) {
    return of(VERDICT + "/" + workload + "\0" + release);
  }

  static byte[] verdicts() {
    return of(VERDICT + "/");
  }

  static byte[] verdictsEnd() {
    return of(VERDICT + "0"); // the character behind '/'
  }

  /// What is known of a stored model set.
  static byte[] model(String hash) {
    return of(MODEL + "/" + hash);
  }

  static byte[] models() {
    return of(MODEL + "/");
  }

  static byte[] modelsEnd() {
    return of(MODEL + "0");
  }

  static byte[] of(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] of(long number) {
    return ByteBuffer.allocate(8).putLong(number).array();
  }

  static long number(byte[] key) {
    return ByteBuffer.wrap(key).getLong();
  }

  /// `workload 0 time rest`.
  static byte[] of(String workload, long millis, String rest) {
    byte[] name = of(workload);
    byte[] tail = of(rest);
    return ByteBuffer.allocate(name.length + 9 + tail.length)
        .put(name)
        .put((byte) 0)
        .putLong(millis)
        .put(tail)
        .array();
  }

  /// `workload 0 id`.
  static byte[] of(String workload, long id) {
    return of(workload, id, "");
  }

  /// The workload of such a key.
  static String workload(byte[] key) {
    int end = 0;
    while (end < key.length && key[end] != 0) {
      end++;
    }
    return new String(key, 0, end, StandardCharsets.UTF_8);
  }
}
