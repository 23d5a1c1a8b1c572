package io.tocsin.agent.tail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// The open files: the least recently read is closed when there are too many.
final class Handles {
  private final int max;
  private final LinkedHashMap<Generation, FileChannel> open = new LinkedHashMap<>(16, 0.75f, true);

  Handles(int max) {
    this.max = max;
  }

  @Nullable FileChannel get(Generation file) {
    return open.get(file);
  }

  void put(Generation file, FileChannel channel) {
    close(file);
    if (open.size() >= max) {
      close(open.firstEntry().getKey());
    }
    open.put(file, channel);
  }

  void close(Generation file) {
    var channel = open.remove(file);
    if (channel != null) {
      close(channel);
    }
  }

  void closeAll() {
    open.values().forEach(Handles::close);
    open.clear();
  }

  private static void close(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // closing a file that was only read does not fail
    }
  }
}
