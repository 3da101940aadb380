package io.topgun.node.cluster;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.NopAnnotationIntrospector;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.jsontype.TypeResolverBuilder;
import com.fasterxml.jackson.databind.jsontype.impl.StdTypeResolverBuilder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes which alternative of a sealed interface a value is by its simple name, so that none has to be registered. */
final class SealedTypes extends NopAnnotationIntrospector {
    private static final long serialVersionUID = 1;
    private static final String PROPERTY = "@";

    @Override
    public @Nullable TypeResolverBuilder<?> findTypeResolver(
            MapperConfig<?> config, AnnotatedClass type, JavaType baseType) {
        return type.getRawType().isSealed() ? new StdTypeResolverBuilder().init(info(), null) : null;
    }

    @Override
    public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(MapperConfig<?> config, Annotated type) {
        return type.getRawType().isSealed() ? info() : null;
    }

    private static JsonTypeInfo.Value info() {
        return JsonTypeInfo.Value.construct(
                JsonTypeInfo.Id.NAME, JsonTypeInfo.As.PROPERTY, PROPERTY, null, false, null, null);
    }

    @Override
    public @Nullable List<NamedType> findSubtypes(Annotated type) {
        return type.getRawType().isSealed() ? subtypes(type.getRawType()) : null;
    }

    private static List<NamedType> subtypes(Class<?> sealed) {
        List<NamedType> types = new ArrayList<>();
        for (Class<?> permitted : sealed.getPermittedSubclasses()) {
            if (permitted.isSealed()) {
                types.addAll(subtypes(permitted));
            } else {
                types.add(new NamedType(permitted, permitted.getSimpleName()));
            }
        }
        return types;
    }
}
