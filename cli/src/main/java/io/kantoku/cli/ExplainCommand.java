package io.kantoku.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code kantoku explain}: the chain from a guest cluster to the one thing that blocks it. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = "Prints the chain from a guest cluster to the one thing that blocks it, how long, and what to do."
                + " Exits with 0 when nothing blocks, with 1 when something does.")
final class ExplainCommand extends VcenterCommand {
    private static final Pattern FORM = Pattern.compile("tkc/[a-z0-9-]+/[a-z0-9.-]+");

    @Parameters(
            paramLabel = "tkc/NAMESPACE/NAME",
            description = "The guest cluster, for example tkc/ns1/tkc01.",
            converter = Guest.class)
    private String path = "";

    /** Makes a path below {@code /api/kantoku/explain} of what names a guest cluster. */
    private static final class Guest implements ITypeConverter<String> {
        @Override
        public String convert(String object) {
            if (!FORM.matcher(object).matches()) {
                throw new TypeConversionException(
                        "'" + object + "' does not name a guest cluster; the form is tkc/NAMESPACE/NAME");
            }
            return object;
        }
    }

    @Mixin
    private OutputOption output = new OutputOption();

    @Override
    int talk(VcenterClient vcenter, Console console) {
        JsonNode explanation = vcenter.get("/api/kantoku/explain/" + path);
        console.result(
                output.json()
                        ? explanation.toPrettyString()
                        : explanation.path("text").asText().stripTrailing());
        return explanation.has("blocker") ? 1 : 0;
    }
}
