package io.kantoku.client;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Controllers that start and stop together and share one subscription per collection, so that a change is read once however
 * many of them watch it.
 */
public final class ControllerGroup implements AutoCloseable {
    private final Clusters clusters;
    private final ControllerSettings settings;
    private final List<Controller> controllers;
    private final List<AutoCloseable> companions;

    public ControllerGroup(Clusters clusters, ControllerSettings settings, Collection<Controller> controllers) {
        this(clusters, settings, controllers, List.of());
    }

    /** {@code companions} are closed after the controllers, in reverse order. */
    public ControllerGroup(
            Clusters clusters,
            ControllerSettings settings,
            Collection<Controller> controllers,
            List<AutoCloseable> companions) {
        this.clusters = clusters;
        this.settings = settings;
        this.controllers = List.copyOf(controllers);
        this.companions = List.copyOf(companions);
    }

    /** Subscribes and begins to work; returns at once. */
    public ControllerGroup start() {
        SubscriptionHub hub = new SubscriptionHub(clusters);
        controllers.forEach(controller -> controller.start(clusters, hub, settings));
        hub.open();
        return this;
    }

    public List<Controller> controllers() {
        return controllers;
    }

    /** What each controller is doing now. */
    public List<ControllerStatus> status() {
        return controllers.stream().map(Controller::status).toList();
    }

    /** Stops all controllers; returns when none works any more. */
    @Override
    public void close() {
        List<AutoCloseable> open = new ArrayList<>(companions);
        try {
            for (Controller controller : controllers.reversed()) {
                controller.stop();
            }
            for (AutoCloseable companion : open.reversed()) {
                companion.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            throw new IllegalStateException("a controller's companion could not be closed", e);
        }
    }
}
