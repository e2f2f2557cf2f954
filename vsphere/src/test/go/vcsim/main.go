// vcsim serves govmomi's vCenter simulator for VcenterInventoryIT: a datacenter with a cluster, a content library with two OVF items, and
// the part of the /rest inventory that this version of the simulator lacks, answered from its objects.
// Usage: vcsim CERTIFICATE-FILE; it prints its URL and serves until its input ends.
package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path"
	"regexp"
	"strings"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vapi/library"
	"github.com/vmware/govmomi/vapi/rest"
	_ "github.com/vmware/govmomi/vapi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

const ovf = `<?xml version="1.0" encoding="UTF-8"?>
<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"
 xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData"
 xmlns:vssd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData">
<References></References>
<NetworkSection><Info>n</Info><Network ovf:name="nic0"><Description>n</Description></Network></NetworkSection>
<VirtualSystem ovf:id="node"><Info>v</Info><VirtualHardwareSection><Info>h</Info>
<System><vssd:ElementName>h</vssd:ElementName><vssd:InstanceID>0</vssd:InstanceID><vssd:VirtualSystemType>vmx-13</vssd:VirtualSystemType></System>
<Item><rasd:ElementName>cpu</rasd:ElementName><rasd:InstanceID>1</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType><rasd:VirtualQuantity>1</rasd:VirtualQuantity></Item>
<Item><rasd:ElementName>memory</rasd:ElementName><rasd:InstanceID>2</rasd:InstanceID><rasd:ResourceType>4</rasd:ResourceType><rasd:VirtualQuantity>512</rasd:VirtualQuantity></Item>
<Item><rasd:AddressOnParent>7</rasd:AddressOnParent><rasd:Connection>nic0</rasd:Connection><rasd:ElementName>nic0</rasd:ElementName><rasd:InstanceID>3</rasd:InstanceID><rasd:ResourceSubType>VmxNet3</rasd:ResourceSubType><rasd:ResourceType>10</rasd:ResourceType></Item>
</VirtualHardwareSection></VirtualSystem></Envelope>`

var items = []string{"ob-1-photon-3-k8s-v1.18.5---vmware.1", "ob-2-photon-3-k8s-v1.19.7---vmware.1"}

func main() {
	model := simulator.VPX()
	model.Machine = 0
	must(model.Create())
	defer model.Remove()
	model.Service.RegisterEndpoints = true
	inner := model.Service.NewServer()
	ctx := context.Background()
	client, err := govmomi.NewClient(ctx, inner.URL, true)
	must(err)
	folder(model)
	must(portGroups(ctx, client))
	must(importItems(ctx, client, inner.URL.User))
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: inner.URL.Host})
	outer := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, basic := r.BasicAuth()
		if basic && (user != "user" || password != "pass") { // the simulator takes any
			http.Error(w, `{"type":"com.vmware.vapi.std.errors.unauthenticated","value":{"messages":[]}}`, 401)
		} else if !inventory(ctx, client, w, r) {
			proxy.ServeHTTP(w, r)
		}
	}))
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: outer.Certificate().Raw})
	must(os.WriteFile(os.Args[1], certificate, 0600))
	fmt.Println(outer.URL)
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// folder makes one whose id has the form of a real vCenter's.
func folder(model *simulator.Model) {
	dc := simulator.Map.Any("Datacenter").(*simulator.Datacenter)
	parent := simulator.Map.Get(dc.VmFolder).(*simulator.Folder)
	made := &simulator.Folder{}
	made.Self = types.ManagedObjectReference{Type: "Folder", Value: "group-v900"}
	made.Name = "kantoku"
	made.ChildType = parent.ChildType
	simulator.Map.PutEntity(parent, made)
	parent.ChildEntity = append(parent.ChildEntity, made.Self)
}

// portGroups adds those of the two networks that the product needs.
func portGroups(ctx context.Context, client *govmomi.Client) error {
	dvs := object.NewDistributedVirtualSwitch(client.Client, simulator.Map.Any("DistributedVirtualSwitch").Reference())
	for _, name := range []string{"management", "workload"} {
		task, err := dvs.AddPortgroup(ctx, []types.DVPortgroupConfigSpec{{Name: name, Type: "earlyBinding", NumPorts: 8}})
		if err != nil {
			return err
		}
		if err := task.Wait(ctx); err != nil {
			return err
		}
	}
	return nil
}

