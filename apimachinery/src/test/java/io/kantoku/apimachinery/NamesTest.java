package io.kantoku.apimachinery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NamesTest {
    @Test
    void wordsItsRefusalsAsUpstream() {
        assertThat(Names.dns1123Label("A"))
                .containsExactly(
                        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')");
        assertThat(Names.dns1123Subdomain("a_b"))
                .containsExactly(
                        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')");
        assertThat(Names.labelValue("a b"))
                .containsExactly(
                        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')");
        assertThat(Names.qualifiedName("/x")).containsExactly("prefix part must be non-empty");
    }

    @Test
    void knowsGoodFromBad() {
        assertThat(Names.dns1123Label("a".repeat(63))).isEmpty();
        assertThat(Names.dns1123Label("a".repeat(64))).containsExactly("must be no more than 63 bytes");
        assertThat(Names.dns1123Subdomain("v1.18.2---vmware.1-tkg.2")).isEmpty();
        assertThat(Names.dns1123Subdomain("a..b")).isNotEmpty();
        assertThat(Names.dns1123Subdomain("a".repeat(1_000_000))).hasSize(2);
        assertThat(Names.dns1035Label("1a")).isNotEmpty();
        assertThat(Names.qualifiedName("example.com/Name_x")).isEmpty();
        assertThat(Names.qualifiedName("a/b/c")).isNotEmpty();
        assertThat(Names.labelValue("")).isEmpty();
        assertThat(Names.configKey("..a")).containsExactly("must not start with '..'");
        assertThat(Names.pathSegment("system:node")).isEmpty();
        assertThat(Names.pathSegment("a/b")).containsExactly("may not contain '/'");
        assertThat(Names.portName("http-1")).isEmpty();
        assertThat(Names.portName("8080")).isNotEmpty();
        assertThat(Names.portNumber(0)).containsExactly("must be between 1 and 65535, inclusive");
        assertThat(Names.wildcardSubdomain("*.example.com")).isEmpty();
        assertThat(Names.labels(Map.of("a*", "b"), FieldPath.of("metadata", "labels")))
                .hasSize(1);
    }

    @Test
    void generatesNamesThatFitALabel() {
        Random random = new Random(1);
        String name = SafeNames.generate("x".repeat(100), random);
        assertThat(name).hasSize(63).matches("x{58}[bcdfghjklmnpqrstvwxz2456789]{5}");
        assertThat(SafeNames.generate("web-", random)).matches("web-[bcdfghjklmnpqrstvwxz2456789]{5}");
        assertThat(SafeNames.encode("3137264019")).matches("[bcdfghjklmnpqrstvwxz2456789]{10}");
    }
}
