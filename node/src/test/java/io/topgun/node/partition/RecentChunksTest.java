package io.topgun.node.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.topgun.crdt.Life;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import io.topgun.protocol.BlockCodec;
import io.topgun.protocol.CborReader;
import io.topgun.protocol.Entry;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;

class RecentChunksTest {
    private static final Set<String> MAPS = Set.of("m", "n");
    private static final List<Entry> ENTRIES = List.of(entry(1));

    private final RecentChunks recent = new RecentChunks();

    private static Entry entry(int bytes) {
        return new Entry("m", "k", ValueCell.set(Stamp.of(5, 0, "w"), new byte[bytes], Life.FOREVER));
    }

    private void told(Set<String> maps, Cursor from, long seq, boolean more, List<Entry> entries) {
        recent.told(
                new PartitionReplica.Read(
                        1, maps, from, 1_000, TestInbox.<ReadReply>create().getRef()),
                new ReadReply.Chunk(1, 3, Cursor.at(seq), more, entries, 0));
    }

    private Optional<List<Entry>> found(Set<String> maps, Cursor from) {
        return recent.find(maps, from).map(SharedChunk::chunk).map(ReadReply.Chunk::entries);
    }

    @Test
    void shouldAnswerWhoReadsTheSameMapsFromTheSameCursor() {
        told(MAPS, Cursor.at(4), 9, false, ENTRIES);
        assertEquals(Optional.of(ENTRIES), found(Set.of("n", "m"), Cursor.at(4)));
        assertEquals(Optional.empty(), found(Set.of("m"), Cursor.at(4)));
        assertEquals(Optional.empty(), found(MAPS, Cursor.at(5)));
        assertEquals(Optional.empty(), found(MAPS, new Cursor(4, 4)), "that began elsewhere");
    }

    @Test
    void shouldAnswerNobodyOnceTheLogGoesOn() {
        told(MAPS, Cursor.at(4), 9, false, ENTRIES);
        recent.clear();
        assertEquals(Optional.empty(), found(MAPS, Cursor.at(4)));
    }

    @Test
    void shouldKeepNeitherAPartNorMuchNorDigests() {
        told(MAPS, Cursor.at(4), 9, true, ENTRIES);
        told(MAPS, Cursor.at(5), 9, false, List.of(entry(20_000)));
        recent.told(
                new PartitionReplica.Read(
                        1,
                        MAPS,
                        Cursor.NOWHERE,
                        1_000,
                        TestInbox.<ReadReply>create().getRef()),
                new ReadReply.Digests(1, 3, "m", 9, 0, 8, new long[1], 0, false));
        for (Cursor from : List.of(Cursor.at(4), Cursor.at(5), Cursor.NOWHERE)) {
            assertEquals(Optional.empty(), found(MAPS, from));
        }
    }

    @Test
    void shouldKeepNothingOfWhoReadsManyMaps() {
        Set<String> many = IntStream.range(0, 65).mapToObj(i -> "m" + i).collect(Collectors.toSet());
        told(many, Cursor.at(4), 9, false, ENTRIES);
        assertEquals(Optional.empty(), found(many, Cursor.at(4)));
    }

    @Test
    void shouldKeepTheNewestFew() {
        for (int from = 0; from < 6; from++) {
            told(MAPS, Cursor.at(from), 9, false, ENTRIES);
            told(MAPS, Cursor.at(from), 9, false, ENTRIES);
        }
        for (int from = 0; from < 6; from++) {
            assertEquals(from >= 2, found(MAPS, Cursor.at(from)).isPresent(), "from " + from);
        }
    }

    @Test
    void shouldEncodeOnce() {
        told(MAPS, Cursor.at(4), 9, false, ENTRIES);
        byte[] block = recent.find(MAPS, Cursor.at(4)).orElseThrow().block();
        assertEquals(ENTRIES, BlockCodec.read(new CborReader(block)));
        assertSame(block, recent.find(MAPS, Cursor.at(4)).orElseThrow().block());
    }
}
