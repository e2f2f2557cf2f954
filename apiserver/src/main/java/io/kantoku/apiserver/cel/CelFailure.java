package io.kantoku.apiserver.cel;

/** An expression that came to no value. */
public final class CelFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /** What stopped it. */
    public enum Cause {
        /** The expression does not go with the values. */
        ERROR,
        /** The expression alone cost too much. */
        EXPRESSION_COST,
        /** The budget that it shares with others is used up. */
        BUDGET
    }

    private final Cause cause;

    CelFailure(Cause cause, String message) {
        super(message);
        this.cause = cause;
    }

    public Cause reason() {
        return cause;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
