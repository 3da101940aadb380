package io.topgun.node.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.topgun.node.partition.Change;
import io.topgun.protocol.Limits;
import io.topgun.protocol.Message;
import io.topgun.protocol.MessageCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.BehaviorTestKit;
import org.junit.jupiter.api.Test;

class HubTest {
    private static final byte[] NO_CELLS = {(byte) 0x83, (byte) 0x80, (byte) 0x80, 0};

    private final BehaviorTestKit<Hub.Command> hub = BehaviorTestKit.create(Hub.create());

    /** Remembers what it is told. */
    private static final class Listener implements Subscriber {
        final List<SharedDelta> told = new ArrayList<>();

        @Override
        public void onChange(SharedDelta delta) {
            told.add(delta);
        }

        @Override
        public void onInterest(long subId) {}
    }

    private Listener listener(String... maps) {
        Listener listener = new Listener();
        hub.run(new Hub.Interest(listener, 1, Set.of(maps)));
        return listener;
    }

    private static List<Long> seqs(Listener listener) {
        return listener.told.stream().map(delta -> delta.change().seq()).toList();
    }

    @Test
    void shouldTellChangesToThoseWhoWantOneOfTheirMaps() {
        Listener a = listener("a");
        Listener b = listener("b", "c");
        hub.run(new Hub.Published(new Change.Merged(3, 7, Set.of("a", "c"), List.of(), NO_CELLS)));
        hub.run(new Hub.Published(new Change.Merged(3, 8, Set.of("b"), List.of(), NO_CELLS)));
        hub.run(new Hub.NoInterest(b, Set.of("b")));
        hub.run(new Hub.Published(new Change.Merged(3, 9, Set.of("b"), List.of(), NO_CELLS)));
        assertEquals(List.of(7L), seqs(a));
        assertEquals(List.of(7L, 8L), seqs(b));
    }

    @Test
    void shouldTellAFrontierOnceToEveryoneWhoWantsAnyMap() {
        Listener a = listener("a");
        Listener b = listener("b", "c");
        hub.run(new Hub.Published(new Change.Pruned(3, 7, 1_000)));
        assertEquals(List.of(7L), seqs(a));
        assertEquals(List.of(7L), seqs(b));
        assertEquals(
                List.of(new Message.Frontier(3, 0, 7, 1_000)),
                MessageCodec.decode(b.told.getFirst().message(), Limits.defaults()));
    }
}
