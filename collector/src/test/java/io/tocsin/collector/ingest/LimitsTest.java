package io.tocsin.collector.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.v1.Batch;
import io.tocsin.v1.Instance;
import io.tocsin.v1.LoginCount;
import io.tocsin.v1.Logins;
import io.tocsin.v1.WindowSummary;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LimitsTest {
  private static final LoginCount ONE =
      LoginCount.newBuilder().setSource("10.0.0.9").setUser("anna").setCount(1).build();

  @Test
  void loginsBeyondTheContractAreRefused() {
    assertThat(fault(100, ONE)).isNull();
    assertThat(fault(101, ONE)).contains("at most 100 counts of logins");
    assertThat(fault(1, ONE.toBuilder().setSource("").build())).contains("source of 1 to 255");
    assertThat(fault(1, ONE.toBuilder().setSource("a".repeat(256)).build())).contains("255");
    assertThat(fault(1, ONE.toBuilder().setUser("a".repeat(65)).build())).contains("64");
    assertThat(fault(1, ONE.toBuilder().setUser("a\u0000").build())).contains("control");
    assertThat(fault(1, ONE.toBuilder().setCount(-1).build())).contains("1 to 1,000,000,000");
  }

  private static @Nullable String fault(int times, LoginCount count) {
    var logins = Logins.newBuilder().addAllCounts(Collections.nCopies(times, count));
    return Limits.fault(
        Batch.newBuilder()
            .addWindows(
                WindowSummary.newBuilder()
                    .setInstance(Instance.newBuilder().setId("i"))
                    .setEndEpochMs(10_000)
                    .setLogins(logins))
            .build());
  }
}
