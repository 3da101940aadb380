package io.topgun.node.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeedNamesTest {
    private static InetAddress address(int... bytes) throws UnknownHostException {
        byte[] address = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            address[i] = (byte) bytes[i];
        }
        return InetAddress.getByAddress("nodes", address);
    }

    @Test
    void shouldStandForAllAddressesOfAName() throws UnknownHostException {
        InetAddress[] addresses = {
            address(10, 0, 0, 2), address(10, 0, 0, 1), address(0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)
        };
        assertEquals(
                List.of("10.0.0.1:7270", "10.0.0.2:7270", "[fd00:0:0:0:0:0:0:1]:7270"),
                SeedNames.addresses("nodes:7270", addresses).toList());
    }

    @Test
    void shouldKeepANameWithOneAddressOrNone() throws UnknownHostException {
        assertEquals(
                List.of("node-0.nodes:7270"),
                SeedNames.addresses("node-0.nodes:7270", new InetAddress[] {address(10, 0, 0, 1)})
                        .toList());
        assertEquals(
                List.of("127.0.0.1:7270"), SeedNames.addresses("127.0.0.1:7270").toList());
        assertEquals(
                List.of("no-such-host.invalid:7270"),
                SeedNames.addresses("no-such-host.invalid:7270").toList());
    }
}
