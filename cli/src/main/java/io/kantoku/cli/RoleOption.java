package io.kantoku.cli;

import java.util.Locale;
import picocli.CommandLine.Option;

/** The option that names the right which somebody gets in a namespace. */
final class RoleOption {
    @Option(
            names = "--role",
            paramLabel = "edit|view",
            defaultValue = "edit",
            description = "The role (default: edit).")
    private String role = "edit";

    /** As vCenter's API names it, which also says what is no role. */
    String name() {
        return role.toUpperCase(Locale.ROOT);
    }
}
