package io.topgun.persistence.rocksdb;

/** An encoded event and where it goes; the bytes are not copied. */
@SuppressWarnings("ArrayRecordComponent") // A carrier to the committer, never compared.
record EventRow(String persistenceId, long sequenceNr, byte[] value) {}