func importItems(ctx context.Context, client *govmomi.Client, user *url.Userinfo) error {
	api := rest.NewClient(client.Client)
	if err := api.Login(ctx, user); err != nil {
		return err
	}
	m := library.NewManager(api)
	ds := simulator.Map.Any("Datastore").Reference()
	lib, err := m.CreateLibrary(ctx, library.Library{Name: "tkg", Type: "LOCAL",
		Storage: []library.StorageBackings{{DatastoreID: ds.Value, Type: "DATASTORE"}}})
	if err != nil {
		return err
	}
	for _, item := range items {
		if err := importItem(ctx, api, m, lib, item); err != nil {
			return err
		}
	}
	return nil
}

func importItem(ctx context.Context, api *rest.Client, m *library.Manager, lib, item string) error {
	id, err := m.CreateLibraryItem(ctx, library.Item{Name: item, LibraryID: lib, Type: library.ItemTypeOVF})
	if err != nil {
		return err
	}
	session, err := m.CreateLibraryItemUpdateSession(ctx, library.Session{LibraryItemID: id})
	if err != nil {
		return err
	}
	file, err := m.AddLibraryItemFile(ctx, session, library.UpdateFile{Name: "node.ovf", SourceType: "PUSH", Size: int64(len(ovf))})
	if err != nil {
		return err
	}
	to, err := url.Parse(file.UploadEndpoint.URI)
	if err != nil {
		return err
	}
	upload := soap.DefaultUpload
	upload.ContentLength = int64(len(ovf))
	if err := api.Upload(ctx, strings.NewReader(ovf), to, &upload); err != nil {
		return err
	}
	return m.CompleteLibraryItemUpdateSession(ctx, session)
}

// clusterKind begins the ids of clusters in this simulator; vCenter's begin with domain-c.
const clusterKind = "clustercomputeresource-"

type object_ = map[string]interface{}

var vmPath = regexp.MustCompile(`^/rest/vcenter/vm/([^/]+)(/.*)?$`)

// inventory answers what the simulator's own REST API does not have.
func inventory(ctx context.Context, c *govmomi.Client, w http.ResponseWriter, r *http.Request) bool {
	if !strings.HasPrefix(r.URL.Path, "/rest/vcenter/") {
		return false
	}
	if r.Header.Get("vmware-api-session-id") == "" {
		http.Error(w, `{"type":"com.vmware.vapi.std.errors.unauthenticated","value":{"messages":[]}}`, 401)
		return true
	}
	query := r.URL.Query()
	switch strings.TrimPrefix(r.URL.Path, "/rest/vcenter/") {
	case "datacenter":
		list(w, "Datacenter", func(e mo.Entity) object_ { return object_{"datacenter": id(e), "name": name(e)} })
	case "cluster":
		list(w, "ClusterComputeResource", func(e mo.Entity) object_ {
			return object_{"cluster": strings.Replace(id(e), clusterKind, "domain-c", 1), "name": name(e), "ha_enabled": true, "drs_enabled": true}
		})
	case "host":
		list(w, "HostSystem", func(e mo.Entity) object_ {
			parent := strings.Replace(e.Entity().Parent.Value, clusterKind, "domain-c", 1)
			if wanted := query.Get("filter.clusters"); wanted != "" && parent != wanted {
				return nil
			}
			return object_{"host": id(e), "name": name(e), "connection_state": "CONNECTED", "power_state": "POWERED_ON"}
		})
	case "datastore":
		list(w, "Datastore", func(e mo.Entity) object_ {
			return object_{"datastore": "datastore-1", "name": name(e), "type": "VMFS", "free_space": 1 << 40, "capacity": 1 << 41}
		})
	case "folder":
		list(w, "Folder", func(e mo.Entity) object_ { return object_{"folder": id(e), "name": name(e), "type": "VIRTUAL_MACHINE"} })
	case "network":
		list(w, "DistributedVirtualPortgroup", func(e mo.Entity) object_ {
			return object_{"network": id(e), "name": name(e), "type": "DISTRIBUTED_PORTGROUP"}
		})
	case "storage/policies":
		value(w, []object_{{"policy": "aa6d5a82-1c88-45da-85d3-3d74b91a5bad", "name": "vSAN Default Storage Policy", "description": ""}})
	case "resource-pool":
		pools(ctx, c, w, r)
	case "vm":
		list(w, "VirtualMachine", func(e mo.Entity) object_ {
			vm := e.(*simulator.VirtualMachine)
			host := query.Get("filter.hosts")
			named := query.Get("filter.names")
			if (host != "" && vm.Runtime.Host.Value != host) || (named != "" && vm.Name != named) {
				return nil
			}
			return object_{"vm": id(e), "name": vm.Name, "power_state": power(vm), "cpu_count": vm.Config.Hardware.NumCPU,
				"memory_size_MiB": vm.Config.Hardware.MemoryMB}
		})
	default:
		return one(ctx, c, w, r)
	}
	return true
}

