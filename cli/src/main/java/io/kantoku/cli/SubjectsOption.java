package io.kantoku.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that name users and groups. */
final class SubjectsOption {
    @Option(
            names = "--user",
            paramLabel = "NAME",
            description = "A user, NAME or NAME@DOMAIN; can be given several times.")
    private List<String> users = List.of();

    @Option(names = "--group", paramLabel = "NAME", description = "A group; can be given several times.")
    private List<String> groups = List.of();

    /**
     * Somebody, as vCenter's API names them.
     *
     * @param type {@code USER} or {@code GROUP}
     */
    record Subject(String type, String name, String domain) {
        static Subject of(String type, String text) {
            int at = text.indexOf('@');
            return at < 0
                    ? new Subject(type, text, "vsphere.local")
                    : new Subject(type, text.substring(0, at), text.substring(at + 1));
        }

        /** Whether an access list of vCenter's API has an entry for it. */
        boolean in(JsonNode accessList) {
            return accessList
                    .valueStream()
                    .anyMatch(entry -> entry.path("subject_type").asText().equals(type)
                            && entry.path("subject").asText().equals(name)
                            && entry.path("domain").asText().equals(domain));
        }

        @Override
        public String toString() {
            return name + "@" + domain;
        }
    }

    List<Subject> subjects() {
        List<Subject> subjects = new ArrayList<>();
        users.forEach(user -> subjects.add(Subject.of("USER", user)));
        groups.forEach(group -> subjects.add(Subject.of("GROUP", group)));
        return subjects;
    }

    /** As {@link #subjects}; nobody is a mistake. */
    List<Subject> required() {
        List<Subject> subjects = subjects();
        if (subjects.isEmpty()) {
            throw new CliException(CliException.ExitCode.USAGE, "name somebody with --user or --group");
        }
        return subjects;
    }
}
