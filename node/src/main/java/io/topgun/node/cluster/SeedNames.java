package io.topgun.node.cluster;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.stream.Stream;

/** What seeds stand for: a name with several addresses, as of a headless service, for all of them. */
final class SeedNames {
    private SeedNames() {}

    /** The seed itself, or the addresses of its name if there are several, in an order that is the same for all. */
    static Stream<String> addresses(String seed) {
        int colon = seed.lastIndexOf(':');
        try {
            return addresses(seed, InetAddress.getAllByName(seed.substring(0, colon)));
        } catch (UnknownHostException e) {
            return Stream.of(seed); // not known yet, perhaps: remoting looks again
        }
    }

    static Stream<String> addresses(String seed, InetAddress[] addresses) {
        String port = seed.substring(seed.lastIndexOf(':'));
        return addresses.length == 1
                ? Stream.of(seed)
                : Arrays.stream(addresses).map(SeedNames::text).sorted().map(address -> address + port);
    }

    private static String text(InetAddress address) {
        return address instanceof Inet6Address ? "[" + address.getHostAddress() + "]" : address.getHostAddress();
    }
}
