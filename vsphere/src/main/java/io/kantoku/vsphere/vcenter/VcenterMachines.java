package io.kantoku.vsphere.vcenter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kantoku.vsphere.ConsoleLine;
import io.kantoku.vsphere.GuestStatus;
import io.kantoku.vsphere.MoRef;
import io.kantoku.vsphere.Nic;
import io.kantoku.vsphere.PowerState;
import io.kantoku.vsphere.VirtualMachine;
import io.kantoku.vsphere.VirtualMachine.Management;
import io.kantoku.vsphere.VirtualMachines;
import io.kantoku.vsphere.VmHardware;
import io.kantoku.vsphere.VmListener;
import io.kantoku.vsphere.VmSpec;
import io.kantoku.vsphere.VmSubscription;
import io.kantoku.vsphere.VsphereException;
import io.kantoku.vsphere.VsphereException.Code;
import io.kantoku.vsphere.embedded.InventoryStorage;
import io.kantoku.vsphere.embedded.VmDocument;
import io.kantoku.vsphere.embedded.VmFeed;
import io.kantoku.vsphere.library.LibraryItem;
import io.kantoku.vsphere.machine.StopMode;
import io.kantoku.vsphere.net.Ipv4Address;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Our machines in a vCenter. What they were made from is kept beside us; whether they are on, where they run and on which address
 * they answer is vCenter's to say, and is asked for by one thread at an interval and after each operation.
 *
 * <p>A machine is ours when it has our tag. It is tagged as soon as it is deployed; one whose deployment was cut short before that is
 * found by its name when it is made again.
 */
