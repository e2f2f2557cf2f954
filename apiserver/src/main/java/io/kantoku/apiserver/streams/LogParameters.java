package io.kantoku.apiserver.streams;

import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.FieldPath;
import io.kantoku.apimachinery.GroupKind;
import io.kantoku.transport.Exchange;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The parameters of {@code pods/log}, checked as upstream checks PodLogOptions, and handed to the kubelet. */
final class LogParameters {
    private static final List<String> FLAGS = List.of("follow", "previous", "timestamps");

    private LogParameters() {}

    /**
     * The query for the kubelet.
     *
     * @throws ApiException 422 naming each parameter that is wrong
     */
    static Query read(Exchange exchange) {
        List<FieldError> errors = new ArrayList<>();
        Query query = new Query();
        for (String flag : FLAGS) {
            if (exchange.flag(flag)) {
                query.add(flag, "true");
            }
        }
        number(exchange, "tailLines", 0, query, errors);
        number(exchange, "limitBytes", 1, query, errors);
        number(exchange, "sinceSeconds", 1, query, errors);
        exchange.query("sinceTime").filter(text -> !text.isEmpty()).ifPresent(text -> {
            try {
                OffsetDateTime.parse(text);
                query.add("sinceTime", text);
            } catch (DateTimeException e) {
                errors.add(FieldError.invalid(FieldPath.of("sinceTime"), text, "must be an RFC 3339 time"));
            }
        });
        if (exchange.query("sinceTime").isPresent()
                && exchange.query("sinceSeconds").isPresent()) {
            errors.add(FieldError.forbidden(
                    FieldPath.of("sinceSeconds"), "at most one of `sinceTime` or `sinceSeconds` may be specified"));
        }
        Optional<String> stream = exchange.query("stream").filter(text -> !text.isEmpty());
        stream.ifPresent(text -> {
            if (List.of("All", "Stdout", "Stderr").contains(text)) {
                query.add("stream", text);
            } else {
                errors.add(FieldError.notSupported(
                        FieldPath.of("stream"), TextNode.valueOf(text), List.of("All", "Stderr", "Stdout")));
            }
            if (!text.equals("All") && exchange.query("tailLines").isPresent()) {
                errors.add(FieldError.forbidden(
                        FieldPath.of("tailLines"), "`tailLines` and specific `stream` are mutually exclusive for now"));
            }
        });
        if (!errors.isEmpty()) {
            throw ApiException.invalid(new GroupKind("", "PodLogOptions"), "", errors);
        }
        return query;
    }

    private static void number(Exchange exchange, String name, long least, Query query, List<FieldError> errors) {
        exchange.query(name).filter(text -> !text.isEmpty()).ifPresent(text -> {
            try {
                long value = Long.parseLong(text);
                if (value < least) {
                    errors.add(FieldError.invalid(
                            FieldPath.of(name), LongNode.valueOf(value), "must be greater than or equal to " + least));
                }
                query.add(name, Long.toString(value));
            } catch (NumberFormatException e) {
                errors.add(FieldError.invalid(FieldPath.of(name), text, "must be a number"));
            }
        });
    }
}
