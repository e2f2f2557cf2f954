package io.kantoku.vsphere.vcenter;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;

/**
 * Which vCenter, as whom, and what of it is ours to use.
 *
 * @param url {@code https://vcenter.example}
 * @param authorities whom to trust for its certificate
 * @param password never printed
 * @param datacenter the name of the one that machines are in; {@code ""} where vCenter has only one
 * @param folder the name of the VM folder that all machines are put into; it must exist, for the REST API makes no folders
 * @param tag the name of the tag that marks our machines
 * @param poll how often machines are looked at: the REST API tells of no changes by itself
 */
public record VcenterOptions(
        URI url,
        List<X509Certificate> authorities,
        String user,
        String password,
        String datacenter,
        String folder,
        String tag,
        Duration poll) {
    public VcenterOptions {
        authorities = List.copyOf(authorities);
    }

    @Override
    public String toString() {
        return "VcenterOptions[" + user + " at " + url + "]";
    }
}