type poolBody struct {
	Spec struct {
		Name   string `json:"name"`
		Parent string `json:"parent"`
	} `json:"spec"`
}

// pools lists those below one, or makes one.
func pools(ctx context.Context, c *govmomi.Client, w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		list(w, "ResourcePool", func(e mo.Entity) object_ {
			if wanted := r.URL.Query().Get("filter.parent_resource_pools"); wanted != "" && e.Entity().Parent.Value != wanted {
				return nil
			}
			return object_{"resource_pool": id(e), "name": name(e)}
		})
		return
	}
	var body poolBody
	must(json.NewDecoder(r.Body).Decode(&body))
	parent := object.NewResourcePool(c.Client, types.ManagedObjectReference{Type: "ResourcePool", Value: body.Spec.Parent})
	made, err := parent.Create(ctx, body.Spec.Name, types.DefaultResourceConfigSpec())
	if err != nil {
		done(ctx, w, nil, err)
		return
	}
	value(w, made.Reference().Value)
}

// pool tells of one, or changes or removes it. Its limits are taken and not kept: nothing here depends on them.
func pool(ctx context.Context, c *govmomi.Client, w http.ResponseWriter, r *http.Request) {
	ref := types.ManagedObjectReference{Type: "ResourcePool", Value: path.Base(r.URL.Path)}
	found := simulator.Map.Get(ref)
	switch {
	case found == nil:
		w.WriteHeader(404)
		_, _ = w.Write([]byte(`{"type":"com.vmware.vapi.std.errors.not_found","value":{"messages":[]}}`))
	case r.Method == http.MethodDelete:
		task, err := object.NewResourcePool(c.Client, ref).Destroy(ctx)
		done(ctx, w, task, err)
	default:
		unlimited := object_{"limit": -1}
		value(w, object_{"name": name(found.(mo.Entity)), "cpu_allocation": unlimited, "memory_allocation": unlimited})
	}
}

// ethernet lists the network cards of a machine, or adds one.
func ethernet(ctx context.Context, c *govmomi.Client, w http.ResponseWriter, r *http.Request, vm *simulator.VirtualMachine) {
	soapVM := object.NewVirtualMachine(c.Client, vm.Self)
	if r.Method == http.MethodGet {
		nics := []object_{}
		for _, device := range object.VirtualDeviceList(vm.Config.Hardware.Device) {
			if card, ok := device.(types.BaseVirtualEthernetCard); ok {
				nics = append(nics, object_{"nic": fmt.Sprint(card.GetVirtualEthernetCard().Key)})
			}
		}
		value(w, nics)
		return
	}
	var body struct {
		Spec struct {
			Backing struct {
				Network string `json:"network"`
			} `json:"backing"`
		} `json:"spec"`
	}
	must(json.NewDecoder(r.Body).Decode(&body))
	group := object.NewDistributedVirtualPortgroup(c.Client,
		types.ManagedObjectReference{Type: "DistributedVirtualPortgroup", Value: body.Spec.Backing.Network})
	backing, err := group.EthernetCardBackingInfo(ctx)
	if err == nil {
		var card types.BaseVirtualDevice
		card, err = object.EthernetCardTypes().CreateEthernetCard("vmxnet3", backing)
		if err == nil {
			err = soapVM.AddDevice(ctx, card)
		}
	}
	if err != nil {
		done(ctx, w, nil, err)
		return
	}
	value(w, "4001")
}

