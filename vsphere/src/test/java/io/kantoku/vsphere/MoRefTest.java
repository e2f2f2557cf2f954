package io.kantoku.vsphere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class MoRefTest {
    @Test
    void readsTheIdsThatVcenterWrites() {
        for (String id : List.of(
                "domain-c8",
                "host-10",
                "dvportgroup-21",
                "vm-42",
                "resgroup-9",
                "group-v3",
                "datastore-11",
                "dvs-20",
                "network-12",
                "datacenter-2")) {
            assertThat(MoRef.parse(id)).hasToString(id);
        }
        assertThat(MoRef.parse("domain-c8").kind()).isEqualTo(MoRef.Kind.CLUSTER);
    }

    @Test
    void refusesWhatIsNoId() {
        for (String id : List.of("", "vm-", "vm-x", "domain-8", "vm--1", "vm-4 2", "vm-1234567890123456789")) {
            assertThatThrownBy(() -> MoRef.parse(id))
                    .isInstanceOfSatisfying(
                            VsphereException.class,
                            e -> assertThat(e.code()).isEqualTo(VsphereException.Code.INVALID_ARGUMENT));
        }
    }

    @Test
    void refusesAnIdOfAnotherKind() {
        assertThatThrownBy(() -> MoRef.parse("vm-42").require(MoRef.Kind.HOST))
                .hasMessage("vm-42 is the id of a virtual machine, but a host is needed here");
    }

    @Test
    void neverShowsSecretBytes() {
        assertThat(SecretBytes.utf8("key material")).hasToString("(12 bytes, not shown)");
        assertThat(SecretBytes.utf8("a")).isEqualTo(SecretBytes.of(new byte[] {'a'}));
    }
}
