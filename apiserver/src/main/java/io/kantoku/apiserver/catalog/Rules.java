package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.GroupVersionKind;
import io.kantoku.apimachinery.Names;
import io.kantoku.apiserver.catalog.openapi.BuiltInSchemas;
import io.kantoku.apiserver.registry.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** Puts a kind's strategy together from functions; what is not given does nothing. */
final class Rules {
    private static final FieldPath NAME = FieldPath.of("metadata", "name");

    private final List<Consumer<ObjectNode>> defaults = new ArrayList<>();
    private final List<Consumer<ObjectNode>> onCreate = new ArrayList<>();
    private final List<BiConsumer<ObjectNode, ObjectNode>> onUpdate = new ArrayList<>();
    private final List<Check> checks = new ArrayList<>();
    private final List<UpdateCheck> updateChecks = new ArrayList<>();
    private final List<UpdateCheck> statusChecks = new ArrayList<>();
    private final List<Function<ObjectNode, List<String>>> warnings = new ArrayList<>();
    private Function<String, List<String>> nameForm = Names::dns1123Subdomain;
    private ToLongFunction<ObjectNode> grace = object -> 0;

    private Rules() {}

    static Rules of() {
        return new Rules();
    }

    /** The form of the names of objects; DNS subdomains unless another is given. */
    Rules names(Function<String, List<String>> form) {
        nameForm = form;
        return this;
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

    Rules warnings(Function<ObjectNode, List<String>> rule) {
        warnings.add(rule);
        return this;
    }

    Rules grace(ToLongFunction<ObjectNode> seconds) {
        grace = seconds;
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

    private final class Composed implements Strategy {
        private final GroupVersionKind kind;

        Composed(GroupVersionKind kind) {
            this.kind = kind;
        }

        @Override
        public void applyDefaults(ObjectNode object) {
            defaults.forEach(rule -> rule.accept(object));
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
            String name = Tree.text(object, "metadata", "name");
            if (!name.isEmpty()) {
                problems.form(NAME, name, nameForm);
            }
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
        public List<String> unknownFields(ObjectNode object) {
            return BuiltInSchemas.get().unknownFields(kind, object);
        }

        @Override
        public void prune(ObjectNode object) {
            BuiltInSchemas.get().prune(kind, object);
        }

        @Override
        public long deletionGracePeriodSeconds(ObjectNode object) {
            return grace.applyAsLong(object);
        }

        @Override
        public List<String> warnings(ObjectNode object) {
            return warnings.stream().flatMap(rule -> rule.apply(object).stream()).toList();
        }

        private List<FieldError> steps(List<UpdateCheck> steps, ObjectNode object, ObjectNode old) {
            Problems problems = new Problems();
            steps.forEach(check -> check.check(object, old, problems));
            return problems.found();
        }
    }
}
