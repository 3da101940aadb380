package io.topgun.node.fuzz;

import io.topgun.protocol.ProtocolException;
import java.util.List;

/** Something that reads bytes from outside. */
public interface Target {
    /** Good bytes to begin with. */
    List<byte[]> seeds();

    /**
     * Reads them, and checks what must hold of what was read; tells whether they could be read.
     *
     * @throws ProtocolException if not, which is as good an end
     */
    boolean take(byte[] bytes);
}
