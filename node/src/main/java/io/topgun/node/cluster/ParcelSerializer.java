package io.topgun.node.cluster;

import io.topgun.protocol.CborReader;
import io.topgun.protocol.CborWriter;
import java.util.Arrays;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** Parcels to bytes and back: three numbers in front of what they carry. */
public final class ParcelSerializer extends SerializerWithStringManifest {
    private static final String PARCEL = "P1";
    private static final int HEADER_BYTES_MAX = 16;

    @Override
    public int identifier() {
        return 271002;
    }

    @Override
    public String manifest(Object parcel) {
        return PARCEL;
    }

    @Override
    public byte[] toBinary(Object object) {
        Parcel parcel = (Parcel) object;
        CborWriter out = new CborWriter(parcel.bytes().length + HEADER_BYTES_MAX);
        out.integer(parcel.link()).integer(parcel.index()).bool(parcel.isLast());
        out.raw(parcel.bytes(), 0, parcel.bytes().length);
        return out.toByteArray();
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) {
        if (!manifest.equals(PARCEL)) {
            throw new IllegalArgumentException("a parcel of a later version: " + manifest);
        }
        CborReader in = new CborReader(bytes);
        long link = in.integer();
        int index = Math.toIntExact(in.integer());
        boolean isLast = in.bool();
        return new Parcel(link, index, isLast, Arrays.copyOfRange(bytes, in.position(), bytes.length));
    }
}
