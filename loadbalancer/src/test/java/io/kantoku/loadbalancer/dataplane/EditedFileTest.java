package io.kantoku.loadbalancer.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.kantoku.loadbalancer.dataplane.ApiHarness.Reply;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration's file in the hands of others. */
class EditedFileTest {
    @TempDir
    private Path directory;

    /** An editor empties the file before it fills it. */
    @Test
    void halfAFileIsNotTakenForTheWhole() throws Exception {
        try (ApiHarness api = new ApiHarness(directory)) {
            Path file = directory.resolve("haproxy.cfg");
            String edited = Files.readString(file).replace("maxconn 100", "maxconn 200");
            Thread reader = Thread.ofPlatform().unstarted(api.configuration::refresh);

            Files.writeString(file, "");
            reader.start();
            while (reader.getState() != Thread.State.TIMED_WAITING && reader.isAlive()) {
                Thread.onSpinWait();
            }
            Files.writeString(file, edited);
            reader.join();

            Reply answer = api.call("GET", ApiHarness.BASE + "/configuration/global");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body().at("/data/maxconn").asInt()).isEqualTo(200);
            assertThat(Files.readString(file)).contains("maxconn 200", "userlist controller");
        }
    }
}
