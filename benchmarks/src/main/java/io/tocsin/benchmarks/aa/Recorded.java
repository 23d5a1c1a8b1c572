package io.tocsin.benchmarks.aa;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/// CPU of real machines, a sample a window: the cloud machines of the Numenta Anomaly Benchmark.
///
/// @param series of one machine each, as multiples of its median
record Recorded(List<double[]> series) {

  static Recorded at(Path data) throws IOException {
    try (Stream<Path> files = Files.list(data.resolve("nab/data/realAWSCloudwatch"))) {
      List<Path> cpu =
          files
              .filter(f -> f.getFileName().toString().startsWith("ec2_cpu_utilization_"))
              .sorted()
              .toList();
      List<double[]> series = cpu.stream().map(Recorded::read).toList();
      if (series.isEmpty()) {
        throw new IOException(
            "%s/nab/data/realAWSCloudwatch: expected ec2_cpu_utilization_*.csv.gz, found none"
                .formatted(data));
      }
      return new Recorded(series);
    }
  }

  private static double[] read(Path file) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      double[] values =
          lines
              .lines()
              .skip(1)
              .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(',') + 1)))
              .toArray();
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      double median = Math.max(sorted[sorted.length / 2], 1e-6);
      return Arrays.stream(values).map(v -> v / median).toArray();
    } catch (IOException e) {
      throw new UncheckedIOException(file + " could not be read", e);
    }
  }

  /// A contiguous stretch of some machine.
  Stretch draw(Draws draws) {
    double[] machine = series.get((int) (draws.uniform() * series.size()));
    return new Stretch(machine, (int) (draws.uniform() * machine.length));
  }

  /// One machine from one moment on; goes round at its end.
  record Stretch(double[] machine, int from) {
    double at(long index) {
      return machine[Math.floorMod(from + index, machine.length)];
    }
  }
}
