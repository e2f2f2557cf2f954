package io.kantoku.loadbalancer.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HaproxyConfigTest {
    private static final String FILE = """
            # _version=7
            # kept by hand

            global
              maxconn 1000   # enough
            \tsome-new-keyword with args

            # clients come in here
            frontend a
              # an indented comment
              mode tcp
              bind   127.0.0.1:80   name one   # by hand
              bind 127.0.0.1:81 name two

            backend b
              server s1 10.0.0.1:80 check weight 100 verify none
            # the end
            """;

    @Test
    void printsWhatItHasParsed() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<String> pieces = List.of(
                "global",
                "frontend a",
                "backend 'b c'",
                "  mode tcp",
                "# note",
                "",
                "\t",
                "  # inner",
                "userlist u",
                "xyz 'open",
                "  bind :80 # c",
                "# _version=3",
                "defaults",
                "\r");
        for (int i = 0; i < 5_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(12); n > 0; n--) {
                text.append(pieces.get(random.nextInt(pieces.size()))).append(random.nextInt(8) == 0 ? "" : "\n");
            }
            assertThat(HaproxyConfig.parse(text.toString()).print())
                    .as("seed %d", seed)
                    .isEqualTo(text.toString());
        }
        assertThat(HaproxyConfig.parse(FILE).print()).isEqualTo(FILE);
    }

    @Test
    void countsVersionsInTheFirstLine() {
        HaproxyConfig config = HaproxyConfig.parse(FILE);

        assertThat(config.version()).isEqualTo(7);
        assertThat(config.withVersion(8).print()).isEqualTo(FILE.replace("_version=7", "_version=8"));
        assertThat(HaproxyConfig.parse("global\n").version()).isEqualTo(1);
        assertThat(HaproxyConfig.parse("global\n").withVersion(2).print()).isEqualTo("# _version=2\nglobal\n");
    }

    @Test
    void touchesOnlyTheLinesOfWhatChanges() {
        HaproxyConfig config = HaproxyConfig.parse(FILE);

        HaproxyConfig added = Kinds.BINDS.add(config, Parent.frontend("a"), Bind.of("three", "127.0.0.1", 82));
        assertThat(added.print())
                .isEqualTo(FILE.replace(
                        "127.0.0.1:81 name two\n", "127.0.0.1:81 name two\n  bind 127.0.0.1:82 name three\n"));

        HaproxyConfig removed = Kinds.BINDS.remove(config, Parent.frontend("a"), "two");
        assertThat(removed.print()).isEqualTo(FILE.replace("  bind 127.0.0.1:81 name two\n", ""));

        HaproxyConfig first = Kinds.BINDS.remove(config, Parent.frontend("a"), "one");
        assertThat(first.print()).isEqualTo(FILE.replace("  bind   127.0.0.1:80   name one   # by hand\n", ""));

        HaproxyConfig gone = Kinds.FRONTENDS.remove(config, Parent.NONE, "a");
        assertThat(gone.print())
                .contains("some-new-keyword with args", "# the end")
                .doesNotContain("clients come in here");
    }

    @Test
    void appendsNewSectionsAtTheEnd() {
        HaproxyConfig config = HaproxyConfig.parse("global\n");

        assertThat(Kinds.BACKENDS
                        .add(config, Parent.NONE, Backend.tcp("b", "tag"))
                        .print())
                .isEqualTo(
                        "global\n\nbackend b\n  mode tcp\n  balance roundrobin\n  option tcp-check\n  timeout connect 500\n  retries 3\n  log-tag tag\n  option redispatch 1\n  default-server inter 1500 fastinter 200 downinter 1000 fall 2 rise 1\n");
    }

    @Test
    void anUnchangedObjectThatIsPutAgainLeavesTheTextAlone() {
        HaproxyConfig config = HaproxyConfig.parse(FILE);
        for (Bind bind : Kinds.BINDS.list(config, Parent.frontend("a"))) {
            config = Kinds.BINDS.replace(config, Parent.frontend("a"), bind.name(), bind);
        }
        Frontend frontend = Kinds.FRONTENDS.get(config, Parent.NONE, "a");
        config = Kinds.FRONTENDS.replace(config, Parent.NONE, "a", frontend);

        assertThat(config.print()).isEqualTo(FILE);
    }

    @Test
    void newDefaultsAreThoseOfNobodyWhoDoesNotNameThem() {
        HaproxyConfig config =
                HaproxyConfig.parse("global\n  daemon\n\ndefaults base\n  mode tcp\n\nfrontend a\n  mode tcp\n");
        HaproxyConfig first = DefaultsSections.add(
                config, ApiJson.object().put("name", "other").put("mode", "http"));
        assertThat(first.print())
                .isEqualTo("global\n  daemon\n\ndefaults other\n  mode http\n\ndefaults base\n  mode tcp\n\n"
                        + "frontend a\n  mode tcp\n");
        HaproxyConfig second =
                DefaultsSections.add(first, ApiJson.object().put("name", "more").put("from", "base"));
        assertThat(second.print())
                .contains("defaults base\n  mode tcp\n\ndefaults more from base\n\nfrontend a from base\n");
        assertThat(DefaultsSections.remove(second, "other").print()).doesNotContain("defaults other");
    }
}
