package io.kantoku.apiserver.cel;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableMap;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compiles expressions that speak of certain variables. Immutable; made cheaply from a shared base. */
public final class CelEnvironment {
    private static final int LONGEST_EXPRESSION = 64 * 1024;
    private static final int DEEPEST = 200;
    private static final int MOST_NODES = 20_000;

    private final CelCompiler compiler;

    private CelEnvironment(CelCompiler compiler) {
        this.compiler = compiler;
    }

    /** The languages' libraries, loaded with the first expression of the process. */
    private static final class Shared {
        private static final CelOptions OPTIONS = CelOptions.current()
                .enableHeterogeneousNumericComparisons(true)
                .enableOptionalSyntax(true)
                .maxExpressionCodePointSize(LONGEST_EXPRESSION)
                .maxParseRecursionDepth(DEEPEST)
                .maxParseExpressionNodeCount(MOST_NODES)
                .build();
        private static final Functions FUNCTIONS = functions();
        private static final CelCompiler COMPILER = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .addLibraries(
                        CelExtensions.strings(),
                        CelExtensions.optional(),
                        CelExtensions.sets(OPTIONS),
                        CelExtensions.comprehensions(),
                        CelExtensions.bindings())
                .addFunctionDeclarations(FUNCTIONS.declarations())
                .build();
        private static final CelRuntime RUNTIME = CelRuntimeFactory.legacyCelRuntimeBuilder()
                .setOptions(OPTIONS)
                .addLibraries(
                        CelExtensions.strings(),
                        CelExtensions.optional(),
                        CelExtensions.sets(OPTIONS),
                        CelExtensions.comprehensions())
                .addFunctionBindings(FUNCTIONS.bindings())
                .build();

        private static Functions functions() {
            Functions functions = new Functions();
            ListFunctions.addTo(functions);
            RegexFunctions.addTo(functions);
            UrlFunctions.addTo(functions);
            QuantityFunctions.addTo(functions);
            AddressFunctions.addTo(functions);
            SemverFunctions.addTo(functions);
            FormatFunctions.addTo(functions);
            TextFormat.addTo(functions);
            AuthorizerFunctions.addTo(functions);
            functions.global(
                    "jsonpatch.escapeKey",
                    "jsonpatch_escape_key",
                    SimpleType.STRING,
                    List.of(Kinds.TEXT),
                    args -> ((String) args[0]).replace("~", "~0").replace("/", "~1"));
            return functions;
        }
    }

    /** The types of a schema by their names. */
    private record Types(ImmutableMap<String, CelType> byName) implements CelTypeProvider {
        @Override
        public ImmutableCollection<CelType> types() {
            return byName.values();
        }

        @Override
        public Optional<CelType> findType(String name) {
            return Optional.ofNullable(byName.get(name));
        }
    }

    /** An environment whose variables can be anything. */
    public static CelEnvironment dynamic(List<String> variables) {
        CelCompilerBuilder builder = Shared.COMPILER.toCompilerBuilder();
        variables.forEach(name -> builder.addVar(name, SimpleType.DYN));
        return new CelEnvironment(builder.build());
    }

    /**
     * An environment of typed variables.
     *
     * @param types the structures that the variables' types are made of
     */
    static CelEnvironment typed(Map<String, CelType> variables, Map<String, CelType> types) {
        CelCompilerBuilder builder =
                Shared.COMPILER.toCompilerBuilder().setTypeProvider(new Types(ImmutableMap.copyOf(types)));
        variables.forEach(builder::addVar);
        return new CelEnvironment(builder.build());
    }

    /** The same environment with a further variable. */
    CelEnvironment and(String variable, CelType type) {
        return new CelEnvironment(
                compiler.toCompilerBuilder().addVar(variable, type).build());
    }

    /** Compiles an expression that must be true or false. */
    public CelExpression condition(String text) throws CelCompileException {
        return compile(text, SimpleType.BOOL);
    }

    /** Compiles an expression that must be a text. */
    public CelExpression text(String text) throws CelCompileException {
        return compile(text, SimpleType.STRING);
    }

    /** Compiles an expression of any type. */
    public CelExpression value(String text) throws CelCompileException {
        return program(check(text));
    }

    /** Compiles an expression in which object literals stand for changes: a map, or a list of JSON patch operations. */
    public CelExpression mutation(String text) throws CelCompileException {
        try {
            CelValidationResult parsed = compiler.parse(text);
            if (parsed.hasError()) {
                throw new CelCompileException("compilation failed: " + parsed.getErrorString());
            }
            CelValidationResult checked = compiler.check(ObjectLiterals.toMaps(parsed.getAst()));
            if (checked.hasError()) {
                throw new CelCompileException("compilation failed: " + checked.getErrorString());
            }
            return program(checked.getAst());
        } catch (CelValidationException e) {
            throw new CelCompileException("compilation failed: " + e.getMessage());
        } catch (StackOverflowError e) {
            throw tooDeep();
        }
    }

    private CelExpression compile(String text, CelType wanted) throws CelCompileException {
        CelAbstractSyntaxTree tree = check(text);
        CelType found = tree.getResultType();
        if (!found.equals(wanted) && !found.equals(SimpleType.DYN)) {
            throw new CelCompileException("must evaluate to " + wanted.name());
        }
        return program(tree);
    }

    private static CelCompileException tooDeep() {
        return new CelCompileException("compilation failed: the expression nests too deeply");
    }

    private CelAbstractSyntaxTree check(String text) throws CelCompileException {
        try {
            CelValidationResult result = compiler.compile(text);
            if (result.hasError()) {
                throw new CelCompileException("compilation failed: " + result.getErrorString());
            }
            return result.getAst();
        } catch (CelValidationException e) {
            throw new CelCompileException("compilation failed: " + e.getMessage());
        } catch (StackOverflowError e) {
            throw tooDeep();
        }
    }

    private static CelExpression program(CelAbstractSyntaxTree tree) throws CelCompileException {
        try {
            return new CelExpression(tree, Shared.RUNTIME.createProgram(tree));
        } catch (CelEvaluationException e) {
            throw new CelCompileException("program instantiation failed: " + e.getMessage());
        } catch (StackOverflowError e) {
            throw tooDeep();
        }
    }
}
