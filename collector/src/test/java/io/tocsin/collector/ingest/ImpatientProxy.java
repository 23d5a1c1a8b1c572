package io.tocsin.collector.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Passes bytes both ways, and drops a connection on which none has passed for a while.
final class ImpatientProxy implements AutoCloseable {
  private static final int LOOK_MILLIS = 50;

  private final ServerSocket listener = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final AtomicInteger dropped = new AtomicInteger();
  private final int target;
  private final Duration patience;

  ImpatientProxy(int target, Duration patience) throws IOException {
    this.target = target;
    this.patience = patience;
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /// Connections dropped for being idle.
  int dropped() {
    return dropped.get();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket near = listener.accept();
        Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
        open.addAll(List.of(near, far));
        var heard = new AtomicLong(System.nanoTime());
        Thread.ofVirtual().start(() -> pass(near, far, heard));
        Thread.ofVirtual().start(() -> pass(far, near, heard));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  /// @param heard when the last byte passed, in either direction
  private void pass(Socket from, Socket to, AtomicLong heard) {
    byte[] buffer = new byte[64 << 10];
    try (from;
        to) {
      from.setSoTimeout(LOOK_MILLIS);
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      while (true) {
        try {
          int read = in.read(buffer);
          if (read < 0) {
            return;
          }
          heard.set(System.nanoTime());
          out.write(buffer, 0, read);
        } catch (SocketTimeoutException e) {
          if (System.nanoTime() - heard.get() > patience.toNanos()) {
            dropped.incrementAndGet();
            return;
          }
        }
      }
    } catch (IOException e) {
      // the other direction closed it
    }
  }
}
