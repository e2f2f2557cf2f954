package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apiserver.catalog.openapi.BuiltInSchemas;
import io.kantoku.apiserver.registry.StoredAs;
import io.kantoku.apiserver.registry.Strategy;
import io.kantoku.apiserver.registry.TypeFault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Puts a kind's strategy together from functions; what is not given does nothing. */
final class Rules {
    private final List<Consumer<ObjectNode>> defaults = new ArrayList<>();
    private final List<Consumer<ObjectNode>> onCreate = new ArrayList<>();
    private final List<BiConsumer<ObjectNode, ObjectNode>> onUpdate = new ArrayList<>();
    private final List<Check> checks = new ArrayList<>();
    private final List<UpdateCheck> updateChecks = new ArrayList<>();
    private final List<UpdateCheck> statusChecks = new ArrayList<>();
    private final Map<String, Part> parts = new HashMap<>();
    private final List<Function<ObjectNode, List<String>>> warnings = new ArrayList<>();
    private Conversion toServed = (object, version) -> object;
    private Conversion toStored = (object, version) -> object;
    private Set<String> fixedByStatus = Set.of();
    private @Nullable StoredAs storedAs;
    private boolean unconditional = true;
    private boolean createsOnUpdate;
    private ToLongFunction<ObjectNode> grace = object -> 0;

    private Rules() {}

    static Rules of() {
        return new Rules();
    }

    Rules defaults(Consumer<ObjectNode> rule) {
        defaults.add(rule);
        return this;
    }

    Rules onCreate(Consumer<ObjectNode> rule) {
        onCreate.add(rule);
        return this;
    }

    /** {@code rule} is given the new object and the old. */
    Rules onUpdate(BiConsumer<ObjectNode, ObjectNode> rule) {
        onUpdate.add(rule);
        return this;
    }

    Rules check(Check check) {
        checks.add(check);
        return this;
    }

    Rules checkUpdate(UpdateCheck check) {
        updateChecks.add(check);
        return this;
    }

    Rules checkStatus(UpdateCheck check) {
        statusChecks.add(check);
        return this;
    }

    /** What a subresource may change of an object beside its status, and what is wrong with such a change. */
    Rules part(String subresource, Limit limit, UpdateCheck check) {
        parts.put(subresource, new Part(limit, check));
        return this;
    }

    Rules warnings(Function<ObjectNode, List<String>> rule) {
        warnings.add(rule);
        return this;
    }

    Rules grace(ToLongFunction<ObjectNode> seconds) {
        grace = seconds;
        return this;
    }

    /** Between the stored version and the others that are served. */
    Rules conversions(Conversion served, Conversion stored) {
        toServed = served;
        toStored = stored;
        return this;
    }

    /** Updates must say which version of the object they change. */
    Rules onlyConditionalUpdates() {
        unconditional = false;
        return this;
    }

    /** An update of an object that does not exist creates it. */
    Rules createdByUpdates() {
        createsOnUpdate = true;
        return this;
    }

    /** Members of {@code metadata} that a write of the status leaves as they are. */
    Rules fixedByStatus(Set<String> members) {
        fixedByStatus = members;
        return this;
    }

    /** The kind is another view of objects that are stored under another name. */
    Rules storedAs(GroupResource resource, GroupVersionKind kind) {
        storedAs = new StoredAs(resource, kind);
        return this;
    }

    Strategy strategy(GroupVersionKind kind) {
        return new Composed(kind);
    }

    /** Finds what is wrong with an object. */
    @FunctionalInterface
    interface Check {
        void check(ObjectNode object, Problems problems);
    }

    /** Finds what is wrong with the step from an object to another. */
    @FunctionalInterface
    interface UpdateCheck {
        void check(ObjectNode object, ObjectNode old, Problems problems);
    }

    /** Puts back from the old object what a subresource does not change. */
    @FunctionalInterface
    interface Limit {
        void limit(String subresource, ObjectNode object, ObjectNode old);
    }

