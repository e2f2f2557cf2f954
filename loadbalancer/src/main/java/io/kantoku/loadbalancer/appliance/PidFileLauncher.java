package io.kantoku.loadbalancer.appliance;

import io.kantoku.loadbalancer.dataplane.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Remembers the process in a file: its pid and when it started, for a pid alone may be another's by now. */
record PidFileLauncher(Path file) implements EngineLauncher {
    @Override
    public Optional<EngineProcess> find() throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String[] words = Files.readString(file).strip().split(" ");
        return ProcessHandle.of(Long.parseLong(words[0]))
                .filter(ProcessHandle::isAlive)
                .filter(h -> h.info()
                        .startInstant()
                        .filter(i -> i.equals(Instant.parse(words[1])))
                        .isPresent())
                .map(Handle::new);
    }

    @Override
    public EngineProcess launch(List<String> command, Path log) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        process.getOutputStream().close();
        Instant start = process.info().startInstant().orElse(Instant.EPOCH);
        DurableFile.write(file, process.pid() + " " + start + "\n");
        return new Handle(process.toHandle());
    }

    private record Handle(ProcessHandle handle) implements EngineProcess {
        @Override
        public long pid() {
            return handle.pid();
        }

        @Override
        public boolean alive() {
            return handle.isAlive();
        }

        @Override
        public CompletableFuture<?> exit() {
            return handle.onExit();
        }

        @Override
        public void end() {
            handle.destroy();
            try {
                handle.onExit().get(5, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                handle.destroyForcibly();
                handle.onExit().join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                handle.destroyForcibly();
            } catch (ExecutionException e) {
                throw new IllegalStateException("the end of a process is no exception", e);
            }
        }
    }
}
