package io.kantoku.cli;

/** A command that cannot do what it was asked; the message is the one line that the user sees. */
public final class CliException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What the process exits with. */
    public enum ExitCode {
        /** It was tried and did not work. */
        FAILED(1),
        /** The command line is wrong. */
        USAGE(2),
        /** There is no running instance to talk to. */
        NOT_RUNNING(3);

        private final int code;

        ExitCode(int code) {
            this.code = code;
        }

        public int code() {
            return code;
        }
    }

    private final ExitCode exitCode;

    public CliException(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    public static CliException failed(String message) {
        return new CliException(ExitCode.FAILED, message);
    }

    public ExitCode exitCode() {
        return exitCode;
    }
}
