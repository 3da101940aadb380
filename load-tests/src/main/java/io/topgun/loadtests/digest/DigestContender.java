package io.topgun.loadtests.digest;

import io.topgun.loadtests.Filling;
import io.topgun.loadtests.NodeProcess;
import io.topgun.loadtests.Observation;
import io.topgun.loadtests.ProcessUsage;
import io.topgun.loadtests.Rows;
import io.topgun.loadtests.bench.Contender;
import io.topgun.loadtests.bench.Metric;
import io.topgun.loadtests.bench.Sample;
import io.topgun.loadtests.net.Link;
import io.topgun.loadtests.net.Sockets;
import io.topgun.loadtests.net.WebSocketFraming;
import io.topgun.protocol.BlockCodec;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Level;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;

/** A node that holds the rows, and a client whose copy is made to differ, then brought up to date, again and again. */
final class DigestContender implements Contender<DigestLoad> {
    private static final Duration START_MAX = Duration.ofMinutes(1);
    private static final int ANSWER_MAX_S = 120;

    private final Rows rows;
    private final boolean byDigests;
    private final NodeProcess node;
    private final URI uri;
    private final Sockets sockets;
    private final SplittableRandom random = new SplittableRandom(1);
    private Copy copy;
    private long exchanges;

    /**
     * Starts and fills a node.
     *
     * @param byDigests whether the client compares digests, or has nothing to begin with and gets everything
     */
    DigestContender(Path directory, Rows rows, boolean byDigests) throws IOException, InterruptedException {
        this.rows = rows;
        this.byDigests = byDigests;
        node = NodeProcess.start(directory, List.of(), List.of());
        uri = node.awaitReady(START_MAX);
        Filling.write(uri, "filler", Level.PERSISTED, rows.count(), rows::op);
        sockets = new Sockets("digests");
        copy = byDigests ? Copy.of(rows) : Copy.ofNothing();
    }

    @Override
    public boolean takes(DigestLoad load) {
        return byDigests ? load.differences() <= rows.count() : load.differences() == 0;
    }

    @Override
    public Sample run(DigestLoad load, Duration time) throws IOException, InterruptedException {
        List<Exchange.Taken> all = new ArrayList<>();
        long end = System.nanoTime() + time.toNanos();
        long least = 0;
        long cpuMicros = 0;
        do {
            least += differ(load.differences());
            ProcessUsage before = ProcessUsage.of(node.pid());
            all.add(exchange());
            cpuMicros += ProcessUsage.of(node.pid()).cpuMicros() - before.cpuMicros();
            copy.proveSize(rows.count());
        } while (System.nanoTime() < end);
        exchanges += all.size();
        Histogram nanos = new Histogram(3);
        all.forEach(taken -> nanos.recordValue(taken.nanos()));
        double bytes = mean(all, Exchange.Taken::bytes);
        Sample sample = Sample.empty()
                .with(nanos)
                .with(Metric.ROUND_TRIPS, mean(all, Exchange.Taken::roundTrips))
                .with(Metric.BYTES, bytes)
                .with(Metric.BYTES_OF_EQUAL, mean(all, Exchange.Taken::bytesOfEqual))
                .with(Metric.BYTES_OF_REPAIRED, mean(all, Exchange.Taken::bytesOfRepaired))
                .with(Metric.CPU, (double) cpuMicros / all.size())
                .with(Metric.MEMORY, ProcessUsage.of(node.pid()).residentBytes() / 1e6);
        return least == 0 ? sample : sample.with(Metric.BYTES_TO_LEAST, bytes * all.size() / least);
    }

    private static double mean(List<Exchange.Taken> all, ToLongFunction<Exchange.Taken> figure) {
        return all.stream().mapToLong(figure).average().orElse(0);
    }

    /** Takes the client back in so many rows, by turns to an older cell and to none; returns the bytes of what it lacks, in one block. */
    private long differ(int differences) {
        if (!byDigests) {
            copy = Copy.ofNothing();
            return 0;
        }
        List<Entry> lacking = new ArrayList<>();
        long stride = rows.count() / Math.max(1, differences);
        for (int i = 0; i < differences; i++) {
            long index = i * stride + random.nextLong(stride);
            String key = Rows.key(index);
            Slice slice = copy.sliceOf(key);
            if (i % 2 == 0) {
                slice.put(key, rows.cellBefore(index));
            } else {
                slice.remove(key);
            }
            lacking.add(new Entry(rows.map(), key, rows.cell(index)));
        }
        CborWriter out = new CborWriter();
        BlockCodec.write(out, lacking);
        return differences == 0 ? 0 : out.size();
    }

    private Exchange.Taken exchange() throws IOException, InterruptedException {
        Exchange exchange = new Exchange(rows.map(), copy, byDigests);
        InetSocketAddress address = new InetSocketAddress(uri.getHost(), uri.getPort());
        Link link = sockets.connect(address, new WebSocketFraming(uri, "topgun.1"), exchange);
        try {
            return exchange.done().get(ANSWER_MAX_S, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("Not up to date", e);
        } finally {
            link.close();
        }
    }

    @Override
    public String prove() throws IOException, InterruptedException {
        copy.prove(rows);
        for (var stated : Observation.digests(uri, List.of(rows.map())).entrySet()) {
            if (copy.slice(stated.getKey().partition()).root() != stated.getValue()) {
                throw new IllegalStateException("Digests differ in " + stated.getKey());
            }
        }
        return "after " + exchanges + " exchanges the client has all " + rows.count()
                + " entries as they were written, and the node's digests";
    }

    @Override
    public void close() throws IOException {
        node.close();
        sockets.close();
    }
}
