package io.kantoku.cli.trial;

/** Something that was to hold does not: the message says what was expected and what was found. */
public final class TrialFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    public TrialFailure(String message) {
        super(message);
    }

    /** Fails with the message unless the condition holds. */
    public static void unless(boolean holds, String message) {
        if (!holds) {
            throw new TrialFailure(message);
        }
    }
}
