package io.kantoku.cli.verify;

import java.util.List;

/** What {@code kantoku explain} says of a healthy cluster, and of ones that wait. */
final class ExplainSteps {
    private final Walk walk;

    ExplainSteps(Walk walk) {
        this.walk = walk;
    }

    List<Step> steps() {
        return List.of();
    }

    Walk walk() {
        return walk;
    }
}
