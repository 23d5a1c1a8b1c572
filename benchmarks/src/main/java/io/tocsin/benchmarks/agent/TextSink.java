package io.tocsin.benchmarks.agent;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicLong;

/// Takes whatever an agent sends over TCP, and answers nothing. What carries `serial=` and a number
/// is a line.
final class TextSink implements Sink {
  private static final byte[] SERIAL = {'s', 'e', 'r', 'i', 'a', 'l', '='};

  private final ServerSocket socket;
  private final AtomicLong delivered = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong lines = new AtomicLong();
  private final BitSet seen = new BitSet();
  private long doubled;

  TextSink() throws IOException {
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().start(this::accept);
  }

  @Override
  public int port() {
    return socket.getLocalPort();
  }

  @Override
  public long greetedNanos() {
    return 0;
  }

  @Override
  public long deliveredNanos() {
    return delivered.get();
  }

  @Override
  public long bytes() {
    return bytes.get();
  }

  @Override
  public long lines() {
    return lines.get();
  }

  @Override
  public synchronized Ledger compare(Blocks written) {
    return new Ledger(written.written() - seen.cardinality(), doubled);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket peer = socket.accept();
        Thread.ofPlatform().daemon().start(() -> read(peer));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void read(Socket peer) {
    try (peer;
        InputStream in = peer.getInputStream()) {
      byte[] chunk = new byte[64 << 10];
      int matched = 0;
      int number = -1;
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        delivered.compareAndSet(0, System.nanoTime());
        bytes.addAndGet(n);
        for (int i = 0; i < n; i++) {
          byte b = chunk[i];
          if (number >= 0 && b >= '0' && b <= '9') {
            number = 10 * number + b - '0';
          } else {
            if (number >= 0) {
              line(number);
              number = -1;
            }
            matched = b == SERIAL[matched] ? matched + 1 : b == SERIAL[0] ? 1 : 0;
            if (matched == SERIAL.length) {
              number = 0;
              matched = 0;
            }
          }
        }
      }
    } catch (IOException e) {
      // The agent was stopped.
    }
  }

  private synchronized void line(int serial) {
    lines.incrementAndGet();
    doubled += seen.get(serial) ? 1 : 0;
    seen.set(serial);
  }
}
