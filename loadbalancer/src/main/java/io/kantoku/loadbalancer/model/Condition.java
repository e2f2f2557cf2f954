package io.kantoku.loadbalancer.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The end of a rule: {@code if { dst_port 443 }}. */
record Condition(@Nullable String cond, @Nullable String test) {
    static final Condition NONE = new Condition(null, null);

    /** The condition that begins at the first {@code if} or {@code unless} from an index on. */
    static Condition read(Words words, int from) {
        int at = indexIn(words, from);
        return at == words.size()
                ? NONE
                : new Condition(words.at(at), words.from(at + 1).print());
    }

    static int indexIn(Words words, int from) {
        for (int i = from; i < words.size(); i++) {
            if (words.at(i).equals("if") || words.at(i).equals("unless")) {
                return i;
            }
        }
        return words.size();
    }

    /** The words of the test are taken apart and quoted again, so that none of them can reach past its line. */
    List<String> words() {
        List<String> words = new ArrayList<>();
        if (cond != null && test != null) {
            words.add(cond);
            words.addAll(Words.parse(test).list());
        }
        return words;
    }

    void validate() {
        Names.checkOneOf("cond", cond, List.of("if", "unless"));
        Names.checkText("cond_test", test);
        if (cond != null && (test == null || Words.parse(test).size() == 0)) {
            throw DataPlaneException.required("cond_test");
        }
    }
}
