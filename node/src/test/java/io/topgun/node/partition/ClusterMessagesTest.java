package io.topgun.node.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.typesafe.config.ConfigFactory;
import io.topgun.crdt.Cell;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.Life;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import io.topgun.node.cluster.ClusterMessage;
import io.topgun.node.cluster.ReplicaState;
import io.topgun.node.cluster.Replicas;
import io.topgun.node.placement.Slot;
import io.topgun.protocol.Entry;
import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Level;
import io.topgun.protocol.Op;
import io.topgun.protocol.Prefixes;
import io.topgun.protocol.Rejection;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every message that nodes may send each other, there and back: each record is found, made and compared by its components. */
class ClusterMessagesTest {
    private static final ActorSystem<Object> SYSTEM = ActorSystem.create(
            Behaviors.empty(),
            "messages",
            ConfigFactory.parseString("pekko { actor.provider = cluster, remote.artery.canonical.port = 0 }")
                    .withFallback(ConfigFactory.load()));

    private static final List<Entry> ENTRIES = List.of(
            new Entry("m", "k", ValueCell.set(Stamp.of(5, 0, "w"), new byte[] {1}, Life.until(9))),
            new Entry("m", "f", FieldsCell.update(Stamp.of(6, 1, "w"), new String[] {"name"}, new byte[] {2})),
            new Entry("n", "o", OrCell.add(Stamp.of(7, 0, "v"), new byte[] {3})),
            new Entry("m", "c", CounterCell.share(Stamp.of(8, 0, "v"), 4, 1)));

    private static final List<Op> OPS = List.of(
            new Op(7, "m", "k", ENTRIES.get(0).cell()),
            new Op(3, "n", "k", ENTRIES.get(2).cell()));

    /** One value of every type that components have. */
    private static final Map<Class<?>, Object> VALUES = Map.ofEntries(
            Map.entry(boolean.class, true),
            Map.entry(int.class, 271),
            Map.entry(long.class, Long.MIN_VALUE + 3),
            Map.entry(String.class, "text \u00e9 \ud83d\ude00"),
            Map.entry(long[].class, new long[] {1, -1, Long.MAX_VALUE}),
            Map.entry(byte[].class, new byte[] {0, -1, 7}),
            Map.entry(Integer.class, 12),
            Map.entry(Long.class, -12L),
            Map.entry(Level.class, Level.REPLICATED),
            Map.entry(ErrorCode.class, ErrorCode.STALE),
            Map.entry(ReplicaState.class, ReplicaState.RETURNING),
            Map.entry(Replicas.class, Replicas.NONE.with(3, ReplicaState.LIVE)),
            Map.entry(Prefixes.class, new Prefixes(3, List.of(5L, -5L))),
            Map.entry(Cell.class, ENTRIES.get(0).cell()),
            Map.entry(Entry.class, ENTRIES.get(0)),
            Map.entry(Rejection.class, new Rejection(5, ErrorCode.STALE, "too late")),
            Map.entry(Slot.class, new Slot(3, 2)),
            Map.entry(ActorRef.class, SYSTEM.ignoreRef()));

    @AfterAll
    static void stop() {
        SYSTEM.terminate();
        SYSTEM.getWhenTerminated().toCompletableFuture().join();
    }

    static Stream<Class<?>> messages() {
        return new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("io.topgun.node").stream()
                        .filter(type -> type.isAssignableTo(ClusterMessage.class) && type.isRecord())
                        .map(JavaClass::reflect);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void shouldComeBackAsItWas(Class<?> type) {
        Object message = sample(type);
        Serialization serialization = SerializationExtension.get(Adapter.toClassic(SYSTEM));
        byte[] bytes = serialization.serialize(message).get();
        int serializer = serialization.findSerializerFor(message).identifier();
        String manifest = Serializers.manifestFor(serialization.findSerializerFor(message), message);
        Object back = serialization.deserialize(bytes, serializer, manifest).get();
        assertEquals(type, back.getClass());
        assertTrue(isSame(message, back), () -> message + " came back as " + back);
    }

    /** A value of the type, but for the one text of a form of its own. */
    private static Object sample(RecordComponent component) {
        return component.getName().equals("slots") ? "-1".repeat(135) + "-" : sample(component.getGenericType());
    }

    private static Object sample(Type type) {
        return switch (type) {
            case ParameterizedType generic -> sample((Class<?>) generic.getRawType(), generic.getActualTypeArguments());
            case Class<?> plain -> sample(plain, new Type[0]);
            default -> throw new AssertionError("no sample of " + type);
        };
    }

    private static Object sample(Class<?> type, Type[] arguments) {
        if (VALUES.containsKey(type)) {
            return Objects.requireNonNull(VALUES.get(type));
        } else if (type == List.class && arguments[0] == Entry.class) {
            return ENTRIES;
        } else if (type == List.class && arguments[0] == Op.class) {
            return OPS;
        } else if (type == List.class) {
            return List.of(sample(arguments[0]));
        } else if (type == Set.class) {
            return Set.of(sample(arguments[0]));
        } else if (type == Optional.class) {
            return Optional.of(sample(arguments[0]));
        } else if (type == Map.class) {
            return Map.of(sample(arguments[0]), sample(arguments[1]));
        } else if (type.isSealed()) {
            return sample(type.getPermittedSubclasses()[0]);
        }
        assertTrue(type.isRecord(), () -> "no sample of " + type);
        return make(type);
    }

    private static Object make(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        try {
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(
                    Arrays.stream(components).map(ClusterMessagesTest::sample).toArray());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("cannot make a " + type, e);
        }
    }

    private static boolean isSame(Object a, Object b) {
        if (a.getClass().isArray()) {
            return Arrays.deepEquals(new Object[] {a}, new Object[] {b}) && Array.getLength(a) > 0;
        } else if (a instanceof Record record && b.getClass() == a.getClass()) {
            return Arrays.stream(record.getClass().getRecordComponents())
                    .allMatch(component -> isSame(get(component, a), get(component, b)));
        } else if (a instanceof List<?> as && b instanceof List<?> bs) {
            return as.size() == bs.size() && IntStream.range(0, as.size()).allMatch(i -> isSame(as.get(i), bs.get(i)));
        }
        return a.equals(b);
    }

    private static Object get(RecordComponent component, Object record) {
        try {
            component.getAccessor().setAccessible(true);
            return Objects.requireNonNull(component.getAccessor().invoke(record));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no such component", e);
        }
    }
}
