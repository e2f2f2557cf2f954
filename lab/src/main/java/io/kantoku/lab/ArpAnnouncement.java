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
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Tells everybody on a network that IPv4 addresses are here now (gratuitous ARP, RFC 5227 section 3), so that neighbours forget
 * where they were before.
 */
public final class ArpAnnouncement {
    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SIOCGIFINDEX = 0x8933;
    private static final int SIOCGIFHWADDR = 0x8927;
    private static final short ETH_P_ARP = 0x0806;
    private static final byte[] BROADCAST = {-1, -1, -1, -1, -1, -1};
    private static final int INTERFACE_REQUEST = 40;
    private static final int INTERFACE_NAME = 16;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout ERRNO = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO_VALUE = ERRNO.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SOCKET = bind(
            "socket",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle IOCTL = bind(
            "ioctl",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle SENDTO = bind(
            "sendto",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_INT));

    private ArpAnnouncement() {}

    private static MethodHandle bind(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker.Option[] all = new Linker.Option[options.length + 1];
        System.arraycopy(options, 0, all, 0, options.length);
        all[options.length] = Linker.Option.captureCallState("errno");
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, all);
    }

    /**
     * Announces addresses once.
     *
     * @param card the network card's name in the namespace
     * @throws IOException when the namespace or the card does not exist, or this process may not send such packets
     */
    public static void send(NetworkNamespace namespace, String card, List<InetAddress> addresses) throws IOException {
        SystemCalls.load();
        CompletableFuture<Integer> sent = new CompletableFuture<>();
        // the thread stays in the namespace, and ends there; see NetworkNamespace
        Thread.ofPlatform().name("arp-" + namespace.name()).start(() -> {
            try {
                int fd = SystemCalls.open(namespace.path().toString());
                try {
                    SystemCalls.enterNetwork(fd);
                } finally {
                    SystemCalls.close(fd);
                }
                sent.complete(announce(card, addresses));
            } catch (IOException | RuntimeException | Error e) {
                sent.completeExceptionally(e);
            }
        });
        try {
            sent.join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(
                    "cannot announce addresses on " + card + " in " + namespace + ": " + cause.getMessage(), cause);
        }
    }

    private static int announce(String card, List<InetAddress> addresses) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(ERRNO);
            int socket = checked(
                    "socket",
                    (int) SOCKET.invokeExact(
                            errno, AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, (int) Short.reverseBytes(ETH_P_ARP)),
                    errno);
            try {
                int index = request(arena, errno, socket, SIOCGIFINDEX, card).get(ValueLayout.JAVA_INT, INTERFACE_NAME);
                byte[] mac = request(arena, errno, socket, SIOCGIFHWADDR, card)
                        .asSlice(INTERFACE_NAME + 2, 6)
                        .toArray(ValueLayout.JAVA_BYTE);
                MemorySegment to = to(arena, index);
                for (InetAddress address : addresses) {
                    byte[] frame = frame(mac, address.getAddress());
                    MemorySegment packet = arena.allocateFrom(ValueLayout.JAVA_BYTE, frame);
                    long length = (long)
                            SENDTO.invokeExact(errno, socket, packet, (long) frame.length, 0, to, (int) to.byteSize());
                    checked("sendto", Math.toIntExact(length), errno);
                }
                return addresses.size();
            } finally {
                SystemCalls.close(socket);
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static MemorySegment request(Arena arena, MemorySegment errno, int socket, long what, String card)
            throws Throwable {
        MemorySegment request = arena.allocate(INTERFACE_REQUEST, 8);
        byte[] name = card.getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(name, 0, request, ValueLayout.JAVA_BYTE, 0, Math.min(name.length, INTERFACE_NAME - 1));
        checked("ioctl " + card, (int) IOCTL.invokeExact(errno, socket, what, request), errno);
        return request;
    }

    /** A {@code sockaddr_ll} for everybody on a card. */
    private static MemorySegment to(Arena arena, int index) {
        byte[] address = ByteBuffer.allocate(20)
                .order(ByteOrder.nativeOrder())
                .putShort((short) AF_PACKET)
                .putShort(Short.reverseBytes(ETH_P_ARP))
                .putInt(index)
                .putShort((short) 0)
                .put((byte) 0)
                .put((byte) 6)
                .put(BROADCAST)
                .array();
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, address);
    }

    /** A question of the address for itself, which every host takes for news. */
    private static byte[] frame(byte[] mac, byte[] ip) {
        return ByteBuffer.allocate(42)
                .put(BROADCAST)
                .put(mac)
                .putShort(ETH_P_ARP)
                .putShort((short) 1) // Ethernet
                .putShort((short) 0x0800) // IPv4
                .put((byte) 6)
                .put((byte) 4)
                .putShort((short) 1) // request
                .put(mac)
                .put(ip)
                .put(new byte[6])
                .put(ip)
                .array();
    }

    private static int checked(String call, int result, MemorySegment errno) throws IOException {
        if (result < 0) {
            throw new SystemCalls.Refused(call, (int) ERRNO_VALUE.get(errno, 0L));
        }
        return result;
    }
}
