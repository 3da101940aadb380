package io.topgun.persistence.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Objects;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** A payload that only a serializer with the system's transport information can write and read. */
record RefPayload(ActorRef ref) {

    /** Fails unless Pekko told which system serializes. */
    static final class Serializer extends SerializerWithStringManifest {
        private final ExtendedActorSystem system;

        Serializer(ExtendedActorSystem system) {
            this.system = system;
        }

        @Override
        public int identifier() {
            return 666;
        }

        @Override
        public String manifest(Object o) {
            return "ref";
        }

        @Override
        public byte[] toBinary(Object o) {
            checkTransport();
            return Serialization.serializedActorPath(((RefPayload) o).ref()).getBytes(UTF_8);
        }

        @Override
        public Object fromBinary(byte[] bytes, String manifest) {
            checkTransport();
            if (!manifest.equals("ref")) throw new IllegalArgumentException(manifest);
            return new RefPayload(system.provider().resolveActorRef(new String(bytes, UTF_8)));
        }

        private void checkTransport() {
            var info = Objects.requireNonNull(Serialization.getCurrentTransportInformation());
            if (!info.system().equals(system)) throw new IllegalStateException("another system");
        }
    }
}
