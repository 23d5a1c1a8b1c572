package io.tocsin.agent.tail;

/// How logs are followed.
///
/// @param fromStart whether logs that were there before the agent knew of them (at its very first
///   start, or when its configuration became wider) are read from their beginning, not their end
/// @param maxBytesPerPoll bytes one poll reads over all files; at least 4,096
/// @param maxLineBytes a longer line, or joined message, is cut; at least 1,024
/// @param maxOpenFiles file handles kept open between polls; at least 1
/// @param rotateWaitMillis how long a renamed file is still watched after its successor has begun,
///   for writers that reopen late; milliseconds
public record TailConfig(
    boolean fromStart,
    int maxBytesPerPoll,
    int maxLineBytes,
    int maxOpenFiles,
    long rotateWaitMillis) {

  public static final TailConfig DEFAULT = new TailConfig(false, 4 << 20, 64 << 10, 256, 500);

  public TailConfig {
    atLeast("maxBytesPerPoll", maxBytesPerPoll, 4_096);
    atLeast("maxLineBytes", maxLineBytes, 1_024);
    atLeast("maxOpenFiles", maxOpenFiles, 1);
    atLeast("rotateWaitMillis", rotateWaitMillis, 0);
  }

  private static void atLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s: expected at least %d, found %d".formatted(name, least, value));
    }
  }
}
