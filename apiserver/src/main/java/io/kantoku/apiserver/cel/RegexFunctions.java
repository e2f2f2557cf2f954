package io.kantoku.apiserver.cel;

import static io.kantoku.apiserver.cel.Kinds.NUMBER;
import static io.kantoku.apiserver.cel.Kinds.STRINGS;
import static io.kantoku.apiserver.cel.Kinds.TEXT;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.types.SimpleType;
import java.util.ArrayList;
import java.util.List;

/** {@code find, findAll} (Kubernetes' CEL regex library), in linear time. */
final class RegexFunctions {
    private RegexFunctions() {}

    static void addTo(Functions functions) {
        functions
                .member("find", "string_find_string", SimpleType.STRING, List.of(TEXT, TEXT), args -> {
                    Matcher matcher = matcher(args);
                    return matcher.find() ? matcher.group() : "";
                })
                .member(
                        "findAll",
                        "string_find_all_string",
                        STRINGS,
                        List.of(TEXT, TEXT),
                        args -> all(matcher(args), -1))
                .member(
                        "findAll",
                        "string_find_all_string_int",
                        STRINGS,
                        List.of(TEXT, TEXT, NUMBER),
                        args -> all(matcher(args), (Long) args[2]));
    }

    private static Matcher matcher(Object[] args) {
        try {
            return Pattern.compile((String) args[1]).matcher((String) args[0]);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("Illegal regex: " + e.getMessage(), e);
        }
    }

    private static List<String> all(Matcher matcher, long limit) {
        List<String> found = new ArrayList<>();
        while ((limit < 0 || found.size() < limit) && matcher.find()) {
            found.add(matcher.group());
        }
        return found;
    }
}
