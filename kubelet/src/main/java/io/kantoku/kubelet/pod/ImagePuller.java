package io.kantoku.kubelet.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.Json;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.kubelet.NodeException;
import io.kantoku.kubelet.cri.CriRuntime.Credentials;
import io.kantoku.kubelet.cri.GrpcException;
import io.kantoku.kubelet.cri.Image;
import io.kantoku.kubelet.image.ImageException;
import io.kantoku.kubelet.image.ImageName;
import io.kantoku.kubelet.image.ImageStore;
import io.kantoku.kubelet.image.ImageStore.StoredImage;
import io.kantoku.kubelet.runtime.Containerd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Makes images be on the node: from the instance's store, or from their registry. Thread-safe; an image is fetched once at a time. */
public final class ImagePuller {
    /** How an image came to be there. */
    sealed interface Fetched {
        Image image();

        record Present(Image image) implements Fetched {}

        record Pulled(Image image, long millis) implements Fetched {}
    }

    private final Containerd containerd;
    private final ImageStore store;
    private final ConcurrentMap<String, ReentrantLock> fetching = new ConcurrentHashMap<>();

    public ImagePuller(Containerd containerd, ImageStore store) {
        this.containerd = containerd;
        this.store = store;
    }

    /** When a container's image is pulled: as it says, or by its tag. */
    static String policy(PodContainer container) {
        String policy = container.json().path("imagePullPolicy").asText();
        return !policy.isEmpty() ? policy : ImageName.latest(container.image()) ? "Always" : "IfNotPresent";
    }

    /** Makes an image of ours, such as that of sandboxes, be there. */
    public void ensure(String name) {
        exclusively(
                name,
                () -> ofStore(name)
                        .orElseThrow(() -> new ImageException(
                                ImageException.Code.NOT_FOUND, "the instance has no image " + name)));
    }

    /**
     * The image of a container.
     *
     * @param pulling is run before an image is fetched
     * @throws ConfigurationException with {@code ErrImagePull}, {@code ErrImageNeverPull} or {@code InvalidImageName}
     */
    Fetched fetch(KubeObject pod, PodContainer container, References references, Runnable pulling) {
        String name;
        try {
            name = ImageName.full(container.image());
        } catch (ImageException e) {
            throw new ConfigurationException("InvalidImageName", String.valueOf(e.getMessage()));
        }
        try {
            return exclusively(name, () -> fetchNow(pod, container, name, references, pulling));
        } catch (GrpcException e) {
            throw new ConfigurationException("ErrImagePull", e.described());
        } catch (NodeException | ImageException e) {
            throw new ConfigurationException("ErrImagePull", String.valueOf(e.getMessage()));
        }
    }

    private Fetched fetchNow(
            KubeObject pod, PodContainer container, String name, References references, Runnable pulling) {
        String policy = policy(container);
        long begun = System.nanoTime();
        boolean always = policy.equals("Always");
        Optional<Image> stored = ofStore(name);
        if (stored.isPresent()) {
            if (!always) {
                return new Fetched.Present(stored.get());
            }
            pulling.run();
            return new Fetched.Pulled(stored.get(), (System.nanoTime() - begun) / 1_000_000);
        }
        Optional<Image> present = always ? Optional.empty() : containerd.cri().image(name);
        if (present.isPresent()) {
            return new Fetched.Present(present.get());
        }
        if (policy.equals("Never")) {
            throw new ConfigurationException(
                    "ErrImageNeverPull",
                    "Container image \"" + container.image() + "\" is not present with pull policy of Never");
        }
        pulling.run();
        return new Fetched.Pulled(
                pull(name, credentials(pod, name, references)), (System.nanoTime() - begun) / 1_000_000);
    }

    private Image pull(String name, List<Credentials> candidates) {
        GrpcException refused = null;
        List<Optional<Credentials>> attempts = new ArrayList<>();
        candidates.forEach(known -> attempts.add(Optional.of(known)));
        if (attempts.isEmpty()) {
            attempts.add(Optional.empty());
        }
        for (Optional<Credentials> known : attempts) {
            try {
                String id = containerd.cri().pullImage(name, known);
                return containerd
                        .cri()
                        .image(id)
                        .orElseThrow(() -> new GrpcException(
                                GrpcException.Code.NOT_FOUND, "the image " + name + " has gone after it was pulled"));
            } catch (GrpcException e) {
                refused = e;
            }
        }
        throw refused;
    }

    /** The instance's image, imported if the node does not have it, or has an earlier one of that name. */
    private Optional<Image> ofStore(String name) {
        Optional<StoredImage> stored = store.find(name);
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        Path archive = stored.get().archive();
        Path note = note(name);
        try {
            boolean current = Files.exists(note)
                    && Files.readString(note).equals(archive.getFileName().toString());
            Optional<Image> present = containerd.cri().image(name);
            if (current && present.isPresent()) {
                return present;
            }
            containerd.importArchive(archive, name);
            Files.createDirectories(note.getParent());
            Files.writeString(note, archive.getFileName().toString());
            return containerd.cri().image(name);
        } catch (IOException e) {
            throw new NodeException(
                    NodeException.Code.BAD_CONFIGURATION,
                    "the image " + name + " cannot be taken over: " + e.getMessage(),
                    e);
        }
    }

    /** Says which archive the node has imported an image from. */
    private Path note(String name) {
        String file =
                UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
        return containerd.layout().directory().resolve("imported").resolve(file);
    }

    private static List<Credentials> credentials(KubeObject pod, String name, References references) {
        String registry = name.substring(0, name.indexOf('/'));
        List<Credentials> found = new ArrayList<>();
        for (JsonNode reference : pod.at("spec", "imagePullSecrets")) {
            String config =
                    references.secret(reference.path("name").asText(), true).getOrDefault(".dockerconfigjson", "");
            if (!config.isEmpty()) {
                found.addAll(ofConfig(config, registry));
            }
        }
        return found;
    }

    private static List<Credentials> ofConfig(String config, String registry) {
        List<Credentials> found = new ArrayList<>();
        try {
            JsonNode auths = Json.parse(config.getBytes(StandardCharsets.UTF_8)).path("auths");
            auths.properties().forEach(entry -> {
                String server = entry.getKey().replaceFirst("^https?://", "").replaceFirst("/.*$", "");
                if (server.equals(registry) || (server.equals("index.docker.io") && registry.equals("docker.io"))) {
                    found.add(of(entry.getValue()));
                }
            });
        } catch (ApiException | IllegalArgumentException e) {
            return List.of(); // as upstream: a broken secret is one that does not help
        }
        return found;
    }

    private static Credentials of(JsonNode auth) {
        String encoded = auth.path("auth").asText();
        if (encoded.isEmpty()) {
            return new Credentials(
                    auth.path("username").asText(), auth.path("password").asText());
        }
        String pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        int colon = Math.max(0, pair.indexOf(':'));
        return new Credentials(pair.substring(0, colon), pair.substring(Math.min(pair.length(), colon + 1)));
    }

    private <T> T exclusively(String name, Supplier<T> action) {
        ReentrantLock lock = fetching.computeIfAbsent(name, _ -> new ReentrantLock());
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
