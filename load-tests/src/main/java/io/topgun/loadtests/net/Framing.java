package io.topgun.loadtests.net;

import java.io.IOException;
import java.nio.ByteBuffer;

/** How frames become bytes of one connection and bytes become frames. */
public interface Framing {

    /** Where the pieces go. */
    interface Sink {
        /** The other end has agreed to talk. */
        void opened();

        /** A whole frame; its bytes are gone when this returns. */
        void received(ByteBuffer frame);

        /** To be sent as it is. */
        void reply(ByteBuffer bytes);
    }

    /** What the connection begins with. */
    byte[] opening();

    /**
     * Takes whole frames from the front of what came and leaves the rest.
     *
     * @throws IOException if it breaks the rules
     */
    void read(ByteBuffer came, Sink sink) throws IOException;

    /** The bytes of a frame. */
    ByteBuffer frame(ByteBuffer payload);
}
