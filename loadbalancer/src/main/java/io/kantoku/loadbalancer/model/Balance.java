package io.kantoku.loadbalancer.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a backend picks a server: {@code balance hdr(Host) use_domain_only}, {@code balance uri len 5 whole}. */
public record Balance(
        @Nullable String algorithm,
        @JsonProperty("hdr_name") @Nullable String hdrName,
        @JsonProperty("hdr_use_domain_only") @Nullable Boolean hdrUseDomainOnly,
        @JsonProperty("random_draws") @Nullable Integer randomDraws,
        @JsonProperty("rdp_cookie_name") @Nullable String rdpCookieName,
        @JsonProperty("uri_depth") @Nullable Integer uriDepth,
        @JsonProperty("uri_len") @Nullable Integer uriLen,
        @JsonProperty("uri_whole") @Nullable Boolean uriWhole,
        @JsonProperty("url_param") @Nullable String urlParam,
        @JsonProperty("url_param_check_post") @Nullable Integer urlParamCheckPost,
        @JsonProperty("url_param_max_wait") @Nullable Integer urlParamMaxWait) {
    static final List<String> ALGORITHMS = List.of(
            "roundrobin",
            "static-rr",
            "leastconn",
            "first",
            "source",
            "uri",
            "url_param",
            "hdr",
            "random",
            "rdp-cookie");

    public static final Balance ROUND_ROBIN = of("roundrobin");

    /** An algorithm that needs nothing else. */
    public static Balance of(String algorithm) {
        return new Balance(algorithm, null, null, null, null, null, null, null, null, null, null);
    }

    static @Nullable Balance read(Section section) {
        Words words = section.rest("balance");
        if (words == null || words.size() == 0) {
            return null;
        }
        String first = words.at(0);
        int open = first.indexOf('(');
        boolean argument = open > 0 && first.endsWith(")");
        String algorithm = argument ? first.substring(0, open) : first;
        String inner = argument ? first.substring(open + 1, first.length() - 1) : null;
        return new Balance(
                algorithm,
                algorithm.equals("hdr") ? inner : null,
                Parameters.there(words, "use_domain_only"),
                algorithm.equals("random") && inner != null && inner.matches("\\d{1,9}")
                        ? Integer.valueOf(inner)
                        : null,
                algorithm.equals("rdp-cookie") ? inner : null,
                Parameters.integer(words, "depth"),
                Parameters.integer(words, "len"),
                Parameters.there(words, "whole"),
                algorithm.equals("url_param") ? Parameters.text(words, "url_param") : null,
                Parameters.integer(words, "check_post"),
                Parameters.integer(words, "max_wait"));
    }

    static Section write(Section section, @Nullable Balance balance) {
        return section.replaceAll(
                line -> line.startsWith("balance"), balance == null ? List.of() : List.of(balance.words()));
    }

    private Words words() {
        List<String> words = new ArrayList<>();
        words.add("balance");
        words.add(algorithm
                + switch (algorithm == null ? "" : algorithm) {
                    case "hdr" -> argument(hdrName);
                    case "random" -> argument(randomDraws);
                    case "rdp-cookie" -> argument(rdpCookieName);
                    default -> "";
                });
        if ("url_param".equals(algorithm) && urlParam != null) {
            words.add(urlParam);
        }
        words.addAll(new Parameters()
                .flag("use_domain_only", hdrUseDomainOnly)
                .add("len", uriLen)
                .add("depth", uriDepth)
                .flag("whole", uriWhole)
                .add("check_post", urlParamCheckPost)
                .add("max_wait", urlParamMaxWait)
                .words()
                .list());
        return new Words(words);
    }

    private static String argument(@Nullable Object value) {
        return value == null ? "" : "(" + value + ")";
    }

    void validate() {
        if (algorithm == null) {
            throw DataPlaneException.required("balance.algorithm");
        }
        Names.checkOneOf("balance.algorithm", algorithm, ALGORITHMS);
        if (algorithm.equals("hdr")) {
            Names.checkWord("balance.hdr_name", hdrName);
        }
        if (algorithm.equals("url_param")) {
            Names.checkWord("balance.url_param", urlParam);
        }
        Names.checkText("balance.rdp_cookie_name", rdpCookieName);
    }
}
