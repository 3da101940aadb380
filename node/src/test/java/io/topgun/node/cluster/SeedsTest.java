package io.topgun.node.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeedsTest {
    private static final String SELF = "127.0.0.1:7101";
    private static final Set<String> OTHERS = Set.of("127.0.0.2:7101", "127.0.0.3:7101");

    @TempDir
    private Path directory;

    private Seeds seeds() {
        return new Seeds(directory.resolve("members"));
    }

    @Test
    void shouldFindTheOthersAgainWhenItSawNobodyAsItLeftOrCame() {
        seeds().keep(OTHERS);
        seeds().keep(Set.of());
        assertEquals(List.of(SELF, "127.0.0.2:7101", "127.0.0.3:7101"), seeds().order(SELF, List.of()));
    }

    @Test
    void shouldForgetAMemberThatIsGone() {
        seeds().keep(OTHERS);
        seeds().keep(Set.of("127.0.0.3:7101"));
        assertEquals(List.of(SELF, "127.0.0.3:7101"), seeds().order(SELF, List.of()));
    }

    @Test
    void shouldNotComeFirstWhenItWasToldWhomToJoin() {
        assertEquals(List.of("127.0.0.2:7101"), seeds().order(SELF, List.of("127.0.0.2:7101")));
        assertEquals(List.of(SELF), seeds().order(SELF, List.of()));
    }
}
