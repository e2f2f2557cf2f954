package io.kantoku.apimachinery;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The forms of names in the Kubernetes API.
 *
 * <p>Each check returns what is wrong, in upstream's words (k8s.io/apimachinery/pkg/util/validation); an empty list means that the
 * name is good.
 */
public final class Names {
    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String SUBDOMAIN = LABEL + "(\\." + LABEL + ")*";
    private static final String QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

    private static final Form DNS_1123_LABEL = new Form(
            63,
            LABEL,
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end"
                    + " with an alphanumeric character",
            List.of("my-name", "123-abc"));
    private static final Form DNS_1123_SUBDOMAIN = new Form(
            253,
            SUBDOMAIN,
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must"
                    + " start and end with an alphanumeric character",
            List.of("example.com"));
    private static final Form DNS_1035_LABEL = new Form(
            63,
            "[a-z]([-a-z0-9]*[a-z0-9])?",
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic"
                    + " character, and end with an alphanumeric character",
            List.of("my-name", "abc-123"));
    private static final Form QUALIFIED_NAME = new Form(
            63,
            QUALIFIED,
            "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric"
                    + " character",
            List.of("MyName", "my.name", "123-abc"));
    private static final Form LABEL_VALUE = new Form(
            63,
            "(" + QUALIFIED + ")?",
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start"
                    + " and end with an alphanumeric character",
            List.of("MyValue", "my_value", "12345"));
    private static final Form CONFIG_KEY = new Form(
            253,
            "[-._a-zA-Z0-9]+",
            "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
            List.of("key.name", "KEY_NAME", "key-name"));
    private static final Form ENVIRONMENT_NAME = new Form(
            Integer.MAX_VALUE,
            "[-._a-zA-Z][-._a-zA-Z0-9]*",
            "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must"
                    + " not start with a digit",
            List.of("my.env-name", "MY_ENV.NAME", "MyEnvName1"));

    private Names() {}

    /** Names of namespaces, ports and containers. */
    public static List<String> dns1123Label(String value) {
        return DNS_1123_LABEL.problems(value);
    }

    /** Names of most objects. */
    public static List<String> dns1123Subdomain(String value) {
        return DNS_1123_SUBDOMAIN.problems(value);
    }

    /** Names of Services. */
    public static List<String> dns1035Label(String value) {
        return DNS_1035_LABEL.problems(value);
    }

    /** A DNS name whose first label may be {@code *}, as in Ingress hosts and wildcard certificates. */
    public static List<String> wildcardSubdomain(String value) {
        if (!value.startsWith("*.")) {
            return List.of(
                    "a wildcard DNS-1123 subdomain must start with '*.' and be followed by a valid DNS subdomain");
        }
        return dns1123Subdomain(value.substring(2));
    }

    /** Keys of labels and annotations: a name, optionally after a DNS subdomain and a slash. */
    public static List<String> qualifiedName(String value) {
        String[] parts = value.split("/", -1);
        List<String> problems = new ArrayList<>();
        if (parts.length > 2) {
            problems.add("a qualified name " + QUALIFIED_NAME.expectation()
                    + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
            return problems;
        }
        if (parts.length == 2) {
            if (parts[0].isEmpty()) {
                problems.add("prefix part must be non-empty");
            } else {
                dns1123Subdomain(parts[0]).forEach(problem -> problems.add("prefix part " + problem));
            }
        }
        String name = parts[parts.length - 1];
        if (name.isEmpty()) {
            problems.add("name part must be non-empty");
        }
        QUALIFIED_NAME.problems(name).forEach(problem -> problems.add("name part " + problem));
        return problems;
    }

    public static List<String> labelValue(String value) {
        return LABEL_VALUE.problems(value);
    }

    /** Keys of the data of ConfigMaps and Secrets. */
    public static List<String> configKey(String value) {
        List<String> problems = new ArrayList<>(CONFIG_KEY.problems(value));
        if (value.equals(".")) {
            problems.add("must not be '.'");
        } else if (value.equals("..")) {
            problems.add("must not be '..'");
        } else if (value.startsWith("..")) {
            problems.add("must not start with '..'");
        }
        return problems;
    }

    /** Names of environment variables. */
    public static List<String> environmentName(String value) {
        return ENVIRONMENT_NAME.problems(value);
    }

    /** Names that need only be usable as a part of a URL path: those of RBAC objects. */
    public static List<String> pathSegment(String value) {
        if (value.equals(".") || value.equals("..")) {
            return List.of("may not be '" + value + "'");
        }
        List<String> problems = new ArrayList<>();
        for (String illegal : List.of("/", "%")) {
            if (value.contains(illegal)) {
                problems.add("may not contain '" + illegal + "'");
            }
        }
        return problems;
    }

    /** Names of Service and container ports: at most 15 characters, at least one letter, no doubled hyphens. */
    public static List<String> portName(String value) {
        List<String> problems = new ArrayList<>();
        if (value.length() > 15) {
            problems.add(tooLong(15));
        }
        if (!value.chars().allMatch(c -> c == '-' || Character.isDigit(c) || (c >= 'a' && c <= 'z'))) {
            problems.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        }
        if (value.chars().noneMatch(c -> c >= 'a' && c <= 'z')) {
            problems.add("must contain at least one letter (a-z)");
        }
        if (value.contains("--")) {
            problems.add("must not contain consecutive hyphens");
        }
        if (value.startsWith("-") || value.endsWith("-")) {
            problems.add("must not begin or end with a hyphen");
        }
        return problems;
    }

    public static List<String> portNumber(long port) {
        return port >= 1 && port <= 65535 ? List.of() : List.of("must be between 1 and 65535, inclusive");
    }

    /** Checks the keys and values of {@code metadata.labels} or of a label map elsewhere. */
    public static List<FieldError> labels(Map<String, String> labels, FieldPath path) {
        List<FieldError> errors = new ArrayList<>();
        labels.forEach((key, value) -> {
            qualifiedName(key).forEach(problem -> errors.add(FieldError.invalid(path, key, problem)));
            labelValue(value).forEach(problem -> errors.add(FieldError.invalid(path, value, problem)));
        });
        return errors;
    }

    private static String tooLong(int maximum) {
        return "must be no more than " + maximum + " bytes";
    }

    /** One form of name: a length and a regular expression, with upstream's description of it. */
    private record Form(int longest, String expression, Pattern pattern, String description, List<String> examples) {
        Form(int longest, String expression, String description, List<String> examples) {
            this(longest, expression, Pattern.compile(expression), description, examples);
        }

        List<String> problems(String value) {
            List<String> problems = new ArrayList<>(2);
            if (value.getBytes(StandardCharsets.UTF_8).length > longest) {
                problems.add(Names.tooLong(longest));
            }
            // Names far beyond the limit are not worth the matching, whose recursion grows with them.
            if (value.length() > 4096 || !pattern.matcher(value).matches()) {
                problems.add(expectation());
            }
            return problems;
        }

        String expectation() {
            StringBuilder text = new StringBuilder(description).append(" (e.g. ");
            for (int i = 0; i < examples.size(); i++) {
                text.append(i > 0 ? " or '" : "'").append(examples.get(i)).append("', ");
            }
            return text.append("regex used for validation is '")
                    .append(expression)
                    .append("')")
                    .toString();
        }
    }
}
