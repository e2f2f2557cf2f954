package io.kantoku.lab;

import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A hold on a process that need not be a child of ours: it can be signalled and waited for, and never becomes another. */
final class ProcessDescriptor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessDescriptor.class);

    private final ProcessId id;
    private final int fd;

    private ProcessDescriptor(ProcessId id, int fd) {
        this.id = id;
        this.fd = fd;
    }

    /** Empty when the process is dead. */
    static Optional<ProcessDescriptor> open(ProcessId id) {
        try {
            ProcessDescriptor descriptor = new ProcessDescriptor(id, SystemCalls.openProcess(id.pid()));
            // The descriptor is of whatever has the pid now; if that is ours, it stays ours.
            if (id.alive()) {
                return Optional.of(descriptor);
            }
            descriptor.close();
            return Optional.empty();
        } catch (SystemCalls.Refused e) {
            if (e.errno() == SystemCalls.ESRCH) {
                return Optional.empty();
            }
            throw new LabException(
                    LabException.Code.KERNEL,
                    "cannot open process " + id.pid() + ": " + e.getMessage() + "; Kantoku needs Linux 5.3 or newer",
                    e);
        }
    }

    /** Does nothing when the process is dead. */
    void signal(Signal signal) {
        try {
            SystemCalls.signalProcess(fd, signal.number());
        } catch (SystemCalls.Refused e) {
            if (e.errno() != SystemCalls.ESRCH) {
                throw new LabException(
                        LabException.Code.KERNEL, "cannot signal process " + id.pid() + ": " + e.getMessage(), e);
            }
        }
    }

    /** Blocks the calling (platform) thread until the process has ended; false when the time is over. */
    boolean awaitExit(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            for (long left = limit.toNanos(); left > 0; left = deadline - System.nanoTime()) {
                int millis = (int) Math.min(Integer.MAX_VALUE, left / 1_000_000 + 1);
                if (SystemCalls.awaitReadable(fd, millis)) {
                    return true;
                }
            }
            return false;
        } catch (SystemCalls.Refused e) {
            throw new LabException(
                    LabException.Code.KERNEL, "cannot wait for process " + id.pid() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            SystemCalls.close(fd);
        } catch (SystemCalls.Refused e) {
            LOG.atWarn()
                    .setMessage("process descriptor did not close")
                    .setCause(e)
                    .log();
        }
    }
}
