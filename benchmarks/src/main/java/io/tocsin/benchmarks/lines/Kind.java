package io.tocsin.benchmarks.lines;

import java.util.Random;

/// What lines look like. Only the layouts are those of real systems, the wording is made up. Values
/// vary in digits, in length and in letters; a line has 150 bytes on average.
enum Kind {
  /// A file system's servers: blocks, addresses, sizes.
  HDFS {
    @Override
    String line(Values v) {
      String block = "blk_" + v.signed();
      String head = "2611" + v.two(28) + " " + v.clock("") + " " + v.below(4_000);
      return switch (v.below(8)) {
        case 0, 1, 2 ->
            "%s INFO store.DataServer$Receiver: Taking in block %s, source: /%s:%d destination: /%s:%d"
                .formatted(head, block, v.address(), v.port(), v.address(), v.port());
        case 3, 4 ->
            "%s INFO store.NameServer: BLOCK* names.addStored: map of %s:%d now holds %s with a length of %d bytes"
                .formatted(head, v.address(), v.port(), block, v.below(1 << 26));
        case 5 ->
            "%s INFO store.DataServer$Answerer: Answerer %d for block %s finishing, %d packets acknowledged"
                .formatted(head, v.below(3), block, v.below(5_000));
        case 6 ->
            "%s WARN store.DataServer: %s:%d: could not hand %s on to /%s:%d: connection lost"
                .formatted(head, v.address(), v.port(), block, v.address(), v.port());
        default ->
            "%s INFO store.FileTable: Removing block %s, file /data/%d/current/subdir%d/%s"
                .formatted(head, block, v.below(12), v.below(64), block);
      };
    }
  },

  /// A login server behind syslog: users, addresses, ports.
  SSHD {
    @Override
    String line(Values v) {
      String head =
          "Nov %d %s gate-%d sshd[%d]:"
              .formatted(1 + v.below(30), v.clock(":"), v.below(9), v.below(65_536));
      return switch (v.below(6)) {
        case 0, 1 ->
            "%s Rejected login attempt for unknown user %s from %s port %d ssh2, %d tries left"
                .formatted(head, v.user(), v.address(), v.port(), v.below(6));
        case 2 ->
            "%s authgate(sshd:session): check failed; logname= uid=0 euid=0 tty=ssh ruser= rhost=%s  user=%s"
                .formatted(head, v.address(), v.user());
        case 3 ->
            "%s Session of user %s opened by (uid=%d) from %s port %d after publickey check"
                .formatted(head, v.user(), v.below(2_000), v.address(), v.port());
        case 4 ->
            "%s Peer %s closed the connection on port %d before it had said who it was [preauth]"
                .formatted(head, v.address(), v.port());
        default ->
            "%s reverse lookup for host-%d.example.net [%s] does not lead back to the address it came from"
                .formatted(head, v.below(500), v.address());
      };
    }
  },

  /// A web server's access log: combined, with the time taken.
  ACCESS {
    @Override
    String line(Values v) {
      String path =
          switch (v.below(4)) {
            case 0 -> "/api/orders/" + v.below(1_000_000);
            case 1 -> "/api/users/" + v.user() + "/basket?page=" + v.below(40);
            case 2 -> "/static/app." + v.hex(8) + ".js";
            default -> "/search?q=" + v.user() + "+shoes&limit=" + v.below(100);
          };
      return "%s - - [%s/Nov/2026:%s +0000] \"%s %s HTTP/1.1\" %d %d \"-\" \"Mozilla/5.0 (X11; Linux x86_64) Firefox/%d.0\" 0.%03d"
          .formatted(
              v.address(),
              v.two(28),
              v.clock(":"),
              v.below(5) == 0 ? "POST" : "GET",
              path,
              v.below(20) == 0 ? 500 : 200,
              v.below(200_000),
              100 + v.below(40),
              v.below(1_000));
    }
  },

  /// A service that logs objects.
  JSON {
    @Override
    String line(Values v) {
      String message =
          switch (v.below(4)) {
            case 0 ->
                "order %d of customer %s paid in %d ms"
                    .formatted(v.below(1_000_000), v.user(), v.below(900));
            case 1 ->
                "cache miss for key basket:%d, loaded in %d ms"
                    .formatted(v.below(1_000_000), v.below(90));
            case 2 -> "request done: status=%d bytes=%d".formatted(200, v.below(100_000));
            default ->
                "stock of article %d is down to %d pieces".formatted(v.below(10_000), v.below(20));
          };
      return "{\"ts\":\"2026-11-%sT%s.%03dZ\",\"level\":\"%s\",\"logger\":\"shop.Orders\",\"trace\":\"%s\",\"worker\":%d,\"msg\":\"%s\"}"
          .formatted(
              v.two(28),
              v.clock(":"),
              v.below(1_000),
              v.below(10) == 0 ? "warn" : "info",
              v.hex(16),
              v.below(64),
              message);
    }
  };

  abstract String line(Values values);

  /// Values of lines, from a seed.
  static final class Values {
    private static final int USERS = 200;

    private final Random random;
    private final String[] users = new String[USERS];

    Values(long seed) {
      random = new Random(seed);
      for (int i = 0; i < USERS; i++) {
        var name = new StringBuilder();
        for (int n = 4 + below(6); n > 0; n--) {
          name.append((char) ('a' + below(26)));
        }
        users[i] = name.toString();
      }
    }

    int below(int bound) {
      return random.nextInt(bound);
    }

    long signed() {
      return random.nextLong();
    }

    int port() {
      return 1_024 + below(64_000);
    }

    String address() {
      return "10.25" + below(6) + "." + below(256) + "." + below(256);
    }

    String user() {
      return users[below(USERS)];
    }

    String two(int bound) {
      int value = 1 + below(bound);
      return value < 10 ? "0" + value : String.valueOf(value);
    }

    String clock(String between) {
      return two(23) + between + two(59) + between + two(59);
    }

    String hex(int digits) {
      var out = new StringBuilder();
      for (int i = 0; i < digits; i++) {
        out.append(Character.forDigit(below(16), 16));
      }
      return out.toString();
    }
  }
}
