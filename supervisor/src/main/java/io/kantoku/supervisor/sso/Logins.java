package io.kantoku.supervisor.sso;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Everybody who can log in: the local users, and those of other directories by their domains. Names lock after failed logins. */
public final class Logins {
    private final Users users;
    private final List<IdentitySource> sources;
    private final Lockout lockout;

    public Logins(Users users, List<IdentitySource> sources, InstantSource clock) {
        this.users = users;
        this.sources = List.copyOf(sources);
        this.lockout = new Lockout(clock);
    }

    /** Local users only. */
    public static Logins local(Users users) {
        return new Logins(users, List.of(), InstantSource.system());
    }

    /**
     * The user, if the password is right and the name is not locked after failed logins.
     *
     * @param login {@code user@domain} or {@code DOMAIN\\user}; a bare name is a local user's
     */
    public Optional<Principal> authenticate(String login, String password) {
        String[] parts = Principal.split(login, Users.DOMAIN);
        Optional<IdentitySource> source = source(parts[1]);
        if (source.isEmpty()) {
            return users.authenticate(login, password);
        }
        String name = parts[0] + "@" + parts[1];
        if (lockout.locked(name)) {
            return Optional.empty(); // the directory is not asked, so that nobody is locked there from here
        }
        Optional<Principal> user = source.get().authenticate(parts[0], password);
        if (user.isPresent()) {
            lockout.succeeded(name);
        } else {
            lockout.failed(name);
        }
        return user;
    }

    /** The user of an ID token; empty when no provider that is known issued it, or it is not good. */
    public Optional<Principal> authenticate(String token) {
        return oidc().filter(source -> source.issued(token)).findFirst().flatMap(source -> {
            try {
                return Optional.of(source.user(token));
            } catch (OidcException e) {
                return Optional.empty();
            }
        });
    }

    /** The OpenID Connect providers. */
    public Stream<OidcSource> oidc() {
        return sources.stream().filter(OidcSource.class::isInstance).map(OidcSource.class::cast);
    }

    /** The user of a name and domain, as the source knows them now. */
    public Optional<Principal> find(String name, String domain) {
        return source(domain).map(source -> source.find(name)).orElseGet(() -> users.find(name));
    }

    /** The kinds and domains of all sources, the local one first. */
    public List<Source> sources() {
        List<Source> all = new ArrayList<>();
        all.add(new Source("LOCAL", Users.DOMAIN));
        sources.forEach(source -> all.add(new Source(source.kind(), source.domain())));
        return all;
    }

    /** A source, as clients may know it. */
    public record Source(String kind, String domain) {}

    private Optional<IdentitySource> source(String domain) {
        String lower = domain.toLowerCase(Locale.ROOT);
        return sources.stream()
                .filter(source -> source.domain().toLowerCase(Locale.ROOT).equals(lower))
                .findFirst();
    }
}
