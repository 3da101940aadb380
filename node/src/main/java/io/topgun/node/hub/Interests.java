package io.topgun.node.hub;

import io.topgun.node.partition.Change;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Who on this node wants to know of which maps. */
final class Interests {
    private final Map<String, Set<Subscriber>> byMap = new HashMap<>();

    void add(Subscriber subscriber, Set<String> maps) {
        for (String map : maps) {
            byMap.computeIfAbsent(map, none -> new LinkedHashSet<>()).add(subscriber);
        }
    }

    void remove(Subscriber subscriber, Set<String> maps) {
        for (String map : maps) {
            byMap.computeIfPresent(map, (name, subscribers) -> {
                subscribers.remove(subscriber);
                return subscribers.isEmpty() ? null : subscribers;
            });
        }
    }

    /** Every map that somebody wants. */
    Set<String> maps() {
        return Collections.unmodifiableSet(byMap.keySet());
    }

    /** Everybody who wants any map. */
    Set<Subscriber> all() {
        return of(byMap.keySet());
    }

    /** Whether somebody is to be told of a change. */
    boolean include(Change change) {
        return switch (change) {
            case Change.Merged merged -> includeOne(merged.maps());
            case Change.Pruned pruned -> !byMap.isEmpty();
        };
    }

    private boolean includeOne(Set<String> maps) {
        for (String map : maps) {
            if (byMap.containsKey(map)) {
                return true;
            }
        }
        return false;
    }

    /** Those who are to be told, each once. */
    Set<Subscriber> of(SharedFrame frame) {
        return frame.maps().isEmpty() ? all() : of(frame.maps());
    }

    private Set<Subscriber> of(Set<String> maps) {
        if (maps.size() == 1) {
            return byMap.getOrDefault(maps.iterator().next(), Set.of());
        }
        Set<Subscriber> some = new HashSet<>();
        for (String map : maps) {
            some.addAll(byMap.getOrDefault(map, Set.of()));
        }
        return some;
    }
}
