package io.topgun.node.cluster;

import io.topgun.protocol.CborReader;
import io.topgun.protocol.CborWriter;

/**
 * A message in binary form with its address.
 *
 * @param to the path of an actor, or nothing for the node itself
 * @param serializer the number of the serializer that made the bytes
 * @param manifest what that one needs to read them
 */
@SuppressWarnings("ArrayRecordComponent") // written once, read once, never compared
record Letter(String to, int serializer, String manifest, byte[] bytes) {
    /** How many bytes it takes in a parcel, at most. */
    int size() {
        return bytes.length + 3 * (to.length() + manifest.length()) + 20;
    }

    void write(CborWriter out) {
        out.text(to).integer(serializer).text(manifest).bytes(bytes);
    }

    static Letter read(CborReader in) {
        return new Letter(in.text(), Math.toIntExact(in.integer()), in.text(), in.bytes());
    }
}
