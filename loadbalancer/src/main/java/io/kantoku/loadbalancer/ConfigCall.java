package io.kantoku.loadbalancer;

import io.kantoku.loadbalancer.model.ApiObject;
import io.kantoku.loadbalancer.model.HaproxyConfig;
import io.kantoku.loadbalancer.model.ObjectKind;
import io.kantoku.loadbalancer.model.Parent;

/** One write to the configuration through the Data Plane API. */
public sealed interface ConfigCall {
    ObjectKind<?> kind();

    Parent parent();

    /** What the call leaves behind when it is made on a configuration. */
    HaproxyConfig applyTo(HaproxyConfig config);

    /** Adds an object that is not there. */
    record Create<T extends ApiObject>(ObjectKind<T> kind, Parent parent, T object) implements ConfigCall {
        @Override
        public HaproxyConfig applyTo(HaproxyConfig config) {
            return kind.add(config, parent, object);
        }
    }

    /** Puts an object in the place of the one with its name or index. */
    record Replace<T extends ApiObject>(ObjectKind<T> kind, Parent parent, String key, T object) implements ConfigCall {
        @Override
        public HaproxyConfig applyTo(HaproxyConfig config) {
            return kind.replace(config, parent, key, object);
        }
    }

    /** Removes the object of that name or index, with all that is in it. */
    record Delete(ObjectKind<?> kind, Parent parent, String key) implements ConfigCall {
        @Override
        public HaproxyConfig applyTo(HaproxyConfig config) {
            return kind.remove(config, parent, key);
        }
    }
}
