package io.topgun.persistence.rocksdb;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Those who want to know at once that an id has new events; they are called after the commit. */
final class AppendListeners {
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

    void add(Consumer<String> listener) {
        listeners.add(listener);
    }

    void remove(Consumer<String> listener) {
        listeners.remove(listener);
    }

    boolean isEmpty() {
        return listeners.isEmpty();
    }

    void appended(String persistenceId) {
        for (Consumer<String> listener : listeners) listener.accept(persistenceId);
    }
}
