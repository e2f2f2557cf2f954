package io.kantoku.vsphere.embedded;

import io.kantoku.vsphere.library.Release;
import java.util.List;

/** The Kubernetes releases that come with Kantoku, as they are in the content library. */
final class ReleaseCatalog {
    static final List<Release> RELEASES = List.of(
            Release.own(20100101, "v1.18.5+kantoku.1"),
            Release.own(20100102, "v1.18.5+kantoku.2"),
            Release.own(20100110, "v1.18.10+kantoku.1"),
            Release.own(20100115, "v1.18.15+kantoku.1"),
            Release.own(20100120, "v1.18.20+kantoku.1"),
            Release.own(20100201, "v1.19.7+kantoku.1"),
            Release.own(20100202, "v1.19.11+kantoku.1"),
            Release.own(20100203, "v1.19.16+kantoku.1"),
            Release.own(20100301, "v1.20.2+kantoku.1"),
            Release.own(20100302, "v1.20.8+kantoku.1"),
            Release.own(20100303, "v1.20.15+kantoku.1"),
            Release.own(20100401, "v1.21.14+kantoku.1"),
            Release.own(20100501, "v1.22.17+kantoku.1"),
            Release.own(20100601, "v1.23.17+kantoku.1"),
            Release.own(20100701, "v1.24.17+kantoku.1"),
            Release.own(20100801, "v1.25.16+kantoku.1"),
            Release.own(20100901, "v1.26.15+kantoku.1"),
            Release.own(20101001, "v1.27.16+kantoku.1"),
            Release.own(20101101, "v1.28.15+kantoku.1"),
            Release.own(20101201, "v1.29.14+kantoku.1"),
            Release.own(20101301, "v1.30.14+kantoku.1"),
            Release.own(20101401, "v1.31.13+kantoku.1"),
            Release.own(20101501, "v1.32.9+kantoku.1"),
            Release.own(20101601, "v1.33.5+kantoku.1"),
            Release.own(20101701, "v1.34.1+kantoku.1"));

    private ReleaseCatalog() {}
}
