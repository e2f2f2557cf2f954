package io.kantoku.apiserver.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.Names;
import io.kantoku.transport.pki.Pem;
import io.kantoku.transport.pki.PkiException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** What is wrong with a {@code WebhookClientConfig} (apiserver's {@code util/webhook} validation). */
public final class ClientConfigCheck {
    private ClientConfigCheck() {}

    /**
     * What is wrong with a configuration.
     *
     * @param path where it is
     */
    public static List<FieldError> check(JsonNode config, FieldPath path) {
        List<FieldError> errors = new ArrayList<>();
        boolean url = config.hasNonNull("url");
        boolean service = config.path("service").isObject();
        if (url == service) {
            errors.add(FieldError.required(path, "exactly one of url or service is required"));
        } else if (url) {
            url(config.path("url").asText(), path.child("url"), errors);
        } else {
            service(config.path("service"), path.child("service"), errors);
        }
        String bundle = config.path("caBundle").asText();
        if (!bundle.isEmpty() && !readable(bundle)) {
            errors.add(FieldError.invalid(
                    path.child("caBundle"),
                    bundle,
                    "unable to load root certificates: unable to parse bytes as PEM block"));
        }
        return errors;
    }

    private static boolean readable(String bundle) {
        try {
            String pem = new String(Base64.getMimeDecoder().decode(bundle), StandardCharsets.UTF_8);
            return !Pem.certificates(pem).isEmpty();
        } catch (IllegalArgumentException | PkiException e) {
            return false;
        }
    }

    private static void url(String text, FieldPath path, List<FieldError> errors) {
        String form = "; desired format: https://host[/path]";
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            errors.add(FieldError.required(path, "url must be a valid URL: " + e.getMessage() + form));
            return;
        }
        if (!"https".equals(url.getScheme())) {
            errors.add(FieldError.invalid(
                    path, String.valueOf(url.getScheme()), "'https' is the only allowed URL scheme" + form));
        }
        if (url.getHost() == null || url.getHost().isEmpty()) {
            errors.add(FieldError.invalid(path, "", "host must be specified" + form));
        }
        if (url.getRawUserInfo() != null) {
            errors.add(FieldError.invalid(path, "xxxxx", "user information is not permitted in the URL"));
        }
        if (url.getRawFragment() != null) {
            errors.add(FieldError.invalid(path, url.getRawFragment(), "fragments are not permitted in the URL"));
        }
        if (url.getRawQuery() != null) {
            errors.add(FieldError.invalid(path, url.getRawQuery(), "query parameters are not permitted in the URL"));
        }
    }

    private static void service(JsonNode service, FieldPath path, List<FieldError> errors) {
        if (service.path("name").asText().isEmpty()) {
            errors.add(FieldError.required(path.child("name"), "service name is required"));
        }
        if (service.path("namespace").asText().isEmpty()) {
            errors.add(FieldError.required(path.child("namespace"), "service namespace is required"));
        }
        int port = service.path("port").asInt(443);
        if (port < 1 || port > 65_535) {
            errors.add(FieldError.invalid(
                    path.child("port"),
                    service.get("port"),
                    "port is not valid: must be between 1 and 65535, inclusive"));
        }
        String route = service.path("path").asText();
        if (route.isEmpty() || route.equals("/")) {
            return;
        }
        if (!route.startsWith("/")) {
            errors.add(FieldError.invalid(path.child("path"), route, "must start with a '/'"));
        }
        String[] steps = route.substring(route.startsWith("/") ? 1 : 0).split("/", -1);
        for (int i = 0; i < steps.length; i++) {
            if (steps[i].isEmpty() && i < steps.length - 1) {
                errors.add(FieldError.invalid(path.child("path"), route, "segment[" + i + "] may not be empty"));
            } else if (!steps[i].isEmpty()) {
                int index = i;
                Names.dns1123Subdomain(steps[i])
                        .forEach(problem -> errors.add(
                                FieldError.invalid(path.child("path"), route, "segment[" + index + "]: " + problem)));
            }
        }
    }
}
