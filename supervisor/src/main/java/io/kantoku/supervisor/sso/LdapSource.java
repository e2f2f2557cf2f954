package io.kantoku.supervisor.sso;

import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPConnectionPool;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPURL;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import com.unboundid.ldap.sdk.SimpleBindRequest;
import com.unboundid.ldap.sdk.SingleServerSet;
import com.unboundid.util.ssl.SSLUtil;
import com.unboundid.util.ssl.TrustStoreTrustManager;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Users and groups of an LDAP directory (RFC 4511), as OpenLDAP and Active Directory keep them: the user is searched for with a reader's
 * account, and then bound as with the password that was given; groups are those that have the user as a member.
 */
public final class LdapSource implements IdentitySource {
    private static final Logger LOG = LoggerFactory.getLogger(LdapSource.class);
    private static final int CONNECTIONS = 4;
    private static final int LIMIT_MILLIS = 5_000;

    /**
     * Where the directory is and how it is read.
     *
     * @param url {@code ldaps://ldap.example:636}; {@code ldap://} only where the way there is safe
     * @param bindDn who reads; {@code ""} to read as nobody
     * @param bindPassword never printed
     * @param userBase below which users are, and {@code userAttribute} holds their login names: {@code uid}, or
     *     {@code sAMAccountName} of Active Directory
     * @param groupBase below which groups are, which name their members by {@code member} or {@code uniqueMember}
     * @param administrators the group whose members administer vCenter; {@code ""} for none
     * @param trustStore a PKCS #12 or JKS file with the authorities of an {@code ldaps} server; {@code ""} for Java's own
     */
    public record Options(
            String domain,
            String url,
            String bindDn,
            String bindPassword,
            String userBase,
            String userAttribute,
            String groupBase,
            String administrators,
            String trustStore) {
        @Override
        public String toString() {
            return "Options[" + domain + " " + url + "]";
        }
    }

    private final Options options;
    private final LDAPConnectionPool pool;

    private LdapSource(Options options, LDAPConnectionPool pool) {
        this.options = options;
        this.pool = pool;
    }

    /**
     * Sets the source up; the directory need not answer yet.
     *
     * @throws IllegalArgumentException when the URL or trust store cannot be used
     */
    public static LdapSource open(Options options) {
        try {
            LDAPURL url = new LDAPURL(options.url());
            LDAPConnectionOptions limits = new LDAPConnectionOptions();
            limits.setConnectTimeoutMillis(LIMIT_MILLIS);
            limits.setResponseTimeoutMillis(LIMIT_MILLIS);
            var servers = url.getScheme().equals("ldaps")
                    ? new SingleServerSet(url.getHost(), url.getPort(), tls(options), limits)
                    : new SingleServerSet(url.getHost(), url.getPort(), limits);
            SimpleBindRequest reader = options.bindDn().isEmpty()
                    ? new SimpleBindRequest()
                    : new SimpleBindRequest(options.bindDn(), options.bindPassword());
            LDAPConnectionPool pool = new LDAPConnectionPool(servers, reader, 0, CONNECTIONS, null, false);
            pool.setRetryFailedOperationsDueToInvalidConnections(true);
            return new LdapSource(options, pool);
        } catch (LDAPException | GeneralSecurityException e) {
            throw new IllegalArgumentException("LDAP at " + options.url() + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static SSLSocketFactory tls(Options options) throws GeneralSecurityException {
        return options.trustStore().isEmpty()
                ? (SSLSocketFactory) SSLSocketFactory.getDefault()
                : new SSLUtil(new TrustStoreTrustManager(options.trustStore())).createSSLSocketFactory();
    }

    @Override
    public String domain() {
        return options.domain();
    }

    @Override
    public String kind() {
        return "LDAP";
    }

    @Override
    public Optional<Principal> authenticate(String name, String password) {
        if (password.isEmpty()) {
            return Optional.empty(); // a bind without a password succeeds, as nobody (RFC 4513, 5.1.2)
        }
        try {
            Optional<SearchResultEntry> user = entry(name);
            if (user.isEmpty() || !bindsAs(user.get().getDN(), password)) {
                return Optional.empty();
            }
            return Optional.of(principal(name, user.get()));
        } catch (LDAPException e) {
            return unavailable(e);
        }
    }

    @Override
    public Optional<Principal> find(String name) {
        try {
            Optional<SearchResultEntry> user = entry(name);
            return user.isEmpty() ? Optional.empty() : Optional.of(principal(name, user.get()));
        } catch (LDAPException e) {
            return unavailable(e);
        }
    }

    @Override
    public void close() {
        pool.close();
    }

    private Optional<Principal> unavailable(LDAPException e) {
        LOG.atWarn()
                .setMessage("directory cannot be read")
                .addKeyValue("domain", options.domain())
                .addKeyValue("code", e.getResultCode())
                .setCause(e)
                .log();
        return Optional.empty();
    }

    /** The one user of that name; two are none, for the right one cannot be told. */
    private Optional<SearchResultEntry> entry(String name) throws LDAPException {
        List<SearchResultEntry> found = pool.search(
                        options.userBase(),
                        SearchScope.SUB,
                        Filter.createEqualityFilter(options.userAttribute(), name),
                        "1.1")
                .getSearchEntries();
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    /** On a connection of its own, which nobody uses as that user afterwards. */
    private boolean bindsAs(String dn, String password) throws LDAPException {
        LDAPConnection connection = pool.getServerSet().getConnection();
        try {
            connection.bind(dn, password);
            return true;
        } catch (LDAPException e) {
            if (e.getResultCode().equals(ResultCode.INVALID_CREDENTIALS)) {
                return false;
            }
            throw e;
        } finally {
            connection.close();
        }
    }

    private Principal principal(String name, SearchResultEntry user) throws LDAPException {
        List<String> groups = new ArrayList<>();
        Filter member = Filter.createORFilter(
                Filter.createEqualityFilter("member", user.getDN()),
                Filter.createEqualityFilter("uniqueMember", user.getDN()));
        for (SearchResultEntry group :
                pool.search(options.groupBase(), SearchScope.SUB, member, "cn").getSearchEntries()) {
            String groupName = group.getAttributeValue("cn");
            if (groupName != null) {
                groups.add(groupName);
            }
        }
        // The group that administers vCenter is told by its configuration, never by its name alone.
        boolean administrator = !options.administrators().isEmpty() && groups.contains(options.administrators());
        groups.removeAll(Privileges.GROUPS);
        if (administrator) {
            groups.add(Principal.ADMINISTRATORS);
        }
        return new Principal(name.toLowerCase(Locale.ROOT), options.domain(), groups);
    }
}
