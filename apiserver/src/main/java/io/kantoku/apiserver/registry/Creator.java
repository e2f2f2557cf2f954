package io.kantoku.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.FieldError;
import io.kantoku.apimachinery.SafeNames;
import io.kantoku.apiserver.admission.AdmissionRequest;
import io.kantoku.apiserver.admission.AdmissionRequest.Operation;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Creates objects: defaults, admission, what the server alone decides, validation, and only then the store. */
final class Creator {
    private static final int GENERATED_NAMES = 8;
    private static final List<String> SERVER_DECIDES =
            List.of("deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "generation", "resourceVersion");

    /** Kinds that report their status when they register. */
    private static final Set<String> KEEP_STATUS = Set.of("nodes");

    private final Commit commit;
    private final AdmissionChain admission;
    private final FieldOwnership ownership;
    private final InstantSource clock;
    private final RandomGenerator random;

    Creator(
            Commit commit,
            AdmissionChain admission,
            FieldOwnership ownership,
            InstantSource clock,
            RandomGenerator random) {
        this.commit = commit;
        this.admission = admission;
        this.ownership = ownership;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Creates an object.
     *
     * @param body the object in the target's version; belongs to this method
     * @param owned whether the body says already who owns its fields
     * @throws ApiException 409 AlreadyExists, 422 Invalid, 403 from admission
     */
    StoredObject create(Target target, ObjectNode body, WriteOptions options, boolean owned) {
        boolean generated = body.path("metadata").path("name").asText().isEmpty()
                && !body.path("metadata").path("generateName").asText().isEmpty();
        for (int attempt = 1; ; attempt++) {
            ObjectNode object = generated ? body.deepCopy() : body;
            Optional<StoredObject> created = attempt(target, object, options, owned);
            if (created.isPresent()) {
                return created.get();
            }
            if (!generated || attempt == GENERATED_NAMES) {
                String name = object.path("metadata").path("name").asText();
                throw ApiException.alreadyExists(target.type().name(), name);
            }
        }
    }

    private Optional<StoredObject> attempt(Target asked, ObjectNode body, WriteOptions options, boolean owned) {
        ResourceType type = asked.type();
        if (!body.path("metadata").path("resourceVersion").asText().isEmpty()) {
            throw ApiException.badRequest("resourceVersion should not be set on objects to be created");
        }
        UnknownFields.dropServed(type, body, asked.version(), options);
        ObjectNode object = Conversions.toStored(type, body, asked.version());
        UnknownFields.drop(type, object, options);
        type.strategy().applyDefaults(object);
        type.strategy().complete(object);
        if (!owned) {
            ownership.record(asked, object, null, options.fieldManager());
        }

        ObjectNode metadata = object.withObjectProperty("metadata");
        AdmissionRequest before = AdmissionChain.request(
                asked.named(metadata.path("name").asText()), Operation.CREATE, object, null, options);
        ownership.keeping(object, options, () -> admission.mutate(before));
        nameIt(metadata);
        Target target = asked.named(metadata.path("name").asText());

        SERVER_DECIDES.forEach(metadata::remove);
        metadata.put("creationTimestamp", Instants.text(clock.instant()));
        metadata.put("uid", Uids.next(random));
        Generations.begin(type, object);
        if (type.hasStatus(asked.version()) && !KEEP_STATUS.contains(type.name().toString())) {
            object.remove("status");
        }
        type.strategy().prepareForCreate(object);
        type.strategy().complete(object);
        admission.complete(AdmissionChain.request(target, Operation.CREATE, object, null, options));

        List<FieldError> errors = new ArrayList<>(MetadataRules.check(type, object));
        errors.addAll(type.strategy().validate(object));
        if (!errors.isEmpty()) {
            throw ApiException.invalid(target.kind(), target.name().name(), errors);
        }
        admission.validate(AdmissionChain.request(target, Operation.CREATE, object, null, options));
        options.warnings().addAll(type.strategy().warnings(object));
        return owned
                ? commit.create(target.key(), object, options.dryRun())
                : ownership.orWithout(object, () -> commit.create(target.key(), object, options.dryRun()));
    }

    private void nameIt(ObjectNode metadata) {
        String base = metadata.path("generateName").asText();
        if (metadata.path("name").asText().isEmpty() && !base.isEmpty()) {
            metadata.put("name", SafeNames.generate(base, random));
        }
    }
}
