package io.kantoku.vsphere.cloudinit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.vsphere.Property;
import io.kantoku.vsphere.SecretBytes;
import io.kantoku.vsphere.VsphereException;
import io.kantoku.vsphere.cloudinit.WriteFile.Encoding;
import java.util.List;
import org.junit.jupiter.api.Test;

class CloudInitTest {
    @Test
    void printsWhatANodeIsBootstrappedWith() {
        CloudInit config = new CloudInit(
                "tkc01-control-plane-p8tbw",
                List.of(User.administrator("vmware-system-user", List.of("ssh-ed25519 AAAA node"))),
                List.of(WriteFile.of(
                        "/run/kubeadm/kubeadm.yaml", "0640", "---\nkind: InitConfiguration\nname: \"x\"\n")),
                List.of(
                        Command.exec("hostnamectl", "set-hostname", "no"),
                        Command.shell("kubeadm init --config /run/kubeadm/kubeadm.yaml && echo done")));

        assertThat(config.toYaml()).isEqualTo("""
                #cloud-config
                hostname: "tkc01-control-plane-p8tbw"
                users:
                  - name: "vmware-system-user"
                    shell: "/bin/bash"
                    sudo: "ALL=(ALL) NOPASSWD:ALL"
                    ssh_authorized_keys:
                      - "ssh-ed25519 AAAA node"
                write_files:
                  - path: "/run/kubeadm/kubeadm.yaml"
                    permissions: "0640"
                    owner: "root:root"
                    content: |
                      ---
                      kind: InitConfiguration
                      name: "x"
                runcmd:
                  - ["hostnamectl", "set-hostname", "no"]
                  - "kubeadm init --config /run/kubeadm/kubeadm.yaml && echo done"
                """);
        assertThat(CloudInit.parse(config.toUserData())).isEqualTo(config);
    }

    @Test
    void noValueBreaksTheText() {
        Property.holds(3_000, random -> {
            CloudInit config = RandomCloudInit.config(random);
            String yaml = config.toYaml();
            assertThat(CloudInit.parse(yaml)).as(yaml).isEqualTo(config);
        });
    }

    @Test
    void namesTheKeysThatItDoesNotKnow() {
        String yaml = """
                #cloud-config
                hostname: a
                ntp: {servers: [10.44.58.3]}
                write_files:
                  - path: /a
                    content: x
                    append: true
                  - path: /b
                    content: x
                    defer: true
                users: [{name: u, gecos: x}]
                """;
        CloudInit.Reading reading = CloudInit.read(yaml);
        assertThat(reading.unknownKeys())
                .containsExactly("ntp", "users[0].gecos", "write_files[0].append", "write_files[1].defer");
        assertThat(reading.config().files()).hasSize(2);
        assertThatThrownBy(() -> CloudInit.parse(yaml))
                .isInstanceOf(VsphereException.class)
                .hasMessageContaining("ntp, users[0].gecos, write_files[0].append, write_files[1].defer");
    }

    @Test
    void readsTheFormsThatCloudInitAccepts() {
        CloudInit config = CloudInit.parse("""
                #cloud-config

                # comment
                users:
                - name: capv
                  sudo: ["ALL=(ALL) NOPASSWD:ALL"]
                  groups: [adm, docker]
                  lock_passwd: false
                  passwd: $6$salt$hash
                  ssh_authorized_keys: [ssh-rsa AAAA]
                write_files:
                - {path: /plain, content: "a\\nb", permissions: '0600'}
                - {path: /base64, encoding: b64, content: aGVs bG8=}
                - path: /folded
                  content: >-
                    one
                    line
                runcmd:
                - ls -l /
                - [sh, -c, 'sleep 1', 5]
                """);
        assertThat(config.users().getFirst().groups()).isEqualTo("adm,docker");
        assertThat(config.users().getFirst().passwordLocked()).isFalse();
        assertThat(config.users().getFirst()).hasToString("User[capv]");
        assertThat(config.file("/plain").orElseThrow().text()).isEqualTo("a\nb");
        assertThat(config.file("/base64").orElseThrow().text()).isEqualTo("hello");
        assertThat(config.file("/base64").orElseThrow().permissions()).isEqualTo("0644");
        assertThat(config.file("/folded").orElseThrow().text()).isEqualTo("one line");
        assertThat(config.commands())
                .containsExactly(Command.shell("ls -l /"), Command.exec("sh", "-c", "sleep 1", "5"));
    }

    @Test
    void refusesMalformedDocumentsWithoutShowingThem() {
        assertRefused("hostname: a\n", "must begin with the line #cloud-config");
        assertRefused("#!/bin/sh\nsecret", "must begin with the line #cloud-config");
        assertRefused("#cloud-config\nhostname: [secret\n", "is not well-formed YAML");
        assertRefused("#cloud-config\nhostname: a\nhostname: b\n", "is not well-formed YAML");
        assertRefused("#cloud-config\nwrite_files: secret\n", "write_files must be a list");
        assertRefused("#cloud-config\nwrite_files: [secret]\n", "write_files[0] must be a mapping");
        assertRefused(
                "#cloud-config\nwrite_files: [{path: /a, content: {secret: 1}}]\n",
                "write_files[0].content must be a string");
        assertRefused("#cloud-config\nwrite_files: [{path: /a, encoding: rot13}]\n", "encoding 'rot13' is not known");
        assertRefused(
                "#cloud-config\nwrite_files: [{path: /a, encoding: gz+b64, content: c2VjcmV0}]\n",
                "not in gzip format");
        assertRefused("#cloud-config\nwrite_files: [{path: relative}]\n", "not an absolute path");
        assertRefused("#cloud-config\nruncmd: [[]]\n", "needs a program");
    }

    private static void assertRefused(String yaml, String message) {
        assertThatThrownBy(() -> CloudInit.read(yaml))
                .isInstanceOfSatisfying(
                        VsphereException.class,
                        e -> assertThat(e.code()).isEqualTo(VsphereException.Code.INVALID_ARGUMENT))
                .hasMessageContaining(message)
                .hasMessageNotContaining("secret");
    }

    @Test
    void refusesDocumentsThatAreMadeToHurt() {
        assertRefused("#cloud-config\nhostname: " + "[".repeat(100_000), "nested more than 32 deep");
        assertRefused("#cloud-config\n" + "- ".repeat(100_000) + "a", "nested more than 32 deep");
        assertRefused("#cloud-config\nhostname: &a [*a]\n", "hostname must be a string");
        assertRefused("#cloud-config\nx: " + "a".repeat(5 << 20) + "\n", "is longer than");
    }

    @Test
    void doesNotUnpackWithoutBound() {
        WriteFile bomb = new WriteFile("/a", "0600", "", SecretBytes.of(new byte[5 << 20]), Encoding.GZIP_BASE64);
        String yaml = new CloudInit("", List.of(), List.of(bomb), List.of()).toYaml();
        assertThat(yaml.length()).isLessThan(100_000);
        assertRefused(yaml, "unpacks to more than");
    }

    @Test
    void anEmptyDocumentChangesNothing() {
        assertThat(CloudInit.EMPTY.toYaml()).isEqualTo("#cloud-config\n{}\n");
        assertThat(CloudInit.parse("#cloud-config\n")).isEqualTo(CloudInit.EMPTY);
    }

    @Test
    void neverShowsFileContents() {
        WriteFile file = WriteFile.of("/etc/kubernetes/pki/ca.key", "0600", "PRIVATE");
        assertThat(new CloudInit("", List.of(), List.of(file), List.of()).toString())
                .doesNotContain("PRIVATE");
    }
}
