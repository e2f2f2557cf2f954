package io.kantoku.loadbalancer.appliance;

/** How connections to virtual IPs reach HAProxy. */
enum Interception {
    /** HAProxy listens on each address. */
    NONE,
    /** One transparent listener, to which the packet filter hands connections as they are. */
    TPROXY,
    /** One listener, to which the packet filter redirects connections; costs an entry of connection tracking each. */
    REDIRECT;

    /** The port of the one listener; a virtual IP may use it as well, for that is another address. */
    static final int PORT = 15001;

    /** Where the one listener listens. A redirected packet goes to an address of the card that it came in by. */
    String listener() {
        return (this == REDIRECT ? "0.0.0.0:" : "127.0.0.1:") + PORT;
    }
}
