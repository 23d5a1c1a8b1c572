package io.tocsin.agent.tail;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;

/// What the disk says of a file now.
///
/// @param path where it was looked at
/// @param modifiedMillis last write, epoch milliseconds
/// @param createdMillis when it was made, epoch milliseconds; where the file system does not keep
///   that, the last write
record FileState(
    Path path, long device, long inode, long size, long modifiedMillis, long createdMillis) {

  /// @throws IOException also when there is no such file, or it may not be looked at
  static FileState of(Path path) throws IOException {
    var unix = Files.readAttributes(path, "unix:dev,ino,size,lastModifiedTime,creationTime");
    return new FileState(
        path,
        number(unix, "dev"),
        number(unix, "ino"),
        number(unix, "size"),
        millis(unix, "lastModifiedTime"),
        millis(unix, "creationTime"));
  }

  private static long number(Map<String, Object> attributes, String name) {
    return ((Number) requireNonNull(attributes.get(name))).longValue();
  }

  private static long millis(Map<String, Object> attributes, String name) {
    return ((FileTime) requireNonNull(attributes.get(name))).toMillis();
  }

  /// The same, longer or shorter.
  FileState sized(long now) {
    return new FileState(path, device, inode, now, modifiedMillis, createdMillis);
  }

  FileState at(Path other) {
    return new FileState(other, device, inode, size, modifiedMillis, createdMillis);
  }

  boolean sameContent(FileState other) {
    return sameFile(other) && size == other.size && modifiedMillis == other.modifiedMillis;
  }

  boolean sameFile(FileState other) {
    return device == other.device && inode == other.inode;
  }
}
