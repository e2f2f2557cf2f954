package io.kantoku.lab;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The few Linux calls that the JDK has no API for, bound without native code of our own. Needs native access. */
final class SystemCalls {
    static final int ESRCH = 3;
    static final int EINTR = 4;
    static final int EPERM = 1;
    static final int ENOENT = 2;

    private static final int O_RDONLY_CLOEXEC = 0x80000;
    private static final int CLONE_NEWNET = 0x40000000;
    // The numbers are the same on every architecture since Linux 5.
    private static final long PIDFD_SEND_SIGNAL = 424;
    private static final long PIDFD_OPEN = 434;
    private static final short POLLIN = 1;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout ERRNO = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO_VALUE = ERRNO.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle OPEN = bind(
            "open",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE =
            bind("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle SETNS =
            bind("setns", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle POLL = bind(
            "poll",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
    private static final MethodHandle SYSCALL = bind(
            "syscall",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG),
            Linker.Option.firstVariadicArg(1));

    private SystemCalls() {}

    /** A call that the kernel refused. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        private final int errno;

        Refused(String call, int errno) {
            super(call + " failed with errno " + errno);
            this.errno = errno;
        }

        int errno() {
            return errno;
        }
    }

    private static MethodHandle bind(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker.Option[] all = new Linker.Option[options.length + 1];
        System.arraycopy(options, 0, all, 0, options.length);
        all[options.length] = Linker.Option.captureCallState("errno");
        MemorySegment address = LINKER.defaultLookup().findOrThrow(name);
        return LINKER.downcallHandle(address, descriptor, all);
    }

    /** Binds everything, so that later calls only call. */
    static void load() {
        // Running the static initializer is all.
    }

    static int open(String path) throws Refused {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(ERRNO);
            int fd = (int) OPEN.invokeExact(errno, arena.allocateFrom(path), O_RDONLY_CLOEXEC);
            return checked("open " + path, fd, errno);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    static void close(int fd) throws Refused {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(ERRNO);
            checked("close", (int) CLOSE.invokeExact(errno, fd), errno);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /** Moves the calling thread into a network namespace. */
    static void enterNetwork(int fd) throws Refused {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(ERRNO);
            checked("setns", (int) SETNS.invokeExact(errno, fd, CLONE_NEWNET), errno);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /** A descriptor that means this process for good, and can be waited for. */
    static int openProcess(long pid) throws Refused {
        return (int) syscall("pidfd_open", PIDFD_OPEN, pid, 0);
    }

    static void signalProcess(int pidfd, int signal) throws Refused {
        syscall("pidfd_send_signal", PIDFD_SEND_SIGNAL, pidfd, signal);
    }

    private static long syscall(String name, long number, long first, long second) throws Refused {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(ERRNO);
            long result = (long) SYSCALL.invokeExact(errno, number, first, second, 0L, 0L);
            return checked(name, Math.toIntExact(result), errno);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /** Waits until the descriptor can be read; false when the time is over. A negative time waits for ever. */
    static boolean awaitReadable(int fd, int millis) throws Refused {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(ERRNO);
            MemorySegment request = arena.allocate(8);
            request.set(ValueLayout.JAVA_INT, 0, fd);
            request.set(ValueLayout.JAVA_SHORT, 4, POLLIN);
            int ready = (int) POLL.invokeExact(errno, request, 1L, millis);
            if (ready < 0 && (int) ERRNO_VALUE.get(errno, 0L) == EINTR) {
                return false;
            }
            return checked("poll", ready, errno) > 0;
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    private static int checked(String call, int result, MemorySegment errno) throws Refused {
        if (result < 0) {
            throw new Refused(call, (int) ERRNO_VALUE.get(errno, 0L));
        }
        return result;
    }

    private static Refused rethrow(Throwable e) throws Refused {
        switch (e) {
            case Refused refused -> throw refused;
            case RuntimeException unchecked -> throw unchecked;
            case Error error -> throw error;
            default -> throw new IllegalStateException(e);
        }
    }
}
