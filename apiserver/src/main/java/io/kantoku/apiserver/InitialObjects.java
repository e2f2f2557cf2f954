package io.kantoku.apiserver;

import io.kantoku.apimachinery.ApiException;
import io.kantoku.apimachinery.GroupVersionResource;
import io.kantoku.apimachinery.KubeObject;
import io.kantoku.client.KubeClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Makes objects that a cluster begins with, unless they exist: all at once, so that the store can write them together. */
final class InitialObjects {
    private InitialObjects() {}

    /** One of them. */
    record Item(GroupVersionResource resource, KubeObject object) {}

    /** Returns when all are there. */
    static void ensure(KubeClient admin, List<Item> items) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            items.forEach(item -> running.add(threads.submit(() -> ensure(admin, item))));
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ApiException refusal ? refusal : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a cluster was being prepared", e);
        }
    }

    private static void ensure(KubeClient admin, Item item) {
        if (admin.find(item.resource(), item.object().namespacedName()).isPresent()) {
            return;
        }
        try {
            admin.create(item.resource(), item.object());
        } catch (ApiException e) {
            if (!e.isAlreadyExists()) {
                throw e;
            }
        }
    }
}
