// govclient does with govmomi's REST client what govc's namespace.cluster.ls, namespace.ls, create, info, update, rm, vmclass.* and
// logs.download do, and prints a line per finding. Usage: govclient URL USER PASSWORD CLUSTER
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/vmware/govmomi/vapi/library"
	"github.com/vmware/govmomi/vapi/namespace"
	"github.com/vmware/govmomi/vapi/rest"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/soap"
)

// As in later releases of govmomi than the packaged one; nil slices encode as null.
type vmServiceSpec struct {
	ContentLibraries []string `json:"content_libraries"`
	VmClasses        []string `json:"vm_classes"`
}

type createSpec struct {
	Namespace string        `json:"namespace"`
	Cluster   string        `json:"cluster"`
	VmService vmServiceSpec `json:"vm_service_spec,omitempty"`
}

type updateSpec struct {
	StorageSpecs []struct{}    `json:"storage_specs"`
	VmService    vmServiceSpec `json:"vm_service_spec,omitempty"`
}

type summary struct {
	Namespace    string `json:"namespace"`
	Cluster      string `json:"cluster"`
	ConfigStatus string `json:"config_status"`
	Stats        struct {
		CpuUsed int `json:"cpu_used"`
	} `json:"stats"`
}

type info struct {
	ConfigStatus string        `json:"config_status"`
	VmService    vmServiceSpec `json:"vm_service_spec"`
}

type vmClass struct {
	Id       string   `json:"id"`
	CpuCount int64    `json:"cpu_count"`
	MemoryMB int64    `json:"memory_MB"`
	Devices  *struct{} `json:"devices"`
}

const instances = "/api/vcenter/namespaces/instances"
const classes = "/api/vcenter/namespace-management/virtual-machine-classes"

func main() {
	ctx := context.Background()
	u, err := url.Parse(os.Args[1])
	must(err)
	c := rest.NewClient(&vim25.Client{Client: soap.NewClient(u, true)})
	must(c.Login(ctx, url.UserPassword(os.Args[2], os.Args[3])))
	session, err := c.Session(ctx)
	must(err)
	fmt.Println("session", session.User)

	m := namespace.NewManager(c)
	clusters, err := m.ListClusters(ctx)
	must(err)
	for _, cluster := range clusters {
		fmt.Println("cluster", cluster.ID, cluster.ConfigStatus, cluster.KubernetesStatus)
	}
	switches, err := m.ListCompatibleDistributedSwitches(ctx, os.Args[4])
	must(err)
	fmt.Println("switches", len(switches))
	edges, err := m.ListCompatibleEdgeClusters(ctx, os.Args[4], "x")
	must(err)
	fmt.Println("edges", len(edges))
	bundle, err := m.CreateSupportBundle(ctx, os.Args[4])
	must(err)
	request, err := m.SupportBundleRequest(ctx, bundle)
	must(err)
	must(c.Client.Do(ctx, request, func(r *http.Response) error {
		data, err := io.ReadAll(r.Body)
		fmt.Println("bundle", r.StatusCode, r.Header.Get("Content-Disposition"), len(data) > 1024)
		return err
	}))
	content := library.NewManager(c)
	libraries, err := content.GetLibraries(ctx)
	must(err)
	fmt.Println("libraries", len(libraries), libraries[0].Name)
	named, err := content.GetLibraryByName(ctx, "tkg")
	must(err)
	found, err := content.FindLibrary(ctx, library.Find{Name: "TKG", Type: "LOCAL"})
	must(err)
	items, err := content.GetLibraryItems(ctx, named.ID)
	must(err)
	same, err := content.FindLibraryItems(ctx, library.FindItem{LibraryID: named.ID, Name: items[0].Name, Type: library.ItemTypeOVF})
	must(err)
	none, err := content.FindLibraryItems(ctx, library.FindItem{Type: "iso"})
	must(err)
	fmt.Println("items", len(items) > 1, items[0].Type, items[0].Size > 0, same[0] == items[0].ID, len(none), len(found) == 1)
	nsxt := &namespace.EnableClusterSpec{SizeHint: "TINY", NetworkProvider: "NSXT_CONTAINER_PLUGIN"}
	fmt.Println("again", strings.Contains(m.EnableCluster(ctx, os.Args[4], nsxt).Error(), "ALREADY_EXISTS"))
	fmt.Println("elsewhere", strings.Contains(m.EnableCluster(ctx, "domain-c99", nsxt).Error(), "404 Not Found"),
		strings.Contains(m.DisableCluster(ctx, "domain-c99").Error(), "404 Not Found"))

	do(ctx, c, http.MethodPost, classes, vmClass{Id: "gov", CpuCount: 2, MemoryMB: 2048}, nil)
	var class vmClass
	do(ctx, c, http.MethodGet, classes+"/gov", nil, &class)
	fmt.Println("class", class.Id, class.CpuCount, class.MemoryMB)
	do(ctx, c, http.MethodPost, instances, createSpec{Namespace: "gov", Cluster: os.Args[4], VmService: vmServiceSpec{VmClasses: []string{"gov"}}}, nil)
	var all []summary
	do(ctx, c, http.MethodGet, instances, nil, &all)
	for _, ns := range all {
		fmt.Println("namespace", ns.Namespace, ns.Cluster, ns.ConfigStatus)
	}
	do(ctx, c, http.MethodPatch, instances+"/gov", updateSpec{StorageSpecs: []struct{}{}, VmService: vmServiceSpec{ContentLibraries: []string{}}}, nil)
	var one info
	do(ctx, c, http.MethodGet, instances+"/gov", nil, &one)
	fmt.Println("info", one.ConfigStatus, len(one.VmService.VmClasses))
	do(ctx, c, http.MethodDelete, instances+"/gov", nil, nil)
	do(ctx, c, http.MethodDelete, classes+"/gov", nil, nil)
	request2 := c.Resource(instances + "/nothing").Request(http.MethodGet)
	fmt.Println("missing", strings.Contains(c.Do(ctx, request2, &one).Error(), "404 Not Found"))
	fmt.Println("disable", m.DisableCluster(ctx, os.Args[4]))
	must(c.Logout(ctx))
	session, err = c.Session(ctx)
	must(err)
	fmt.Println("logged out", session == nil)
}

func do(ctx context.Context, c *rest.Client, method string, path string, body interface{}, result interface{}) {
	resource := c.Resource(path)
	if body == nil {
		must(c.Do(ctx, resource.Request(method), result))
	} else {
		must(c.Do(ctx, resource.Request(method, body), result))
	}
}

func must(err error) {
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
}
