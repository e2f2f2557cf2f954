package io.kantoku.vsphere.cloudinit;

import io.kantoku.vsphere.SecretBytes;
import io.kantoku.vsphere.cloudinit.WriteFile.Encoding;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Makes documents of strings that mean something to YAML. */
final class RandomCloudInit {
    private RandomCloudInit() {}

    static CloudInit config(Random random) {
        List<User> users = list(
                random,
                () -> new User(
                        "u" + text(random),
                        text(random),
                        text(random),
                        text(random),
                        text(random),
                        random.nextInt(3) == 0 ? null : Boolean.valueOf(random.nextBoolean()),
                        list(random, () -> text(random))));
        List<WriteFile> files = list(
                random,
                () -> new WriteFile(
                        "/" + text(random).replace("\0", ""),
                        "0%d%d%d".formatted(random.nextInt(8), random.nextInt(8), random.nextInt(8)),
                        text(random),
                        random.nextInt(4) == 0 ? SecretBytes.of(bytes(random)) : SecretBytes.utf8(text(random)),
                        Encoding.values()[random.nextInt(3)]));
        List<Command> commands = list(random, () -> {
            if (random.nextBoolean()) {
                return new Command.Shell(text(random));
            }
            List<String> words = new ArrayList<>(list(random, () -> text(random)));
            words.add(text(random));
            return new Command.Exec(words);
        });
        return new CloudInit(text(random), users, files, commands);
    }

    private static <T> List<T> list(Random random, Supplier<T> element) {
        List<T> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            list.add(element.get());
        }
        return list;
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String text(Random random) {
        List<String> pieces = List.of(
                "a",
                "yes",
                "null",
                "0644",
                "1e3",
                "12:30",
                ": ",
                " #",
                "- ",
                "\n",
                "\n\n",
                " ",
                "  ",
                "\t",
                "\"",
                "'",
                "\\",
                "---",
                "...",
                "%",
                "&a",
                "*a",
                "!t",
                "|",
                ">",
                "{",
                "}",
                "[",
                "]",
                ",",
                "?",
                "@",
                "`",
                "\r",
                "\r\n",
                "\0",
                "\u0007",
                "\u007f",
                "\u0085",
                "\u00a0",
                "\u2028",
                "\u2029",
                "\ufeff",
                "\ufffe",
                "é",
                "監督",
                "\ud83d\ude00",
                "~",
                "=",
                "<<",
                "$6$x");
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(7); i > 0; i--) {
            text.append(pieces.get(random.nextInt(pieces.size())));
        }
        return text.toString();
    }
}