func one(ctx context.Context, c *govmomi.Client, w http.ResponseWriter, r *http.Request) bool {
	if strings.HasPrefix(r.URL.Path, "/rest/vcenter/cluster/") {
		ref := types.ManagedObjectReference{Type: "ClusterComputeResource", Value: strings.Replace(path.Base(r.URL.Path), "domain-c", clusterKind, 1)}
		cluster := simulator.Map.Get(ref).(*simulator.ClusterComputeResource)
		value(w, object_{"name": cluster.Name, "resource_pool": cluster.ResourcePool.Value})
		return true
	}
	if strings.HasPrefix(r.URL.Path, "/rest/vcenter/resource-pool/") {
		pool(ctx, c, w, r)
		return true
	}
	match := vmPath.FindStringSubmatch(r.URL.Path)
	if match == nil || (match[2] == "" && r.Method == http.MethodDelete) {
		return false
	}
	ref := types.ManagedObjectReference{Type: "VirtualMachine", Value: match[1]}
	entity := simulator.Map.Get(ref)
	if entity == nil {
		w.WriteHeader(404)
		_, _ = w.Write([]byte(`{"type":"com.vmware.vapi.std.errors.not_found","value":{"messages":[]}}`))
		return true
	}
	vm := entity.(*simulator.VirtualMachine)
	soapVM := object.NewVirtualMachine(c.Client, ref)
	switch r.Method + " " + match[2] {
	case "GET ":
		extra := object_{}
		for _, option := range vm.Config.ExtraConfig {
			extra[option.GetOptionValue().Key] = option.GetOptionValue().Value
		}
		value(w, object_{"name": vm.Name, "power_state": power(vm), "identity": object_{"bios_uuid": vm.Config.Uuid,
			"instance_uuid": vm.Config.InstanceUuid}, "extra_config": extra,
			"cpu": object_{"count": vm.Config.Hardware.NumCPU}, "memory": object_{"size_MiB": vm.Config.Hardware.MemoryMB}})
	case "GET /power":
		value(w, object_{"state": power(vm)})
	case "POST /power/start":
		task, err := soapVM.PowerOn(ctx)
		done(ctx, w, task, err)
	case "POST /power/stop":
		task, err := soapVM.PowerOff(ctx)
		done(ctx, w, task, err)
	case "POST /guest/power":
		_, err := methods.ShutdownGuest(ctx, c.Client, &types.ShutdownGuest{This: ref})
		done(ctx, w, nil, err)
	case "GET /hardware/ethernet", "POST /hardware/ethernet":
		ethernet(ctx, c, w, r, vm)
	case "GET /guest/identity":
		identity(w, vm)
	case "PATCH /hardware/cpu", "PATCH /hardware/memory":
		var body struct {
			Spec struct {
				Count int32 `json:"count"`
				Size  int64 `json:"size_MiB"`
			} `json:"spec"`
		}
		must(json.NewDecoder(r.Body).Decode(&body))
		task, err := soapVM.Reconfigure(ctx, types.VirtualMachineConfigSpec{NumCPUs: body.Spec.Count, MemoryMB: body.Spec.Size})
		done(ctx, w, task, err)
	default:
		return false
	}
	return true
}

// identity tells the address that cloud-init would have set: the one in the user data.
func identity(w http.ResponseWriter, vm *simulator.VirtualMachine) {
	if power(vm) == "POWERED_ON" {
		for _, option := range vm.Config.ExtraConfig {
			if option.GetOptionValue().Key == "user-data" {
				data, _ := base64.StdEncoding.DecodeString(option.GetOptionValue().Value.(string))
				if match := regexp.MustCompile(`Address=([0-9.]+)`).FindSubmatch(data); match != nil {
					value(w, object_{"ip_address": string(match[1]), "host_name": vm.Name, "family": "LINUX"})
					return
				}
			}
		}
	}
	w.WriteHeader(503)
	_, _ = w.Write([]byte(`{"type":"com.vmware.vapi.std.errors.service_unavailable","value":{"messages":[]}}`))
}

func done(ctx context.Context, w http.ResponseWriter, task *object.Task, err error) {
	if err == nil && task != nil {
		err = task.Wait(ctx)
	}
	if err != nil {
		w.WriteHeader(400)
		text, _ := json.Marshal(err.Error())
		_, _ = w.Write([]byte(`{"type":"com.vmware.vapi.std.errors.not_allowed_in_current_state","value":{"messages":[{"default_message":` + string(text) + `}]}}`))
	}
}

func list(w http.ResponseWriter, kind string, form func(mo.Entity) object_) {
	items := []object_{}
	for _, e := range simulator.Map.All(kind) {
		if json := form(e); json != nil {
			items = append(items, json)
		}
	}
	value(w, items)
}

func value(w http.ResponseWriter, v interface{}) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(object_{"value": v})
}

func id(e mo.Entity) string   { return e.Reference().Value }
func name(e mo.Entity) string { return e.Entity().Name }

func power(vm *simulator.VirtualMachine) string {
	if vm.Runtime.PowerState == types.VirtualMachinePowerStatePoweredOn {
		return "POWERED_ON"
	}
	return "POWERED_OFF"
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
