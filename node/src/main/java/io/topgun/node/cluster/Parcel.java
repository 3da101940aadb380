package io.topgun.node.cluster;

/**
 * Messages of a link in one remote message, or a part of one message that is too large for it.
 *
 * @param link which link, a random number of the sender
 * @param index of the part; parts come in their order or not at all
 * @param isLast whether the messages are whole with this part
 */
@SuppressWarnings("ArrayRecordComponent") // written once, read once, never compared
record Parcel(long link, int index, boolean isLast, byte[] bytes) {}
