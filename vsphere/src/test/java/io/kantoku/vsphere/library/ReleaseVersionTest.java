package io.kantoku.vsphere.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kantoku.vsphere.Property;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReleaseVersionTest {
    @Test
    void aHintIsAPrefixByComponentsNotByCharacters() {
        ReleaseVersion version = ReleaseVersion.parse("v1.15.10+vmware.2-tkg.1.abcdef0");
        assertThat(Stream.of("v1", "v1.15", "v1.15.10", "v1.15.10+vmware.2", "v1.15.10+vmware.2-tkg.1"))
                .allMatch(version::matches);
        assertThat(version.matches("v1.15.10+vmware.2-tkg.1.abcdef0")).isTrue();
        assertThat(Stream.of(
                        "v1.15.1",
                        "v1.1",
                        "v1.15.10+vm",
                        "v1.15.10-vmware",
                        "1.15",
                        "",
                        "v1.15.",
                        "v",
                        "v1.15.10+vmware.2-tkg.1.abcdef0.1"))
                .noneMatch(version::matches);
    }

    @Test
    void aHintStandsForTheNewestThatItMatches() {
        List<ReleaseVersion> versions = Stream.of(
                        "v1.18.5+kantoku.1",
                        "v1.18.5+kantoku.2",
                        "v1.18.10+kantoku.1",
                        "v1.18.20+kantoku.1",
                        "v1.19.7+kantoku.1")
                .map(ReleaseVersion::parse)
                .toList();
        assertThat(ReleaseVersion.newest("v1.18", versions)).hasToString("Optional[v1.18.20+kantoku.1]");
        assertThat(ReleaseVersion.newest("v1.18.5", versions)).hasToString("Optional[v1.18.5+kantoku.2]");
        assertThat(ReleaseVersion.newest("v1.18.5+kantoku.1", versions)).hasToString("Optional[v1.18.5+kantoku.1]");
        assertThat(ReleaseVersion.newest("v1.18.1", versions)).isEmpty();
        assertThat(ReleaseVersion.newest("v1.2", versions)).isEmpty();
    }

    @Test
    void ordersByNumbersWhereThereAreNumbers() {
        List<ReleaseVersion> ascending = Stream.of(
                        "v1.9.9",
                        "v1.18.5",
                        "v1.18.5+kantoku.1",
                        "v1.18.5+kantoku.2",
                        "v1.18.5+kantoku.10",
                        "v1.18.5+vmware.1-tkg.1.c40d30d",
                        "v1.18.10+kantoku.1",
                        "v2.0.0")
                .map(ReleaseVersion::parse)
                .toList();
        Property.holds(20, random -> {
            List<ReleaseVersion> shuffled = new ArrayList<>(ascending);
            Collections.shuffle(shuffled, random);
            assertThat(shuffled.stream().sorted()).isEqualTo(ascending);
        });
    }

    @Test
    void orderIsTotal() {
        Property.holds(3_000, random -> {
            ReleaseVersion a = version(random);
            ReleaseVersion b = version(random);
            ReleaseVersion c = version(random);
            assertThat(Integer.signum(a.compareTo(b))).isEqualTo(-Integer.signum(b.compareTo(a)));
            assertThat(a.compareTo(b) == 0).isEqualTo(a.equals(b));
            if (a.compareTo(b) <= 0 && b.compareTo(c) <= 0) {
                assertThat(a).isLessThanOrEqualTo(c);
            }
            assertThat(ReleaseVersion.ofReleaseName(a.releaseName())).isEqualTo(a);
        });
    }

    private static ReleaseVersion version(Random random) {
        StringBuilder text =
                new StringBuilder("v1.").append(random.nextInt(3)).append('.').append(random.nextInt(12));
        if (random.nextBoolean()) {
            text.append('+').append(word(random));
            for (int i = random.nextInt(3); i > 0; i--) {
                text.append(".-".charAt(random.nextInt(2))).append(word(random));
            }
        }
        return ReleaseVersion.parse(text.toString());
    }

    private static String word(Random random) {
        return List.of("0", "1", "01", "2", "10", "kantoku", "tkg", "c40d30d", "7f")
                .get(random.nextInt(9));
    }

    @Test
    void refusesWhatIsNoFullVersion() {
        for (String text :
                List.of("", "v1.18", "1.18.5", "v1.18.5+", "v1.18.5+a..b", "v1.018.5", "v1.18.5 ", "v1.18.5+ä")) {
            assertThatIllegalArgumentException().isThrownBy(() -> ReleaseVersion.parse(text));
        }
    }

    @Test
    void imageNamesTellTheirRelease() {
        Release own = Release.own(20100101, "v1.18.5+kantoku.1");
        assertThat(own.imageName()).isEqualTo("ob-20100101-kantoku-k8s-v1.18.5---kantoku.1");
        assertThat(Release.ofImageName(own.imageName())).contains(own);
        assertThat(Release.ofImageName("ob-16924026-photon-3-k8s-v1.18.5---vmware.1-tkg.1.c40d30d"))
                .hasValueSatisfying(release -> {
                    assertThat(release.flavor()).isEqualTo("photon-3");
                    assertThat(release.version()).hasToString("v1.18.5+vmware.1-tkg.1.c40d30d");
                    assertThat(release.version().kubernetes()).isEqualTo("v1.18.5");
                });
        assertThat(Release.ofImageName("centos-stream-8")).isEmpty();
    }
}
