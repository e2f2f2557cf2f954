package io.kantoku.apiserver.cel;

import static io.kantoku.apiserver.cel.Kinds.FORMAT;
import static io.kantoku.apiserver.cel.Kinds.NAMED;
import static io.kantoku.apiserver.cel.Kinds.OPTIONAL_FORMAT;
import static io.kantoku.apiserver.cel.Kinds.OPTIONAL_STRINGS;
import static io.kantoku.apiserver.cel.Kinds.TEXT;

import io.kantoku.apimachinery.Names;
import io.kantoku.apimachinery.schema.SchemaFormats;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** {@code format.named(…)}, {@code format.dns1123Label()} and their likes (Kubernetes' CEL format library). */
@SuppressWarnings("Immutable") // what the functions close over does not change
final class FormatFunctions {
    private static final Map<String, Function<String, List<String>>> FORMATS = formats();

    private FormatFunctions() {}

    /**
     * A named form of text.
     *
     * @param problems what is wrong with a text, nothing when it has the form
     */
    record Format(String name, Function<String, List<String>> problems) {}

    private static Map<String, Function<String, List<String>>> formats() {
        Map<String, Function<String, List<String>>> all = new LinkedHashMap<>();
        all.put("dns1123Label", Names::dns1123Label);
        all.put("dns1123Subdomain", Names::dns1123Subdomain);
        all.put("dns1035Label", Names::dns1035Label);
        all.put("dns1123LabelPrefix", text -> Names.dns1123Label(withoutDash(text)));
        all.put("dns1123SubdomainPrefix", text -> Names.dns1123Subdomain(withoutDash(text)));
        all.put("dns1035LabelPrefix", text -> Names.dns1035Label(withoutDash(text)));
        all.put("qualifiedName", Names::qualifiedName);
        all.put("labelValue", Names::labelValue);
        all.put("uri", text -> Url.parse(text).isPresent() ? List.of() : List.of("invalid URI"));
        all.put("uuid", text -> schema("uuid", text, "does not match the UUID format"));
        all.put("byte", text -> schema("byte", text, "invalid base64"));
        all.put("date", text -> schema("date", text, "invalid date"));
        all.put("datetime", text -> schema("date-time", text, "invalid datetime"));
        return all;
    }

    /** A name to be continued may end in a dash. */
    private static String withoutDash(String text) {
        return text.endsWith("-") ? text.substring(0, text.length() - 1) + "a" : text;
    }

    private static List<String> schema(String format, String text, String problem) {
        return SchemaFormats.isGoodText(format, text) ? List.of() : List.of(problem);
    }

    static void addTo(Functions functions) {
        functions
                .global(
                        "format.named",
                        "format_named",
                        OPTIONAL_FORMAT,
                        List.of(TEXT),
                        args -> Optional.ofNullable(FORMATS.get((String) args[0]))
                                .map(problems -> new Format((String) args[0], problems)))
                .member(
                        "validate",
                        "format_validate",
                        OPTIONAL_STRINGS,
                        List.of(NAMED, TEXT),
                        args -> Optional.of(((Format) args[0]).problems().apply((String) args[1]))
                                .filter(problems -> !problems.isEmpty()));
        FORMATS.forEach((name, problems) -> {
            Format format = new Format(name, problems);
            functions.global("format." + name, "format_" + name, FORMAT, List.of(), args -> format);
        });
    }
}
