package io.kantoku.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
    private static final List<LedgerEntry> ONE_OF_EACH = List.of(
            new LedgerEntry.LaunchIntent("t1", "haproxy-0", List.of("/usr/sbin/haproxy", "-f", "a \"b\"\nc")),
            new LedgerEntry.Child("t1", 42, 4_242_424_242L, "/usr/sbin/haproxy", "haproxy-0"),
            new LedgerEntry.Namespace("kantoku-n1"),
            new LedgerEntry.Link("", "kt0"),
            new LedgerEntry.Route("kantoku-n1", "10.44.59.0/24", 144),
            new LedgerEntry.PacketFilter("", "kantoku-a1"),
            new LedgerEntry.Mount("/run/kantoku/x y"),
            new LedgerEntry.Directory("/run/kantoku/d"),
            new LedgerEntry.File("/run/kantoku/f"));

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void place() {
        file = directory.resolve("state/ledger");
    }

    @Test
    void remembersEveryKindOfEntryInOrder() {
        try (Ledger ledger = Ledger.open(file)) {
            ONE_OF_EACH.forEach(ledger::record);
            ledger.record(ONE_OF_EACH.getFirst());
            assertThat(ledger.entries()).isEqualTo(ONE_OF_EACH);
        }
        try (Ledger ledger = Ledger.open(file)) {
            assertThat(ledger.entries()).isEqualTo(ONE_OF_EACH);
        }
    }

    @Test
    void anEntryIsInTheFileWhenTheCallReturns() throws IOException {
        try (Ledger ledger = Ledger.open(file)) {
            ledger.record(new LedgerEntry.Namespace("n1"));
            assertThat(Files.readString(file)).isEqualTo("{\"add\":{\"kind\":\"namespace\",\"name\":\"n1\"}}\n");
            ledger.forget(new LedgerEntry.Namespace("n1"));
            assertThat(Files.readAllLines(file)).hasSize(2);
        }
    }

    /** A machine that is switched off while it boots is interrupted where it writes down what it makes. */
    @Test
    void anInterruptedThreadWritesAndSpoilsNothing() {
        try (Ledger ledger = Ledger.open(file)) {
            Thread.currentThread().interrupt();
            ledger.record(new LedgerEntry.Namespace("n1"));
            assertThat(Thread.interrupted()).isTrue();
            ledger.record(new LedgerEntry.Namespace("n2"));
            Thread.currentThread().interrupt();
            ledger.forget(new LedgerEntry.Namespace("n1"));
            assertThat(Thread.interrupted()).isTrue();
        }
        try (Ledger ledger = Ledger.open(file)) {
            assertThat(ledger.entries()).containsExactly(new LedgerEntry.Namespace("n2"));
        }
    }

    @Test
    void openingDropsWhatWasRemoved() throws IOException {
        try (Ledger ledger = Ledger.open(file)) {
            ONE_OF_EACH.forEach(ledger::record);
            ONE_OF_EACH.subList(1, ONE_OF_EACH.size()).forEach(ledger::forget);
        }
        try (Ledger ledger = Ledger.open(file)) {
            assertThat(ledger.entries()).containsExactly(ONE_OF_EACH.getFirst());
        }
        assertThat(Files.readAllLines(file)).hasSize(1);
    }

    @Test
    void refusesADamagedLineBeforeTheLast() throws IOException {
        try (Ledger ledger = Ledger.open(file)) {
            ledger.record(new LedgerEntry.Namespace("n1"));
        }
        Files.writeString(file, "{\"add\":{\"kind\":\"spaceship\"}}\n", StandardOpenOption.APPEND);
        assertThatThrownBy(() -> Ledger.open(file))
                .isInstanceOfSatisfying(
                        LabException.class, e -> assertThat(e.code()).isEqualTo(LabException.Code.LEDGER))
                .hasMessageContaining("line 2")
                .hasMessageContaining(file.toString());
    }

    /** Whatever byte a crash cuts the file at, all calls that returned are remembered. */
    @Test
    void survivesACutAtAnyByte() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<List<LedgerEntry>> states = new ArrayList<>(List.of(List.of()));
        List<Long> ends = new ArrayList<>(List.of(0L));
        List<LedgerEntry> model = new ArrayList<>();
        try (Ledger ledger = Ledger.open(file)) {
            for (int i = 0; i < 60; i++) {
                LedgerEntry entry = ONE_OF_EACH.get(random.nextInt(ONE_OF_EACH.size()));
                if (model.contains(entry) && random.nextBoolean()) {
                    ledger.forget(entry);
                    model.remove(entry);
                } else {
                    ledger.record(entry);
                    if (!model.contains(entry)) {
                        model.add(entry);
                    }
                }
                states.add(List.copyOf(model));
                ends.add(Files.size(file));
            }
        }
        byte[] whole = Files.readAllBytes(file);
        for (int i = 0; i < 200; i++) {
            int cut = random.nextInt(whole.length + 1);
            Path copy = directory.resolve("copy" + i);
            Files.write(copy, java.util.Arrays.copyOf(whole, cut));
            int finished = 0;
            while (finished + 1 < ends.size() && ends.get(finished + 1) <= cut) {
                finished++;
            }
            try (Ledger ledger = Ledger.open(copy)) {
                assertThat(ledger.entries()).as("seed %d, cut at %d", seed, cut).isEqualTo(states.get(finished));
            }
        }
    }
}
