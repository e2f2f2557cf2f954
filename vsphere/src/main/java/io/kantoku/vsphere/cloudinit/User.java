package io.kantoku.vsphere.cloudinit;

import io.kantoku.vsphere.VsphereException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An account that is made at boot.
 *
 * @param groups comma-separated; {@code ""} for none
 * @param shell {@code ""} for the system's default
 * @param sudo a sudoers rule such as {@code ALL=(ALL) NOPASSWD:ALL}; {@code ""} for none
 * @param passwordHash in the form of /etc/shadow, never shown; {@code ""} for none
 * @param passwordLocked whether login by password is shut; null leaves the system's default, which is shut
 * @param authorizedKeys public SSH keys
 */
public record User(
        String name,
        String groups,
        String shell,
        String sudo,
        String passwordHash,
        @Nullable Boolean passwordLocked,
        List<String> authorizedKeys) {
    public User {
        if (name.isEmpty()) {
            throw VsphereException.invalid("a user of the cloud-config needs a name");
        }
        authorizedKeys = List.copyOf(authorizedKeys);
    }

    /** The administrator of a node, who logs in with a key. */
    public static User administrator(String name, List<String> authorizedKeys) {
        return new User(name, "", "/bin/bash", "ALL=(ALL) NOPASSWD:ALL", "", null, authorizedKeys);
    }

    @Override
    public String toString() {
        return "User[" + name + "]";
    }
}
