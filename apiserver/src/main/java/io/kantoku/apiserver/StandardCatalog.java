package io.kantoku.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.GroupResource;
import io.kantoku.apiserver.catalog.Catalog;
import io.kantoku.apiserver.catalog.ReviewType;
import io.kantoku.apiserver.registry.ResourceType;
import io.kantoku.apiserver.registry.Strategy;
import io.kantoku.apiserver.registry.TablePrinter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The built-in types of a cluster, those included that are questions and are never stored. */
public final class StandardCatalog {
    private static final List<ResourceType> TYPES = all();

    private StandardCatalog() {}

    /** What a Kubernetes version serves; for now the newest of everything, whatever the version. */
    public static List<ResourceType> types(String kubernetesVersion) {
        return TYPES;
    }

    /** The types whose objects are answered rather than stored. */
    public static Set<GroupResource> questions() {
        return Catalog.reviews().stream()
                .map(review -> review.resource().groupResource())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static List<ResourceType> all() {
        List<ResourceType> types = new ArrayList<>(Catalog.builtIn());
        Catalog.reviews().forEach(review -> types.add(question(review)));
        return List.copyOf(types);
    }

    private static ResourceType question(ReviewType review) {
        String version = review.resource().version();
        return new ResourceType(
                review.resource().groupResource(),
                review.kind(),
                review.kind() + "List",
                review.kind().toLowerCase(Locale.ROOT),
                List.of(),
                List.of(),
                review.namespaced(),
                List.of(version),
                version,
                List.of("create"),
                List.of(),
                new Strategy() {},
                Set.of(),
                NoColumns.INSTANCE);
    }

    /** The table of kinds that are never listed. */
    private static final class NoColumns implements TablePrinter {
        private static final NoColumns INSTANCE = new NoColumns();

        @Override
        public List<Column> columns() {
            return List.of();
        }

        @Override
        public List<Object> cells(ObjectNode object, Instant now) {
            return List.of();
        }
    }
}
