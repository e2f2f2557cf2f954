package io.kantoku.apiserver.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.LabelSelector;
import io.kantoku.apimachinery.Names;
import io.kantoku.apimachinery.Quantity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Collects what is wrong with an object, in upstream's words. */
final class Problems {
    static final String IMMUTABLE = "field is immutable";
    private static final String NOT_NEGATIVE = "must be greater than or equal to 0";

    private final List<FieldError> found = new ArrayList<>();

    List<FieldError> found() {
        return List.copyOf(found);
    }

    void add(FieldError error) {
        found.add(error);
    }

    void required(FieldPath path) {
        required(path, "");
    }

    void required(FieldPath path, String detail) {
        add(FieldError.required(path, detail));
    }

    void invalid(FieldPath path, JsonNode value, String detail) {
        add(FieldError.invalid(path, value.isMissingNode() ? null : value, detail));
    }

    void invalid(FieldPath path, String value, String detail) {
        add(FieldError.invalid(path, value, detail));
    }

    void forbidden(FieldPath path, String detail) {
        add(FieldError.forbidden(path, detail));
    }

    void duplicate(FieldPath path, String value) {
        add(FieldError.duplicate(path, value));
    }

    /** One problem per fault that {@code form} finds. */
    void form(FieldPath path, String value, Function<String, List<String>> form) {
        form.apply(value).forEach(fault -> invalid(path, value, fault));
    }

    /** A text member that must be there and have a form. */
    void requiredForm(ObjectNode parent, FieldPath path, String member, Function<String, List<String>> form) {
        String value = Tree.text(parent, member);
        if (value.isEmpty()) {
            required(path.child(member));
        } else {
            form(path.child(member), value, form);
        }
    }

    void requiredText(ObjectNode parent, FieldPath path, String member) {
        if (Tree.text(parent, member).isEmpty()) {
            required(path.child(member));
        }
    }

    /** A text member that, if it is there, is one of a few. */
    void oneOf(ObjectNode parent, FieldPath path, String member, Collection<String> supported) {
        String value = Tree.text(parent, member);
        if (!value.isEmpty() && !supported.contains(value)) {
            add(FieldError.notSupported(path.child(member), value, supported));
        }
    }

    void requiredOneOf(ObjectNode parent, FieldPath path, String member, Collection<String> supported) {
        requiredText(parent, path, member);
        oneOf(parent, path, member, supported);
    }

    void notNegative(ObjectNode parent, FieldPath path, String member) {
        if (Tree.number(parent, member) < 0) {
            invalid(path.child(member), parent.path(member), NOT_NEGATIVE);
        }
    }

    void port(FieldPath path, JsonNode port) {
        Names.portNumber(port.asLong(0)).forEach(fault -> invalid(path, port, fault));
    }

    /** A member that may not change. */
    void immutable(ObjectNode object, ObjectNode old, FieldPath path, String member) {
        if (!Tree.same(object.path(member), old.path(member))) {
            invalid(path.child(member), object.path(member), IMMUTABLE);
        }
    }

    void labels(FieldPath path, JsonNode labels) {
        found.addAll(Names.labels(Tree.map(labels), path));
    }

    /** A {@code LabelSelector}; empty when it cannot be read. */
    Optional<LabelSelector> selector(FieldPath path, JsonNode selector) {
        labels(path.child("matchLabels"), selector.path("matchLabels"));
        FieldPath expressions = path.child("matchExpressions");
        boolean good = true;
        List<ObjectNode> terms = Tree.objects(selector, "matchExpressions");
        for (int i = 0; i < terms.size(); i++) {
            good &= term(expressions.index(i), terms.get(i));
        }
        if (!good) {
            return Optional.empty();
        }
        try {
            return Optional.of(LabelSelector.fromJson(selector));
        } catch (IllegalArgumentException named) {
            return Optional.empty();
        }
    }

    private boolean term(FieldPath path, ObjectNode term) {
        int before = found.size();
        boolean noValues = Tree.at(term, "values").isEmpty();
        switch (Tree.text(term, "operator")) {
            case "In", "NotIn" -> {
                if (noValues) {
                    required(path.child("values"), "must be specified when `operator` is 'In' or 'NotIn'");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (!noValues) {
                    forbidden(
                            path.child("values"), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                }
            }
            default -> invalid(path.child("operator"), term.path("operator"), "not a valid selector operator");
        }
        form(path.child("key"), Tree.text(term, "key"), Names::qualifiedName);
        return found.size() == before;
    }

    /** The quantity of a node that has one; the fault is noted and nothing returned when it is not one. */
    Optional<Quantity> quantity(FieldPath path, JsonNode node) {
        try {
            return Optional.of(Quantity.parse(node.asText("")));
        } catch (IllegalArgumentException fault) {
            invalid(path, node, String.valueOf(fault.getMessage()));
            return Optional.empty();
        }
    }
}