final class VcenterMachines implements VirtualMachines, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VcenterMachines.class);
    private static final String BASE = "/rest/vcenter/vm";
    private static final String DEPLOY = "/rest/com/vmware/vcenter/ovf/library-item/id:";

    /** What the machines are made with. */
    record Parts(
            VcenterSession vcenter,
            VcenterLibraries libraries,
            VmTags tags,
            InventoryStorage storage,
            MoRef folder,
            InstantSource clock) {}

    private final Parts parts;
    private final Duration poll;
    private final Map<MoRef, VirtualMachine> machines = new HashMap<>();
    private final List<VmFeed> feeds = new CopyOnWriteArrayList<>();
    private final Semaphore wake = new Semaphore(0);
    private final Thread thread = Thread.ofVirtual().name("vcenter-machines").unstarted(this::look);
    private volatile boolean closed;

    VcenterMachines(Parts parts, Duration poll) {
        this.parts = parts;
        this.poll = poll;
    }

    void start() {
        Instant now = parts.clock().instant();
        synchronized (this) {
            parts.storage().list(VmDocument.PREFIX).forEach((key, document) -> {
                VirtualMachine vm = VmDocument.read(key, document, now);
                machines.put(vm.id(), vm.with(PowerState.POWERED_OFF, GuestStatus.notRunning(now)));
            });
        }
        refresh();
        thread.start();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        feeds.forEach(VmFeed::close);
    }

    private void look() {
        try {
            while (!closed) {
                if (wake.tryAcquire(poll.toMillis(), TimeUnit.MILLISECONDS)) {
                    wake.drainPermits();
                }
                try {
                    refresh();
                } catch (VsphereException e) { // vCenter is away: what was known stays, and the next look may see
                    LOG.atWarn()
                            .setMessage("vCenter cannot be read")
                            .setCause(e)
                            .log();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    /** Takes over what vCenter says of our machines now. */
    private void refresh() {
        Set<String> tagged = parts.tags().tagged();
        Map<String, JsonNode> present = new HashMap<>();
        Map<String, MoRef> hosts = new HashMap<>();
        for (JsonNode host : parts.vcenter().get("/rest/vcenter/host")) {
            String id = host.path("host").asText();
            for (JsonNode vm : parts.vcenter().get(BASE + "?filter.hosts=" + id)) {
                if (tagged.contains(vm.path("vm").asText())) {
                    present.put(vm.path("vm").asText(), vm);
                    hosts.put(vm.path("vm").asText(), MoRef.parse(id));
                }
            }
        }
        for (VirtualMachine known : list()) {
            JsonNode seen = present.get(known.id().toString());
            if (seen == null) {
                forget(known);
            } else {
                MoRef host = hosts.getOrDefault(known.id().toString(), known.host());
                publish(seen(known, seen).onHost(host));
            }
        }
    }

    private VirtualMachine seen(VirtualMachine known, JsonNode seen) {
        Instant now = parts.clock().instant();
        boolean on = seen.path("power_state").asText().equals("POWERED_ON");
        if (!on) {
            return known.isOn() ? known.with(PowerState.POWERED_OFF, GuestStatus.notRunning(now)) : known;
        }
        Optional<Ipv4Address> address = address(known.id());
        GuestStatus before = known.guest();
        GuestStatus next = address.isPresent()
                ? GuestStatus.running(OvfDeployment.addresses(known.spec()), now)
                : GuestStatus.booting("waiting for VMware Tools to tell the guest's address", now);
        boolean same = before.state() == next.state() && before.message().equals(next.message());
        return known.with(PowerState.POWERED_ON, same ? before : next);
    }

    /** The guest's address, once its tools have told one that the machine is to have. */
    private Optional<Ipv4Address> address(MoRef vm) {
        return parts.vcenter()
                .find(BASE + "/" + vm + "/guest/identity")
                .map(identity -> identity.path("ip_address").asText(""))
                .filter(text -> text.matches("[0-9.]+"))
                .map(Ipv4Address::parse);
    }

    @Override
    public VirtualMachine create(VmSpec spec) {
        if (find(spec.placement().folder(), spec.name()).isPresent()) {
            throw new VsphereException(Code.ALREADY_EXISTS, "the folder has a machine named " + spec.name());
        }
        LibraryItem image = parts.libraries()
                .image(spec.image())
                .orElseThrow(() -> VsphereException.notFound("image", spec.image()));
        MoRef id = unfinished(spec.name()).orElseGet(() -> deploy(spec, image));
        parts.tags().attach(id);
        size(id, spec.hardware());
        cards(id, spec);
        Instant now = parts.clock().instant();
        JsonNode info = parts.vcenter().get(BASE + "/" + id);
        VirtualMachine vm = new VirtualMachine(
                id,
                uuid(info.path("identity").path("bios_uuid"), id),
                uuid(info.path("identity").path("instance_uuid"), id),
                spec,
                MoRef.Kind.HOST.of(0),
                PowerState.POWERED_OFF,
                GuestStatus.notRunning(now),
                Management.INVENTORY,
                now);
        parts.storage().put(VmDocument.key(id), VmDocument.write(vm));
        LOG.atInfo()
                .setMessage("machine deployed")
                .addKeyValue("vm", spec.name())
                .addKeyValue("id", id)
                .addKeyValue("image", spec.image())
                .log();
        publish(vm);
        wake.release();
        return vm;
    }

    /** A machine of that name in our folder that is not known here: its deployment was cut short. */
    private Optional<MoRef> unfinished(String name) {
        for (JsonNode json : parts.vcenter()
                .get(BASE + "?filter.names=" + VcenterSession.word(name) + "&filter.folders=" + parts.folder())) {
            MoRef id = MoRef.parse(json.path("vm").asText());
            if (json.path("name").asText().equals(name) && find(id).isEmpty()) {
                return Optional.of(id);
            }
        }
        return Optional.empty();
    }

    private MoRef deploy(VmSpec spec, LibraryItem image) {
        ObjectNode target = JsonNodeFactory.instance.objectNode();
        target.putObject("target")
                .put("resource_pool_id", spec.placement().resourcePool().toString());
        List<String> networks = new ArrayList<>();
        parts.vcenter()
                .post(DEPLOY + image.id() + "?~action=filter", target)
                .path("networks")
                .forEach(network -> networks.add(network.asText()));
        JsonNode result = parts.vcenter()
                .post(DEPLOY + image.id() + "?~action=deploy", OvfDeployment.body(spec, parts.folder(), networks));
        if (!result.path("succeeded").asBoolean()) {
            throw new VsphereException(
                    Code.INTERNAL,
                    "vCenter could not deploy " + image.name() + " as " + spec.name() + ": "
                            + result.path("error").path("errors"));
        }
        return MoRef.parse(result.path("resource_id").path("id").asText());
    }

    private void size(MoRef vm, VmHardware hardware) {
        ObjectNode cpu = JsonNodeFactory.instance.objectNode();
        cpu.putObject("spec").put("count", hardware.cpus());
        parts.vcenter().patch(BASE + "/" + vm + "/hardware/cpu", cpu);
        ObjectNode memory = JsonNodeFactory.instance.objectNode();
        memory.putObject("spec").put("size_MiB", hardware.memoryMiB());
        parts.vcenter().patch(BASE + "/" + vm + "/hardware/memory", memory);
    }

    /** Adds the cards that the image has no network for. */
    private void cards(MoRef vm, VmSpec spec) {
        int present =
                parts.vcenter().get(BASE + "/" + vm + "/hardware/ethernet").size();
        for (Nic nic : spec.nics()
                .subList(Math.min(present, spec.nics().size()), spec.nics().size())) {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            ObjectNode card = body.putObject("spec").put("type", "VMXNET3").put("start_connected", true);
            card.putObject("backing")
                    .put(
                            "type",
                            nic.network().kind() == MoRef.Kind.PORT_GROUP
                                    ? "DISTRIBUTED_PORTGROUP"
                                    : "STANDARD_PORTGROUP")
                    .put("network", nic.network().toString());
            parts.vcenter().post(BASE + "/" + vm + "/hardware/ethernet", body);
        }
    }

    private static UUID uuid(JsonNode text, MoRef vm) {
        return text.isTextual()
                ? UUID.fromString(text.asText())
                : UUID.nameUUIDFromBytes(vm.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public VirtualMachine powerOn(MoRef id) {
        VirtualMachine vm = get(id);
        if (!on(id)) {
            parts.vcenter().post(BASE + "/" + id + "/power/start", null);
        }
        return changed(vm.with(
                PowerState.POWERED_ON,
                GuestStatus.booting("powered on", parts.clock().instant())));
    }

    @Override
    public VirtualMachine powerOff(MoRef id, StopMode mode) {
        VirtualMachine vm = get(id);
        if (on(id)) {
            if (mode == StopMode.GRACEFUL) {
                shutDown(id);
            }
            if (on(id)) {
                parts.vcenter().post(BASE + "/" + id + "/power/stop", null);
            }
        }
        return changed(vm.with(
                PowerState.POWERED_OFF, GuestStatus.notRunning(parts.clock().instant())));
    }

    /** Asks the guest to end and gives it half a minute; one without tools cannot be asked. */
    private void shutDown(MoRef id) {
        try {
            parts.vcenter().post(BASE + "/" + id + "/guest/power?action=shutdown", null);
        } catch (VsphereException e) {
            return; // no tools that run: it is switched off
        }
        Instant end = parts.clock().instant().plusSeconds(30);
        try {
            while (on(id) && parts.clock().instant().isBefore(end)) {
                Thread.sleep(poll); // REST tells of no changes
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public VirtualMachine restart(MoRef id, StopMode mode) {
        if (!on(id)) {
            throw new VsphereException(Code.NOT_ALLOWED_IN_CURRENT_STATE, id + " is off; power it on");
        }
        powerOff(id, mode);
        return powerOn(id);
    }

    @Override
    public VirtualMachine resize(MoRef id, VmHardware hardware) {
        boolean on = on(id);
        if (on) {
            powerOff(id, StopMode.GRACEFUL);
        }
        size(id, hardware);
        VirtualMachine vm = get(id);
        VirtualMachine resized = vm.with(vm.spec().withHardware(hardware));
        parts.storage().put(VmDocument.key(id), VmDocument.write(resized));
        publish(resized);
        return on ? powerOn(id) : resized;
    }

    @Override
    public void delete(MoRef id) {
        Optional<VirtualMachine> known = find(id.require(MoRef.Kind.VM));
        if (known.isEmpty()) {
            return; // not ours, or gone
        }
        try {
            if (on(id)) {
                parts.vcenter().post(BASE + "/" + id + "/power/stop", null);
            }
            parts.vcenter().delete(BASE + "/" + id);
        } catch (VsphereException e) {
            if (e.code() != Code.NOT_FOUND) {
                throw e;
            }
        }
        forget(known.get());
    }

    private boolean on(MoRef id) {
        return parts.vcenter()
                .get(BASE + "/" + id + "/power")
                .path("state")
                .asText()
                .equals("POWERED_ON");
    }

    private VirtualMachine changed(VirtualMachine vm) {
        publish(vm);
        wake.release();
        return vm;
    }

    private synchronized void publish(VirtualMachine vm) {
        VirtualMachine before = machines.put(vm.id(), vm);
        if (!vm.equals(before)) {
            feeds.forEach(feed -> feed.present(vm));
        }
    }

    private synchronized void forget(VirtualMachine vm) {
        parts.storage().delete(VmDocument.key(vm.id()));
        if (machines.remove(vm.id()) != null) {
            feeds.forEach(feed -> feed.deleted(vm));
        }
    }

    @Override
    public synchronized Optional<VirtualMachine> find(MoRef vm) {
        return Optional.ofNullable(machines.get(vm));
    }

    @Override
    public synchronized Optional<VirtualMachine> find(MoRef folder, String name) {
        return machines.values().stream()
                .filter(vm ->
                        vm.name().equals(name) && vm.spec().placement().folder().equals(folder))
                .findFirst();
    }

    @Override
    public synchronized List<VirtualMachine> list() {
        return machines.values().stream()
                .sorted((a, b) -> a.id().compareTo(b.id()))
                .toList();
    }

    /** vCenter's REST API shows no consoles. */
    @Override
    public List<ConsoleLine> console(MoRef vm, long after) {
        get(vm);
        return List.of();
    }

    @Override
    public VmSubscription subscribe(VmListener listener) {
        VmFeed feed;
        synchronized (this) {
            feed = new VmFeed(listener, list(), feeds::remove);
            feeds.add(feed);
        }
        feed.start();
        return feed;
    }
}