    private record Part(Limit limit, UpdateCheck check) {}

    /** Rewrites an object for another version. */
    @FunctionalInterface
    interface Conversion {
        ObjectNode convert(ObjectNode object, String version);
    }

    private final class Composed implements Strategy {
        private final GroupVersionKind served;
        private final GroupVersionKind kind;

        Composed(GroupVersionKind kind) {
            this.served = kind;
            this.kind = storedAs == null ? kind : storedAs.kind();
        }

        @Override
        public Optional<StoredAs> storedAs() {
            return Optional.ofNullable(storedAs);
        }

        @Override
        public List<String> pruneServed(ObjectNode object, String version) {
            if (storedAs == null) {
                return List.of();
            }
            List<String> unknown = BuiltInSchemas.get().unknownFields(served, object);
            BuiltInSchemas.get().prune(served, object);
            return unknown;
        }

        @Override
        public boolean builtIn() {
            return true;
        }

        @Override
        public void applyDefaults(ObjectNode object) {
            defaults.forEach(rule -> rule.accept(object));
        }

        @Override
        public Set<String> fixedByStatus() {
            return fixedByStatus;
        }

        @Override
        public void complete(ObjectNode object) {
            BuiltInSchemas.get().complete(kind, object);
        }

        @Override
        public void prepareForCreate(ObjectNode object) {
            onCreate.forEach(rule -> rule.accept(object));
        }

        @Override
        public void prepareForUpdate(ObjectNode object, ObjectNode old) {
            onUpdate.forEach(rule -> rule.accept(object, old));
        }

        @Override
        public List<FieldError> validate(ObjectNode object) {
            Problems problems = new Problems();
            checks.forEach(check -> check.check(object, problems));
            return problems.found();
        }

        @Override
        public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
            return steps(updateChecks, object, old);
        }

        @Override
        public List<FieldError> validateStatus(ObjectNode object, ObjectNode old) {
            return steps(statusChecks, object, old);
        }

        @Override
        public void limitPart(String subresource, ObjectNode object, ObjectNode old) {
            Part part = parts.get(subresource);
            if (part != null) {
                part.limit().limit(subresource, object, old);
            }
        }

        @Override
        public List<FieldError> validatePart(String subresource, ObjectNode object, ObjectNode old) {
            List<FieldError> errors = new ArrayList<>(validate(object));
            Part part = parts.get(subresource);
            if (part != null) {
                errors.addAll(steps(List.of(part.check()), object, old));
            }
            return errors;
        }

        @Override
        public List<String> unknownFields(ObjectNode object) {
            return BuiltInSchemas.get().unknownFields(kind, object);
        }

        @Override
        public void prune(ObjectNode object) {
            BuiltInSchemas.get().prune(kind, object);
        }

        @Override
        public Optional<TypeFault> typeFault(ObjectNode object, String version) {
            return version.equals(served.version()) ? BuiltInSchemas.get().typeFault(served, object) : Optional.empty();
        }

        @Override
        public long deletionGracePeriodSeconds(ObjectNode object) {
            return grace.applyAsLong(object);
        }

        @Override
        public List<String> warnings(ObjectNode object) {
            return warnings.stream()
                    .flatMap(rule -> rule.apply(object).stream())
                    .toList();
        }

        @Override
        public ObjectNode toVersion(ObjectNode object, String version) {
            return toServed.convert(object, version);
        }

        @Override
        public ObjectNode fromVersion(ObjectNode object, String version) {
            return toStored.convert(object, version);
        }

        @Override
        public boolean allowsUnconditionalUpdate() {
            return unconditional;
        }

        @Override
        public boolean createsOnUpdate() {
            return createsOnUpdate;
        }

        private List<FieldError> steps(List<UpdateCheck> steps, ObjectNode object, ObjectNode old) {
            Problems problems = new Problems();
            steps.forEach(check -> check.check(object, old, problems));
            return problems.found();
        }
    }
}
