package io.kantoku.kubelet.pod;

import io.kantoku.apimachinery.KubeObject;
import io.kantoku.kubelet.cri.Image;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Gets the images of one pod's containers, with pauses between failures, and tells what happens in upstream's words. Owned by the pod's worker. */
final class ContainerImages {
    private final PodHost host;
    private final References references;
    private final Retries retries;
    private final RestartBackoff pauses = new RestartBackoff();
    private final Map<String, Instant> failed = new HashMap<>();
    private final Map<String, String> errors = new HashMap<>();

    ContainerImages(PodHost host, References references, Retries retries) {
        this.host = host;
        this.references = references;
        this.retries = retries;
    }

    /**
     * The image, which is on the node then.
     *
     * @param waiting what the container waits for so far
     * @throws ConfigurationException when it is not to be had now
     */
    Image of(KubeObject pod, PodContainer container, Optional<Waiting> waiting, Instant now) {
        String image = container.image();
        Instant since = failed.getOrDefault(image, Instant.EPOCH);
        Optional<Duration> pause = pauses.current(image, since, now);
        if (pause.isPresent()) {
            String message = "Back-off pulling image \"" + image + "\"";
            if (waiting.filter(why -> why.reason().equals("ImagePullBackOff")).isEmpty()) {
                event(pod, container, "Normal", "BackOff", message);
                event(pod, container, "Warning", "Failed", "Error: ImagePullBackOff");
            }
            retries.at(container.name(), since.plus(pause.get()));
            throw new ConfigurationException(
                    "ImagePullBackOff", message + ": ErrImagePull: " + errors.getOrDefault(image, ""));
        }
        try {
            ImagePuller.Fetched fetched = host.images()
                    .fetch(
                            pod,
                            container,
                            references,
                            () -> event(pod, container, "Normal", "Pulling", "Pulling image \"" + image + "\""));
            event(pod, container, "Normal", "Pulled", words(image, fetched));
            failed.remove(image);
            pauses.reset(image);
            return fetched.image();
        } catch (ConfigurationException e) {
            failed(pod, container, e, now);
            throw e;
        }
    }

    private static String words(String image, ImagePuller.Fetched fetched) {
        return switch (fetched) {
            case ImagePuller.Fetched.Present _ ->
                "Container image \"" + image + "\" already present on machine and can be accessed by the pod";
            case ImagePuller.Fetched.Pulled pulled ->
                "Successfully pulled image \"" + image + "\" in " + pulled.millis() + "ms (" + pulled.millis()
                        + "ms including waiting). Image size: " + pulled.image().size() + " bytes.";
        };
    }

    private void failed(KubeObject pod, PodContainer container, ConfigurationException e, Instant now) {
        String image = container.image();
        String message = String.valueOf(e.getMessage());
        errors.put(image, message);
        boolean pulled = e.reason().equals("ErrImagePull");
        event(
                pod,
                container,
                "Warning",
                pulled ? "Failed" : e.reason().equals("InvalidImageName") ? "InspectFailed" : e.reason(),
                pulled ? "Failed to pull image \"" + image + "\": " + message : message);
        event(pod, container, "Warning", "Failed", "Error: " + e.reason());
        if (pulled) {
            Instant ended = host.clock().instant();
            failed.put(image, ended);
            pauses.next(image, now);
            retries.at(container.name(), ended.plusSeconds(1)); // to say that it backs off
        } else {
            retries.failed(container.name());
        }
    }

    private void event(KubeObject pod, PodContainer container, String type, String reason, String message) {
        host.event(pod, container.fieldPath(), type, reason, message);
    }
}
