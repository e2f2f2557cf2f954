package io.kantoku.cli;

import io.kantoku.cli.instance.VcenterConnection;
import io.kantoku.vsphere.net.Ipv4Address;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code up} that name a vCenter that is not ours. */
final class VcenterFlags {
    private static final String FOLDER = "kantoku";

    @Option(
            names = "--vcenter",
            paramLabel = "URL",
            description =
                    "Make machines in this vCenter, https://HOST, instead of the vSphere that Kantoku brings along.")
    private @Nullable String url;

    @Option(names = "--vcenter-user", paramLabel = "NAME", description = "Whom to log in to vCenter as.")
    private @Nullable String user;

    @Option(
            names = "--vcenter-password-file",
            paramLabel = "FILE",
            description = "The file with that user's password; it is read at each start.")
    private @Nullable Path passwordFile;

    @Option(
            names = "--vcenter-ca",
            paramLabel = "FILE",
            description = "The authority of vCenter's certificate, PEM (default: those that Java knows).")
    private @Nullable Path authorities;

    @Option(
            names = "--vcenter-datacenter",
            paramLabel = "NAME",
            description = "The datacenter; needed where vCenter has several.")
    private @Nullable String datacenter;

    @Option(
            names = "--vcenter-folder",
            paramLabel = "NAME",
            description = "The VM folder for all machines; it has to exist (default: " + FOLDER + ").")
    private @Nullable String folder;

    @Option(
            names = "--advertise-address",
            paramLabel = "IP",
            description = "With --vcenter: the address of this machine that control plane VMs reach.")
    private @Nullable String address;

    boolean given() {
        return url != null
                || user != null
                || passwordFile != null
                || authorities != null
                || datacenter != null
                || folder != null
                || address != null;
    }

    /** The connection of before with what is given now; without one before, everything that is needed has to be given. */
    VcenterConnection connection(Optional<VcenterConnection> before) {
        return new VcenterConnection(
                url == null ? before.map(VcenterConnection::url).orElseThrow(() -> missing("--vcenter")) : uri(url),
                or(user, before.map(VcenterConnection::user), "--vcenter-user"),
                or(absolute(passwordFile), before.map(VcenterConnection::passwordFile), "--vcenter-password-file"),
                authorities == null
                        ? before.flatMap(VcenterConnection::authorities)
                        : Optional.of(authorities.toAbsolutePath()),
                datacenter == null ? before.map(VcenterConnection::datacenter).orElse("") : datacenter,
                folder == null ? before.map(VcenterConnection::folder).orElse(FOLDER) : folder,
                address == null
                        ? before.map(VcenterConnection::address).orElseThrow(() -> missing("--advertise-address"))
                        : ip(address));
    }

    private static @Nullable Path absolute(@Nullable Path file) {
        return file == null ? null : file.toAbsolutePath();
    }

    private static <T> T or(@Nullable T given, Optional<T> before, String option) {
        return given == null ? before.orElseThrow(() -> missing(option)) : given;
    }

    private static URI uri(String text) {
        try {
            URI uri = new URI(text);
            if ("https".equals(uri.getScheme()) && uri.getHost() != null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw usage("--vcenter takes a URL such as https://vcenter.example, not '" + text + "': " + e.getReason());
        }
        throw usage("--vcenter takes a URL such as https://vcenter.example, not '" + text + "'");
    }

    private static String ip(String text) {
        try {
            return Ipv4Address.parse(text).toString();
        } catch (IllegalArgumentException e) {
            throw usage("--advertise-address takes an IPv4 address of this machine, not '" + text + "'");
        }
    }

    private static CliException missing(String option) {
        return usage("a vCenter of one's own needs " + option
                + " (also --vcenter, --vcenter-user, --vcenter-password-file and --advertise-address)");
    }

    private static CliException usage(String message) {
        return new CliException(CliException.ExitCode.USAGE, message);
    }
}
