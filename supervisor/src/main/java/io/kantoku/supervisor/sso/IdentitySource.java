package io.kantoku.supervisor.sso;

import java.util.Optional;

/** A directory of users that is not ours. Thread-safe; calls block. */
public interface IdentitySource extends AutoCloseable {
    /** The domain of its users, for example {@code corp.example}. */
    String domain();

    /** What it is, for people: {@code LDAP}. */
    String kind();

    /** The user, if the password is right. A source that cannot be reached lets nobody in. */
    Optional<Principal> authenticate(String name, String password);

    /** The user without a password, for tokens that were given before; empty when there is none any more. */
    Optional<Principal> find(String name);

    @Override
    void close();
}
