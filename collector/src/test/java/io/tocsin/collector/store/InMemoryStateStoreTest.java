package io.tocsin.collector.store;

import java.nio.file.Path;

class InMemoryStateStoreTest extends StateStoreContract {
  @Override
  StateStore open(Path directory) {
    return StateStore.inMemory();
  }
}
