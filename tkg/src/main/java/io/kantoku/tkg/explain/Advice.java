package io.kantoku.tkg.explain;

/** What a person can do about a reason. Pure. */
final class Advice {
    private static final String BY_ITSELF = "; it goes on by itself then";

    private Advice() {}

    static String of(String kind, String reason, String message) {
        return switch (reason) {
            case "LoadBalancerUnreachable" ->
                "see that the load balancer's machine is on and that its Data Plane API answers at that address"
                        + BY_ITSELF;
            case "LoadBalancerRefusesCredentials" ->
                "put the right user and password into the Secret that HAProxyLoadBalancerConfig names" + BY_ITSELF;
            case "LoadBalancerNotTrusted" ->
                "put the authority of the load balancer's certificate into the Secret that HAProxyLoadBalancerConfig names"
                        + BY_ITSELF;
            case "NotADataPlaneApi", "LoadBalancerNotConfigured", "NoLoadBalancer" ->
                "correct HAProxyLoadBalancerConfig and LoadBalancerConfig" + BY_ITSELF;
            case "ReloadFailed", "ProgrammingFailed" ->
                "look at HAProxy's own log; an address outside the ranges that the appliance owns is the usual cause";
            case "NoAddress" ->
                "delete Services of type LoadBalancer or clusters that nobody needs, or add a range of virtual IPs"
                        + BY_ITSELF;
            case "CannotAllocIP", "WaitingForNetworkAddress" ->
                "scale clusters down or delete machines that nobody needs, or add a range to the workload network"
                        + BY_ITSELF;
            case "VMCreationFailed", "PoweringOnFailed" ->
                message.contains("INSUFFICIENT_RESOURCES")
                        ? "free resources (delete or switch off machines), choose a smaller VM class, or add hosts"
                                + BY_ITSELF
                        : "correct what the message names; the machine is tried again every 30 s";
            case "PoweredOff" -> "switch the machine on in the inventory";
            case "GuestFailed" -> "restart the machine, or delete its Machine object to have it replaced";
            case "NodeNotFound", "NodeConditionsFailed", "NodeConditionsUnknown" ->
                "see that the machine is on and reaches the cluster's virtual IP, or delete its Machine object to have it"
                        + " replaced";
            case "ReleaseNotFound" -> "add the release's image to the content library, or choose another version";
            case "ClusterNetworkProvisionFailed", "NamespaceNotPrepared" ->
                "let an administrator give the namespace a workload network, a resource pool and a folder";
            case "UnsupportedPort" -> "change the ports of the Service";
            default -> kind.isEmpty() || message.isEmpty() ? "" : "wait: the next step follows by itself";
        };
    }
}
