package io.kantoku.kubelet.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The image of the process that holds a pod's namespaces. Its program is written here, byte by byte, so that nothing has to be
 * built or downloaded: it ignores the ends of its children, so that the kernel reaps orphans of a pod with shared processes, and waits.
 */
public final class PauseImage {
    /** Nobody's registry: it is never pulled. */
    public static final String NAME = "kantoku.local/pause:1";

    private static final long BASE = 0x400000;
    private static final int ELF_HEADER = 64;
    private static final int PROGRAM_HEADER = 56;

    private PauseImage() {}

    /** The image for x86-64, which is what nodes report as their architecture. */
    public static OciImage image() {
        return OciImage.ofProgram(NAME, "/pause", program());
    }

    /** An ELF executable with one segment: headers, then the code, then the argument of rt_sigaction. */
    static byte[] program() {
        byte[] code = code();
        int size = ELF_HEADER + PROGRAM_HEADER + code.length;
        ByteBuffer elf = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        elf.put(new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        elf.putShort((short) 2).putShort((short) 62).putInt(1); // executable, x86-64, version
        elf.putLong(BASE + ELF_HEADER + PROGRAM_HEADER)
                .putLong(ELF_HEADER)
                .putLong(0); // entry, program headers, sections
        elf.putInt(0).putShort((short) ELF_HEADER);
        elf.putShort((short) PROGRAM_HEADER).putShort((short) 1);
        elf.putShort((short) 64).putShort((short) 0).putShort((short) 0);
        elf.putInt(1).putInt(5).putLong(0).putLong(BASE).putLong(BASE); // load, read and execute
        elf.putLong(size).putLong(size).putLong(0x1000);
        elf.put(code);
        return elf.array();
    }

    private static byte[] code() {
        ByteArrayOutputStream code = new ByteArrayOutputStream();
        bytes(code, 0xB8, 13, 0, 0, 0); // mov eax, 13 (rt_sigaction)
        bytes(code, 0xBF, 17, 0, 0, 0); // mov edi, 17 (SIGCHLD)
        bytes(code, 0x48, 0x8D, 0x35, 19, 0, 0, 0); // lea rsi, [rip + 19]: the action below
        bytes(code, 0x31, 0xD2); // xor edx, edx
        bytes(code, 0x41, 0xBA, 8, 0, 0, 0); // mov r10d, 8: bytes of a signal set
        bytes(code, 0x0F, 0x05); // syscall
        bytes(code, 0xB8, 34, 0, 0, 0); // mov eax, 34 (pause)
        bytes(code, 0x0F, 0x05); // syscall
        bytes(code, 0xEB, 0xF7); // jmp back to pause
        bytes(code, 1, 0, 0, 0, 0, 0, 0, 0); // SIG_IGN
        code.writeBytes(new byte[24]); // flags, restorer, mask
        return code.toByteArray();
    }

    private static void bytes(ByteArrayOutputStream code, int... values) {
        for (int value : values) {
            code.write(value);
        }
    }
}
