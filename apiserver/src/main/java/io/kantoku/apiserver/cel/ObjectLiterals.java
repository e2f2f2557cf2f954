package io.kantoku.apiserver.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelMutableAst;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelMutableExpr;
import dev.cel.common.ast.CelMutableExpr.CelMutableMap;
import dev.cel.common.ast.CelMutableExpr.CelMutableStruct;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Makes maps of the object literals of mutating policies: {@code Object.spec{replicas: 1}}, {@code JSONPatch{op: "add", …}}. Their types
 * follow the object that is changed, so nothing is lost when the type checker takes them for maps.
 */
final class ObjectLiterals {
    private static final Pattern OBJECT = Pattern.compile("Object(\\.[A-Za-z_][A-Za-z0-9_]*)*");
    private static final String PATCH = "JSONPatch";
    private static final Set<String> PATCH_FIELDS = Set.of("op", "path", "from", "value");

    private long nextId = 1L << 40;

    private ObjectLiterals() {}

    /** @throws CelCompileException when a literal is of a type that is not known, or has a field that its type has not */
    static CelAbstractSyntaxTree toMaps(CelAbstractSyntaxTree parsed) throws CelCompileException {
        CelMutableAst tree = CelMutableAst.fromCelAst(parsed);
        new ObjectLiterals().visit(tree.expr());
        return tree.toParsedAst();
    }

    private void visit(CelMutableExpr expression) throws CelCompileException {
        switch (expression.getKind()) {
            case SELECT -> visit(expression.select().operand());
            case CALL -> {
                if (expression.call().target().isPresent()) {
                    visit(expression.call().target().get());
                }
                for (CelMutableExpr argument : expression.call().args()) {
                    visit(argument);
                }
            }
            case LIST -> {
                for (CelMutableExpr element : expression.list().elements()) {
                    visit(element);
                }
            }
            case MAP -> {
                for (CelMutableMap.Entry entry : expression.map().entries()) {
                    visit(entry.key());
                    visit(entry.value());
                }
            }
            case STRUCT -> replace(expression);
            case COMPREHENSION -> {
                visit(expression.comprehension().iterRange());
                visit(expression.comprehension().accuInit());
                visit(expression.comprehension().loopCondition());
                visit(expression.comprehension().loopStep());
                visit(expression.comprehension().result());
            }
            case CONSTANT, IDENT, NOT_SET -> {
                // nothing below
            }
        }
    }

    private void replace(CelMutableExpr expression) throws CelCompileException {
        CelMutableStruct struct = expression.struct();
        String name = struct.messageName();
        if (!name.equals(PATCH) && !OBJECT.matcher(name).matches()) {
            throw new CelCompileException("compilation failed: undeclared reference to '" + name + "'");
        }
        List<CelMutableMap.Entry> entries = new ArrayList<>();
        for (CelMutableStruct.Entry entry : struct.entries()) {
            String field = entry.fieldKey();
            if (name.equals(PATCH) && !PATCH_FIELDS.contains(field)) {
                throw new CelCompileException("compilation failed: undefined field '" + field + "'");
            }
            visit(entry.value());
            entries.add(CelMutableMap.Entry.create(
                    nextId++,
                    CelMutableExpr.ofConstant(nextId++, CelConstant.ofValue(Identifiers.unescape(field))),
                    entry.value(),
                    entry.optionalEntry()));
        }
        expression.setMap(CelMutableMap.create(entries));
    }
}
