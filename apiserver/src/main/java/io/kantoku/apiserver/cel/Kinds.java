package io.kantoku.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.TypeParamType;
import io.kantoku.apimachinery.Quantity;
import java.util.List;

/** The types that the libraries' functions take and give. */
final class Kinds {
    static final TypeParamType ANY = TypeParamType.create("A");
    static final ListType LIST = ListType.create(ANY);
    static final ListType STRINGS = ListType.create(SimpleType.STRING);
    static final CelType QUANTITY = OpaqueType.create("kubernetes.Quantity");
    static final CelType URL = OpaqueType.create("kubernetes.URL");
    static final CelType IP = OpaqueType.create("net.IP");
    static final CelType CIDR = OpaqueType.create("net.CIDR");
    static final CelType FORMAT = OpaqueType.create("kubernetes.NamedFormat");
    static final CelType SEMVER = OpaqueType.create("kubernetes.Semver");
    static final CelType OPTIONAL_FORMAT = OptionalType.create(FORMAT);
    static final CelType OPTIONAL_STRINGS = OptionalType.create(STRINGS);

    static final Functions.Parameter TEXT = new Functions.Parameter(SimpleType.STRING, String.class);
    static final Functions.Parameter NUMBER = new Functions.Parameter(SimpleType.INT, Long.class);
    static final Functions.Parameter FLAG = new Functions.Parameter(SimpleType.BOOL, Boolean.class);
    static final Functions.Parameter VALUES = new Functions.Parameter(LIST, List.class);
    static final Functions.Parameter VALUE = new Functions.Parameter(ANY, Object.class);
    static final Functions.Parameter AMOUNT = new Functions.Parameter(QUANTITY, Quantity.class);
    static final Functions.Parameter ADDRESS = new Functions.Parameter(IP, IpAddress.class);
    static final Functions.Parameter NETWORK = new Functions.Parameter(CIDR, IpAddress.Network.class);
    static final Functions.Parameter LOCATION = new Functions.Parameter(URL, Url.class);
    static final Functions.Parameter VERSION = new Functions.Parameter(SEMVER, SemanticVersion.class);
    static final Functions.Parameter NAMED = new Functions.Parameter(FORMAT, FormatFunctions.Format.class);

    private Kinds() {}
}
