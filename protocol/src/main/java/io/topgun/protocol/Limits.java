package io.topgun.protocol;

import io.topgun.crdt.TextOrder;
import java.util.Map;
import java.util.TreeMap;

/** Everything a peer could make too large, each with its greatest size; WELCOME carries them. */
public record Limits(
        int frameBytesMax,
        int opsPerFrameMax,
        int mapNameBytesMax,
        int keyBytesMax,
        int valueBytesMax,
        int fieldsMax,
        int tagsMax,
        int sharesMax,
        int depthMax,
        int subscriptionsMax,
        int mapsPerSubscribeMax,
        int clockAheadMsMax) {
    /** Nesting of any CBOR item that is read at all. */
    static final int NESTING_MAX = 256;

    private static final Limits DEFAULTS =
            new Limits(1 << 20, 10_000, 128, 1_024, 262_144, 1_024, 65_536, 131_072, 32, 1_000, 1_000, 60_000);

    /** For states that were accepted when they came in: bounded by what carries them. */
    static final Limits STATE = new Limits(
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            NESTING_MAX,
            1,
            1,
            1);

    public Limits {
        int least = Math.min(Math.min(frameBytesMax, opsPerFrameMax), Math.min(mapNameBytesMax, keyBytesMax));
        least = Math.min(Math.min(least, valueBytesMax), Math.min(fieldsMax, tagsMax));
        least = Math.min(
                Math.min(least, sharesMax), Math.min(depthMax, Math.min(subscriptionsMax, mapsPerSubscribeMax)));
        if (Math.min(least, clockAheadMsMax) < 1 || depthMax > NESTING_MAX) {
            throw new IllegalArgumentException("Limit out of range");
        }
    }

    public static Limits defaults() {
        return DEFAULTS;
    }

    /** Names and numbers as in WELCOME, in text order. */
    Map<String, Integer> toMap() {
        Map<String, Integer> map = new TreeMap<>(TextOrder::compare);
        map.put("frameBytesMax", frameBytesMax);
        map.put("opsPerFrameMax", opsPerFrameMax);
        map.put("mapNameBytesMax", mapNameBytesMax);
        map.put("keyBytesMax", keyBytesMax);
        map.put("valueBytesMax", valueBytesMax);
        map.put("fieldsMax", fieldsMax);
        map.put("tagsMax", tagsMax);
        map.put("sharesMax", sharesMax);
        map.put("depthMax", depthMax);
        map.put("subscriptionsMax", subscriptionsMax);
        map.put("mapsPerSubscribeMax", mapsPerSubscribeMax);
        map.put("clockAheadMsMax", clockAheadMsMax);
        return map;
    }

    /** The limits a peer named; defaults for those it did not, and unknown ones are ignored. */
    static Limits fromMap(Map<String, Integer> named) {
        return new Limits(
                named.getOrDefault("frameBytesMax", DEFAULTS.frameBytesMax),
                named.getOrDefault("opsPerFrameMax", DEFAULTS.opsPerFrameMax),
                named.getOrDefault("mapNameBytesMax", DEFAULTS.mapNameBytesMax),
                named.getOrDefault("keyBytesMax", DEFAULTS.keyBytesMax),
                named.getOrDefault("valueBytesMax", DEFAULTS.valueBytesMax),
                named.getOrDefault("fieldsMax", DEFAULTS.fieldsMax),
                named.getOrDefault("tagsMax", DEFAULTS.tagsMax),
                named.getOrDefault("sharesMax", DEFAULTS.sharesMax),
                named.getOrDefault("depthMax", DEFAULTS.depthMax),
                named.getOrDefault("subscriptionsMax", DEFAULTS.subscriptionsMax),
                named.getOrDefault("mapsPerSubscribeMax", DEFAULTS.mapsPerSubscribeMax),
                named.getOrDefault("clockAheadMsMax", DEFAULTS.clockAheadMsMax));
    }
}
