package io.tocsin.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerLineTest {
  @Test
  void theInstancesOfOneServiceAreReadByTimeAndALineThatWasCutShortIsLeftOut(@TempDir Path ledgers)
      throws IOException {
    write(
        ledgers,
        "shop-1.csv",
        "1000,1.0,40,0,0,0,0,0.0,0,0,0,1\n3000,1.1,41,0,0,0,0,0.0,0,0,0,1\n");
    write(ledgers, "shop-2.csv", "2000,1.0,42,0,0,0,0,0.0,0,0,0,1\n3000,1.1,4");
    write(ledgers, "catalogue-1.csv", "1500,1.1,20,0,0,0,0,0.0,0,0,0,1\n");

    assertThat(LedgerLine.of(ledgers, "shop"))
        .extracting(LedgerLine::requests)
        .containsExactly(40L, 42L, 41L);
  }

  private static void write(Path ledgers, String name, String text) throws IOException {
    Files.writeString(ledgers.resolve(name), text);
  }
}
