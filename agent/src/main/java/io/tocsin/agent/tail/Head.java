package io.tocsin.agent.tail;

import io.tocsin.agent.tail.Positions.Identity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/// The first bytes of a file, at most 1,024. They tell one file from another where an inode does
/// not: after copytruncate, and when the inode is used again.
final class Head {
  static final int MAX = 1_024;
  static final Head EMPTY = new Head(new byte[0]);

  private final byte[] bytes;

  private Head(byte[] bytes) {
    this.bytes = bytes;
  }

  static Head of(FileChannel file) throws IOException {
    var buffer = ByteBuffer.allocate(MAX);
    while (buffer.hasRemaining() && file.read(buffer, buffer.position()) > 0) {}
    return new Head(Arrays.copyOf(buffer.array(), buffer.position()));
  }

  static Head of(Path path) throws IOException {
    try (var file = FileChannel.open(path, StandardOpenOption.READ)) {
      return of(file);
    }
  }

  int length() {
    return bytes.length;
  }

  /// Whether the same file, seen later, may begin like this.
  boolean isBeginningOf(Head later) {
    return later.bytes.length >= bytes.length
        && Arrays.equals(bytes, 0, bytes.length, later.bytes, 0, bytes.length);
  }

  /// Whether one begins with the other, and they have so many bytes at least: then one is a copy of
  /// the other, or both are one file at two times.
  boolean agrees(Head other, int leastLength) {
    return Math.min(bytes.length, other.bytes.length) >= leastLength
        && (isBeginningOf(other) || other.isBeginningOf(this));
  }

  boolean matches(Identity identity) {
    return bytes.length >= identity.length()
        && Positions.checksum(bytes, identity.length()) == identity.fingerprint();
  }

  Identity identity(long device, long inode) {
    return new Identity(device, inode, bytes.length, Positions.checksum(bytes, bytes.length));
  }
}
