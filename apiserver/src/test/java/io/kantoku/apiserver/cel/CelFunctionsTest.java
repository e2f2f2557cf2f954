package io.kantoku.apiserver.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.apimachinery.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kubernetes' CEL libraries. */
class CelFunctionsTest {
    private static final CelEnvironment ENVIRONMENT = CelEnvironment.dynamic(List.of("object"));

    private static Object value(String expression) throws Exception {
        Object object =
                CelValues.of(Json.parse("{\"spec\":{\"names\":[\"b\",\"a\"],\"n\":3,\"real\":1.5,\"none\":null}}"
                        .getBytes(StandardCharsets.UTF_8)));
        return ENVIRONMENT.value(expression).evaluate(Map.of("object", object), new CelBudget(CelBudget.PER_REQUEST));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // lists
                "[1, 2, 2].isSorted() && !['b', 'a'].isSorted()",
                "[1, 3].sum() == 4 && [1.5, 2.0].sum() == 3.5 && [duration('1m'), duration('1s')].sum() == duration('61s')",
                "[3, 1, 2].min() == 1 && ['a', 'c'].max() == 'c'",
                "[1, 2, 2].indexOf(2) == 1 && [1, 2, 2].lastIndexOf(2) == 2 && [1].indexOf(9) == -1",
                "object.spec.names.isSorted() == false",
                // regex
                "'abc 123'.find('[0-9]+') == '123' && 'abc'.find('[0-9]+') == ''",
                "'123 abc 456'.findAll('[0-9]+') == ['123', '456'] && '1 2 3'.findAll('[0-9]', 2) == ['1', '2']",
                "'kubernetes'.matches('^kube.*') && !'x'.matches('y')",
                // urls
                "isURL('https://example.com:80/') && !isURL('../relative') && isURL('/absolute/path')",
                "url('https://user:pass@example.com:8080/path/a%20b?k=v1&k=v2&x').getHost() == 'example.com:8080'",
                "url('https://example.com:8080/a?k=v1&k=v2').getQuery()['k'] == ['v1', 'v2']",
                "url('https://[::1]:80/').getHostname() == '::1' && url('https://[::1]:80/').getPort() == '80'",
                "url('/p?q').getScheme() == '' && url('https://e/a b').getEscapedPath() == '/a b'",
                // quantities
                "isQuantity('1.3Gi') && !isQuantity('1.3') == false && !isQuantity('200K_')",
                "quantity('50k').add(quantity('20k')) == quantity('70k') && quantity('50k').sub(20000) == quantity('30k')",
                "quantity('200M').compareTo(quantity('0.2G')) == 0 && quantity('1').isLessThan(quantity('2'))",
                "quantity('50000000G').isInteger() && quantity('9999').asInteger() == 9999 && quantity('-1').sign() == -1",
                "quantity('0.5').asApproximateFloat() == 0.5",
                // ip, cidr
                "isIP('::1') && isIP('10.0.0.1') && !isIP('010.0.0.1') && !isIP('10.0.0') && !isIP('::ffff:1.2.3.4')",
                "ip('127.0.0.1').family() == 4 && ip('::1').family() == 6 && ip('127.0.0.1').isLoopback()",
                "ip.isCanonical('2001:db8::1') && !ip.isCanonical('2001:DB8::1')",
                "ip('fe80::1').isLinkLocalUnicast() && ip('8.8.8.8').isGlobalUnicast() && ip('0.0.0.0').isUnspecified()",
                "ip('224.0.0.1').isLinkLocalMulticast() && string(ip('2001:db8:0:0:0:0:0:1')) == '2001:db8::1'",
                "isCIDR('10.0.0.0/8') && !isCIDR('10.0.0.0/33') && !isCIDR('10.0.0.0')",
                "cidr('192.168.0.0/24').containsIP('192.168.0.5') && cidr('10.0.0.0/8').containsIP(ip('10.1.1.1'))",
                "cidr('192.168.0.0/24').containsCIDR('192.168.0.0/25') && cidr('10.1.2.3/8').masked() == cidr('10.0.0.0/8')",
                "cidr('192.168.0.0/24').prefixLength() == 24 && string(cidr('::1/128').ip()) == '::1'",
                // format
                "!format.dns1123Label().validate('my-name').hasValue()",
                "format.dns1123Label().validate('Not-Good').hasValue()",
                "format.named('uuid').value().validate('x').value() == ['does not match the UUID format']",
                "!format.named('nothing').hasValue() && !format.dns1123LabelPrefix().validate('abc-').hasValue()",
                // semver
                "isSemver('1.0.0') && !isSemver('v1.0') && isSemver('v1.0', true) && semver('1.2.3').major() == 1",
                "semver('1.2.3').isLessThan(semver('2.0.0-alpha.1')) && semver('1.0.0-rc.1').compareTo(semver('1.0.0')) == -1",
                // strings
                "'%s is %d, %.2f, %x, %b'.format(['a', 3, 1.5, 255, true]) == 'a is 3, 1.50, ff, 1'",
                "'%s'.format([['a', 1]]) == '[a, 1]' && '%s'.format([duration('90s')]) == '90s'",
                "'a,b'.split(',') == ['a', 'b'] && 'Ab'.lowerAscii() == 'ab' && ' x '.trim() == 'x' && 'abc'.substring(1) == 'bc'",
                "['a', 'b'].join('-') == 'a-b' && 'aXb'.replace('X', '-') == 'a-b' && 'abc'.charAt(1) == 'b'",
                // sets, optionals, two-variable comprehensions
                "sets.contains([1, 2, 3], [2]) && sets.intersects([1], [1, 2]) && sets.equivalent([1, 2], [2, 1])",
                "object.?spec.?nothing.orValue('x') == 'x' && object.?spec.?n.hasValue()",
                "optional.of(1).optMap(v, v + 1).value() == 2",
                "{'a': 1}.all(k, v, k == 'a' && v == 1) && [5].transformList(i, v, i + v) == [5]",
                // values
                "has(object.spec.n) && !has(object.spec.m) && object.spec.n == 3 && object.spec.n < 3.5",
                "object.spec.none == null && object.spec.real == 1.5",
                "timestamp('2024-01-01T00:00:00Z') < timestamp('2024-01-02T00:00:00Z')",
                "cel.bind(x, object.spec.n, x * 2) == 6"
            })
    void holds(String expression) throws Exception {
        assertThat(value(expression)).as(expression).isEqualTo(true);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "object.spec.missing | no such key: missing",
                "object.spec.names[7] | index out of bounds: 7",
                "1 / (object.spec.n - 3) | division by zero",
                "[].min() | min called on empty list",
                "quantity('x') | quantities must match"
            })
    void failsInGoodWords(String expression, String words) {
        assertThatThrownBy(() -> value(expression))
                .isInstanceOf(CelFailure.class)
                .hasMessageContaining(words);
    }

    @Test
    void saysWhatCannotBeCompiled() {
        assertThatThrownBy(() -> ENVIRONMENT.condition("object.spec +"))
                .isInstanceOf(CelCompileException.class)
                .hasMessageStartingWith("compilation failed: ERROR: <input>:1:");
        assertThatThrownBy(() -> ENVIRONMENT.condition("'text'")).hasMessage("must evaluate to bool");
        assertThatThrownBy(() -> ENVIRONMENT.condition("nobody == 1"))
                .hasMessageContaining("undeclared reference to 'nobody'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1%s == 1", "object.a%s", "[%s]"})
    void survivesExpressionsThatNestWithoutEnd(String form) {
        for (String part : List.of(" + 1", ".b", "[0]", "+[1]", "(")) {
            String text = form.formatted(part.repeat(9000));
            assertThatThrownBy(
                            () -> ENVIRONMENT.condition(text).evaluate(Map.of("object", Map.of()), new CelBudget(1000)))
                    .isInstanceOfAny(CelCompileException.class, CelFailure.class);
        }
    }

    @Test
    void stopsWhatCostsTooMuch() throws Exception {
        String list = "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]";
        CelExpression expensive = ENVIRONMENT.condition(list + ".all(a, " + list + ".all(b, " + list + ".all(c, " + list
                + ".all(d, " + list + ".all(e, true)))))");
        assertThatThrownBy(() -> expensive.evaluate(Map.of(), new CelBudget(CelBudget.PER_REQUEST)))
                .isInstanceOfSatisfying(
                        CelFailure.class, e -> assertThat(e.reason()).isEqualTo(CelFailure.Cause.EXPRESSION_COST));
        CelExpression swallowed = ENVIRONMENT.condition("size(" + list + ") == 0 || true || size(" + list + ") == 1");
        assertThatThrownBy(() -> swallowed.evaluate(Map.of(), new CelBudget(5)))
                .isInstanceOfSatisfying(
                        CelFailure.class, e -> assertThat(e.reason()).isEqualTo(CelFailure.Cause.BUDGET));
    }
}
