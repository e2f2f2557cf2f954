package io.kantoku.supervisor.console;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What a stream tells of. */
enum Topic {
    SUPERVISOR,
    NAMESPACE,
    HOST,
    VM,
    GUEST,
    MACHINE,
    SERVICE,
    NODE,
    EVENT,
    VIPS,
    AUDIT;

    /** As in the API: {@code guest}. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The topics of a list such as {@code vm,guest}; all for an empty one. Words that are no topics are left out. */
    static Set<Topic> parse(String list) {
        if (list.isEmpty()) {
            return EnumSet.allOf(Topic.class);
        }
        Set<Topic> topics = EnumSet.noneOf(Topic.class);
        for (String word : list.split(",", -1)) {
            Arrays.stream(values())
                    .filter(topic -> topic.word().equals(word.strip()))
                    .forEach(topics::add);
        }
        return topics;
    }
}
