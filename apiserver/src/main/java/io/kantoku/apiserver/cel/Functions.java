package io.kantoku.apiserver.cel;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelFunctionOverload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects functions: what the type checker knows of them beside what runs. */
final class Functions {
    private final Map<String, List<CelOverloadDecl>> declared = new LinkedHashMap<>();
    private final List<CelFunctionBinding> bindings = new ArrayList<>();

    /** A parameter: its type in CEL and the class of its values. */
    record Parameter(CelType type, Class<?> java) {}

    /** Adds an overload that is called as {@code name(…)}. */
    Functions global(String name, String id, CelType result, List<Parameter> parameters, CelFunctionOverload body) {
        declare(name, CelOverloadDecl.newGlobalOverload(id, result, types(parameters)));
        return bind(id, parameters, body);
    }

    /** Adds an overload that is called as {@code first.name(…)}. */
    Functions member(String name, String id, CelType result, List<Parameter> parameters, CelFunctionOverload body) {
        declare(name, CelOverloadDecl.newMemberOverload(id, result, types(parameters)));
        return bind(id, parameters, body);
    }

    private void declare(String name, CelOverloadDecl overload) {
        declared.computeIfAbsent(name, absent -> new ArrayList<>()).add(overload);
    }

    private Functions bind(String id, List<Parameter> parameters, CelFunctionOverload body) {
        List<Class<?>> classes = new ArrayList<>();
        parameters.forEach(parameter -> classes.add(parameter.java()));
        bindings.add(CelFunctionBinding.from(id, classes, body));
        return this;
    }

    private static List<CelType> types(List<Parameter> parameters) {
        return parameters.stream().map(Parameter::type).toList();
    }

    List<CelFunctionDecl> declarations() {
        List<CelFunctionDecl> all = new ArrayList<>();
        declared.forEach((name, overloads) -> all.add(CelFunctionDecl.newFunctionDeclaration(name, overloads)));
        return all;
    }

    List<CelFunctionBinding> bindings() {
        return List.copyOf(bindings);
    }
}
