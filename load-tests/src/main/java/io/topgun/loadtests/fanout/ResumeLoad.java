package io.topgun.loadtests.fanout;

import io.topgun.crdt.HybridClock;
import io.topgun.crdt.Life;
import io.topgun.crdt.ValueCell;
import io.topgun.protocol.BlockCodec;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.Entry;
import java.util.ArrayList;
import java.util.List;

/** So many clients come back who have missed so many changes. */
record ResumeLoad(int clients, int missed) {

    /** Of the changes that one client missed, in one block. */
    int missedBytes() {
        HybridClock clock = new HybridClock(System::currentTimeMillis, "writer");
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < missed; i++) {
            byte[] value = new CborWriter().bytes(Listeners.payload(i).array()).toByteArray();
            entries.add(new Entry("m", "key1" + i, ValueCell.set(clock.next(), value, Life.FOREVER)));
        }
        CborWriter out = new CborWriter();
        BlockCodec.write(out, entries);
        return out.size();
    }

    @Override
    public String toString() {
        return clients + " clients, " + missed + " missed";
    }
}
