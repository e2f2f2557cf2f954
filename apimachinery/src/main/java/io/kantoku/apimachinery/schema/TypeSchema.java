package io.kantoku.apimachinery.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/** How a value is divided among owners in server-side apply: as a whole, member by member, or item by item. */
public sealed interface TypeSchema {
    /** Nothing is known: objects are divided member by member, all else has one owner. */
    record Deduced() implements TypeSchema {
        private static final Deduced INSTANCE = new Deduced();
    }

    /** One owner for the value and all that is in it. */
    record Atomic() implements TypeSchema {
        private static final Atomic INSTANCE = new Atomic();
    }

    /**
     * An object or map whose members have owners of their own.
     *
     * @param members the type of the member of a name; total
     * @param isField whether a name is a field of the type rather than a key that is data; a field is owned with what is in it
     */
    record Granular(Function<String, TypeSchema> members, Predicate<String> isField) implements TypeSchema {
        private static final Granular PLAIN = ofFields(_ -> plain());

        static Granular ofFields(Function<String, TypeSchema> members) {
            return new Granular(members, _ -> true);
        }

        static Granular ofKeys(TypeSchema values) {
            return new Granular(_ -> values, _ -> false);
        }
    }

    /** A list of distinct scalars, each with owners of its own. */
    record SetList() implements TypeSchema {}

    /**
     * A list of objects told apart by some of their members.
     *
     * @param keys the names of those members, at least one
     * @param defaults what an absent key member counts as
     * @param item the type of the items
     * @param always whether objects have the list before anybody sets it, so that nobody owns that it is there
     */
    record MapList(List<String> keys, Map<String, JsonNode> defaults, TypeSchema item, boolean always)
            implements TypeSchema {
        public MapList(List<String> keys, Map<String, JsonNode> defaults, TypeSchema item) {
            this(keys, defaults, item, false);
        }

        public MapList {
            keys = List.copyOf(keys);
            defaults = Map.copyOf(defaults);
        }
    }

    static TypeSchema deduced() {
        return Deduced.INSTANCE;
    }

    static TypeSchema atomic() {
        return Atomic.INSTANCE;
    }

    /** An object none of whose fields is special; its members are fields, not data, at every depth. */
    static TypeSchema plain() {
        return Granular.PLAIN;
    }

    /** Whether a member of an object of this type is one of its declared fields. */
    default boolean isField(String name) {
        return this instanceof Granular granular && granular.isField().test(name);
    }

    /** The type of a member of an object of this type. */
    default TypeSchema member(String name) {
        return switch (this) {
            case Granular granular -> granular.members().apply(name);
            case Deduced _, Atomic _, SetList _, MapList _ -> deduced();
        };
    }
}
