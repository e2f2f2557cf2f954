package io.kantoku.supervisor.sso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kantoku.supervisor.FakeDocuments;
import io.kantoku.supervisor.TestClock;
import io.kantoku.supervisor.vapi.VapiError;
import io.kantoku.supervisor.vapi.VapiException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class UsersTest {
    private static final String PASSWORD = "right-one";

    private final TestClock clock = new TestClock();
    private final FakeDocuments documents = new FakeDocuments();
    private final Users users = new Users(documents, clock);

    @Test
    void knowsAUserByAnyFormOfTheName() {
        users.create("Dev", PASSWORD, List.of("team"));
        for (String login : List.of("dev", "DEV@vsphere.local", "dev@VSPHERE.LOCAL", "VSPHERE.LOCAL\\dev")) {
            assertThat(users.authenticate(login, PASSWORD))
                    .as(login)
                    .contains(new Principal("dev", "vsphere.local", List.of("team")));
        }
        assertThat(users.authenticate("dev@example.com", PASSWORD)).isEmpty();
        assertThat(users.authenticate("dev", "wrong-one")).isEmpty();
        assertThat(users.authenticate("", "")).isEmpty();
    }

    @Test
    void keepsUsersWithoutTheirPasswords() {
        users.create("dev", PASSWORD, List.of());
        assertThat(new Users(documents, clock).authenticate("dev", PASSWORD)).isPresent();
        assertThat(documents.list("sso/").toString()).doesNotContain(PASSWORD);
    }

    @Test
    void refusesNamesAndPasswordsThatCannotBeUsed() {
        assertThatThrownBy(() -> users.create("a b", PASSWORD, List.of())).hasMessageContaining("cannot name a user");
        assertThatThrownBy(() -> users.create("dev", "short", List.of())).hasMessageContaining("at least 8");
        users.create("dev", PASSWORD, List.of());
        assertThatThrownBy(() -> users.create("DEV", PASSWORD, List.of()))
                .isInstanceOfSatisfying(
                        VapiException.class, e -> assertThat(e.error()).isEqualTo(VapiError.ALREADY_EXISTS));
    }

    @Test
    void locksANameAfterFiveFailuresForAWhile() {
        users.create("dev", PASSWORD, List.of());
        users.create("other", PASSWORD, List.of());
        fail("dev", Lockout.FAILURES);
        assertThat(users.authenticate("DEV@vsphere.local", PASSWORD)).isEmpty();
        assertThat(users.authenticate("other", PASSWORD)).isPresent();
        clock.advance(Lockout.LOCKED.minusSeconds(5));
        assertThat(users.authenticate("dev", PASSWORD)).isEmpty();
        clock.advance(Duration.ofSeconds(6));
        assertThat(users.authenticate("dev", PASSWORD)).isPresent();
    }

    @Test
    void forgetsFailuresBeforeASuccessAndLongAgo() {
        users.create("dev", PASSWORD, List.of());
        fail("dev", Lockout.FAILURES - 1);
        assertThat(users.authenticate("dev", PASSWORD)).isPresent();
        fail("dev", Lockout.FAILURES - 1);
        clock.advance(Lockout.WINDOW.plusSeconds(1));
        fail("dev", Lockout.FAILURES - 1);
        assertThat(users.authenticate("dev", PASSWORD)).isPresent();
    }

    @Test
    void sessionsEndWithoutUseAndByClosing() {
        Sessions sessions = new Sessions(clock);
        Principal dev = new Principal("dev", "vsphere.local", List.of());
        String token = sessions.open(dev).token();
        clock.advance(Duration.ofMinutes(29));
        assertThat(sessions.use(token)).hasValueSatisfying(session -> {
            assertThat(session.user()).isEqualTo(dev);
            assertThat(session.toString()).doesNotContain(token);
        });
        clock.advance(Duration.ofMinutes(29));
        assertThat(sessions.use(token)).isPresent();
        clock.advance(Duration.ofMinutes(31));
        assertThat(sessions.use(token)).isEmpty();
        String other = sessions.open(dev).token();
        sessions.close(other);
        assertThat(sessions.use(other)).isEmpty();
        assertThat(sessions.use("")).isEmpty();
    }

    private void fail(String name, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(users.authenticate(name, "wrong-one")).isEmpty();
        }
    }
}
