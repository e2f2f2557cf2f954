package io.kantoku.supervisor.sso;

import java.util.Set;

/**
 * What members of vCenter's own groups may do through its API, by the privileges that its operations name. Everybody who is logged in
 * reads what is theirs; what somebody may do inside a namespace is Kubernetes' to say.
 */
public final class Privileges {
    /** Members see everything and change nothing. */
    public static final String READ_ONLY = "ReadOnlyUsers";

    /** Members manage Workload Management, and neither users nor machines. */
    public static final String PROVIDERS = "ServiceProviderUsers";

    /** Groups that give privileges: those of other directories are never taken for them. */
    static final Set<String> GROUPS = Set.of(Principal.ADMINISTRATORS, PROVIDERS, READ_ONLY);

    private static final Set<String> OF_PROVIDERS = Set.of("Namespaces", "VirtualMachineClasses");

    private Privileges() {}

    /**
     * Whether the user has a privilege.
     *
     * @param privilege in vCenter's form, for example {@code Namespaces.Configure}
     */
    public static boolean has(Principal user, String privilege) {
        boolean provided = OF_PROVIDERS.contains(privilege.substring(0, privilege.indexOf('.')));
        return user.administrator() || (provided && user.groups().contains(PROVIDERS));
    }

    /** Whether the user sees the machines and namespaces of others. */
    public static boolean readsEverything(Principal user) {
        return user.administrator()
                || user.groups().contains(PROVIDERS)
                || user.groups().contains(READ_ONLY);
    }
}
