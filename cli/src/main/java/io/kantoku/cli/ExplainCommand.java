package io.kantoku.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kantoku explain}: the chain from a guest cluster to the one thing that blocks it. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = "Prints the chain from a guest cluster to the one thing that blocks it, how long, and what to do."
                + " Exits with 0 when nothing blocks, with 1 when something does.")
final class ExplainCommand implements Callable<Integer> {
    private static final Pattern FORM = Pattern.compile("tkc/([a-z0-9-]+)/([a-z0-9.-]+)");

    @Mixin
    private StateOption state = new StateOption();

    @Parameters(paramLabel = "tkc/NAMESPACE/NAME", description = "The guest cluster, for example tkc/ns1/tkc01.")
    private String object = "";

    @Option(names = "-o", paramLabel = "json", description = "Print JSON.")
    private @Nullable String output;

    @Override
    public Integer call() {
        Matcher matcher = FORM.matcher(object);
        if (!matcher.matches()) {
            throw new CliException(
                    CliException.ExitCode.USAGE,
                    "'" + object + "' does not name a guest cluster; the form is tkc/NAMESPACE/NAME");
        }
        try (VcenterClient vcenter = VcenterClient.of(state.directory())) {
            JsonNode explanation = vcenter.get("/api/kantoku/explain/tkc/" + matcher.group(1) + "/" + matcher.group(2));
            boolean json = "json".equals(output);
            Console.standard()
                    .result(
                            json
                                    ? explanation.toPrettyString()
                                    : explanation.path("text").asText().stripTrailing());
            return explanation.has("blocker") ? 1 : 0;
        }
    }
}
