package io.tocsin.benchmarks.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What one instance of the shop really did in one second, by its own account. Tocsin never reads
/// it.
///
/// @param endMillis of the second, epoch milliseconds
/// @param release that the instance ran
/// @param requests that arrived
/// @param errors requests that failed because the release makes them fail
/// @param slow requests that wait longer than one in twenty does in a release that is not slow
/// @param unavailable requests that failed because the inventory did
/// @param crashes 1 when the process ended itself
/// @param leakedMb kept so far
/// @param spunMillis of computing, about
/// @param debugLines written
/// @param hung requests that wait for a lock that nobody gives back
/// @param listening whether requests were taken
record LedgerLine(
    long endMillis,
    String release,
    long requests,
    long errors,
    long slow,
    long unavailable,
    long crashes,
    double leakedMb,
    long spunMillis,
    long debugLines,
    long hung,
    boolean listening) {

  /// Of all instances of a service, by time. A last line that was cut short by a kill is left out.
  ///
  /// @param ledgers folder of a file each instance, `<service>-<instance>.csv`
  static List<LedgerLine> of(Path ledgers, String service) throws IOException {
    List<LedgerLine> lines = new ArrayList<>();
    try (var files = Files.newDirectoryStream(ledgers, service + "-*.csv")) {
      for (Path ledger : files) {
        String text = Files.readString(ledger);
        text.substring(0, text.lastIndexOf('\n') + 1)
            .lines()
            .map(LedgerLine::of)
            .forEach(lines::add);
      }
    }
    lines.sort((a, b) -> Long.compare(a.endMillis, b.endMillis));
    return lines;
  }

  static LedgerLine of(String line) {
    String[] cells = line.split(",");
    if (cells.length != 12) {
      throw new IllegalArgumentException("expected 12 cells in a ledger, found " + line);
    }
    return new LedgerLine(
        Long.parseLong(cells[0]),
        cells[1],
        Long.parseLong(cells[2]),
        Long.parseLong(cells[3]),
        Long.parseLong(cells[4]),
        Long.parseLong(cells[5]),
        Long.parseLong(cells[6]),
        Double.parseDouble(cells[7]),
        Long.parseLong(cells[8]),
        Long.parseLong(cells[9]),
        Long.parseLong(cells[10]),
        cells[11].equals("1"));
  }
}
