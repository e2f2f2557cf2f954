package io.kantoku.cli;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.cli.CliException.ExitCode;
import io.kantoku.cli.trial.TrialFailure;
import io.kantoku.lab.LabException;
import io.kantoku.store.StoreException;
import io.kantoku.vsphere.VsphereException;
import java.io.IOException;
import org.slf4j.LoggerFactory;

/** Turns what went wrong into what a person reads, an exit code, and a log entry. */
final class Errors {
    private Errors() {}

    /** One sentence; for a defect also where the whole story is. */
    static String readable(Throwable error) {
        return switch (error) {
            case CliException known -> String.valueOf(known.getMessage());
            case TrialFailure known -> String.valueOf(known.getMessage());
            case LabException known -> String.valueOf(known.getMessage());
            case VsphereException known -> String.valueOf(known.getMessage());
            case StoreException known -> String.valueOf(known.getMessage());
            case ApiException known -> String.valueOf(known.getMessage());
            case IOException known -> String.valueOf(known.getMessage());
            default -> "unexpected: " + error + " (the log in the state directory has the details)";
        };
    }

    static ExitCode exitCode(Throwable error) {
        return error instanceof CliException known ? known.exitCode() : ExitCode.FAILED;
    }

    static void log(Throwable error) {
        LoggerFactory.getLogger(Errors.class)
                .atError()
                .setMessage("command failed")
                .setCause(error)
                .log();
    }
}
