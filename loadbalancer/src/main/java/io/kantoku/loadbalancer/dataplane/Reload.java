package io.kantoku.loadbalancer.dataplane;

import io.kantoku.loadbalancer.model.DataPlaneException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One reload, from its announcement to its end; shared by all changes that it brings into effect. */
final class Reload {
    private final String id;
    private final CompletableFuture<ReloadStatus> end = new CompletableFuture<>();

    Reload(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    void succeeded(Instant when) {
        end.complete(new ReloadStatus(id, ReloadStatus.State.SUCCEEDED, when.getEpochSecond(), null));
    }

    void failed(Instant when, String response) {
        end.complete(new ReloadStatus(id, ReloadStatus.State.FAILED, when.getEpochSecond(), response));
    }

    ReloadStatus status() {
        return end.getNow(new ReloadStatus(id, ReloadStatus.State.IN_PROGRESS, null, null));
    }

    /**
     * Waits for the end; false when it does not come in time.
     *
     * @throws DataPlaneException BAD_REQUEST when the reload failed
     */
    boolean await(Duration longest) {
        try {
            ReloadStatus status = end.get(longest.toMillis(), TimeUnit.MILLISECONDS);
            if (status.status() == ReloadStatus.State.FAILED) {
                throw DataPlaneException.badRequest(
                        "the reload failed and the change was taken back: " + status.response());
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DataPlaneException(
                    DataPlaneException.Code.INTERNAL, "interrupted while reload " + id + " runs", e);
        } catch (TimeoutException e) {
            return false; // its status tells how it goes on
        } catch (ExecutionException e) {
            throw new IllegalStateException("a reload never ends with an exception", e);
        }
    }
}
