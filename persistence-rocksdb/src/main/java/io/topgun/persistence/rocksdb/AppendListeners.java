package io.topgun.persistence.rocksdb;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Those who want to know at once of new events; they are called after the commit, and must not block. */
final class AppendListeners {
    private final Map<String, List<Runnable>> byId = new ConcurrentHashMap<>();
    private final List<Consumer<String>> ofNewIds = new CopyOnWriteArrayList<>();

    /** Calls the listener after each append to the id, until what is returned is run. */
    Runnable onAppend(String persistenceId, Runnable listener) {
        byId.computeIfAbsent(persistenceId, id -> new CopyOnWriteArrayList<>()).add(listener);
        return () -> byId.computeIfPresent(persistenceId, (id, listeners) -> {
            listeners.remove(listener);
            return listeners.isEmpty() ? null : listeners;
        });
    }

    /** Calls the listener with each id that gets its first event, until what is returned is run. */
    Runnable onNewId(Consumer<String> listener) {
        ofNewIds.add(listener);
        return () -> ofNewIds.remove(listener);
    }

    void appended(String persistenceId) {
        if (!byId.isEmpty()) byId.getOrDefault(persistenceId, List.of()).forEach(Runnable::run);
    }

    void created(String persistenceId) {
        ofNewIds.forEach(listener -> listener.accept(persistenceId));
    }
}
