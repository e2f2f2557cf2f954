/** What the server's answers look like; see docs/console-api.md. Only what the console reads. */

export interface Session {
  user: string;
  name: string;
  domain: string;
  groups: string[];
  administrator: boolean;
  csrf_token: string;
  expires_time?: string;
}

export interface LoginSource {
  kind: 'LOCAL' | 'LDAP' | 'OIDC';
  domain: string;
  name: string;
  url?: string;
}

export interface Message {
  id?: string;
  default_message: string;
  args?: string[];
}

export interface AddressRange {
  address: string;
  count: number;
}

export type StepState = 'PENDING' | 'RUNNING' | 'DONE' | 'FAILED';

export interface Step {
  id: string;
  name: string;
  state: StepState;
  message?: string;
  to_do?: string;
  started?: string;
  ended?: string;
}

export interface Stats {
  cpu_used: number;
  cpu_capacity: number;
  memory_used: number;
  memory_capacity: number;
  storage_used: number;
  storage_capacity: number;
}

export interface WorkloadNetwork {
  network: string;
  network_provider: string;
  vsphere_network: { portgroup: string; gateway: string; subnet_mask: string; address_ranges: AddressRange[] };
}

export interface Supervisor {
  cluster: string;
  cluster_name: string;
  size_hint: string;
  config_status: 'CONFIGURING' | 'REMOVING' | 'RUNNING' | 'ERROR';
  kubernetes_status: string;
  messages?: { severity: string; details: Message }[];
  steps?: Step[];
  stat_summary?: Stats;
  api_server_cluster_endpoint?: string;
  api_server_management_endpoint?: string;
  api_servers?: string[];
  network_provider: string;
  workload_networks?: { supervisor_primary_workload_network?: WorkloadNetwork; network_list?: WorkloadNetwork[] };
  load_balancers?: {
    id: string;
    provider: string;
    address_ranges: AddressRange[];
    ha_proxy_info?: { servers: { host: string; port: number }[]; username: string };
  }[];
  service_cidr?: { address: string; prefix: number };
  master_storage_policy?: string;
  ephemeral_storage_policy?: string;
  image_storage?: { storage_policy: string };
  default_kubernetes_service_content_library?: string;
  master_DNS?: string[];
  master_NTP_servers?: string[];
}

export interface AccessEntry {
  subject_type: 'USER' | 'GROUP';
  subject: string;
  domain: string;
  role: 'EDIT' | 'VIEW' | 'OWNER';
}

export interface StorageSpec {
  policy: string;
  limit?: number;
}

export interface Namespace {
  namespace: string;
  cluster: string;
  config_status: string;
  description: string;
  stats?: { cpu_used: number; memory_used: number; storage_used: number };
  resource_spec?: Record<string, number | undefined>;
  access_list?: AccessEntry[];
  storage_specs?: StorageSpec[];
  networks?: string[];
  vm_service_spec?: { vm_classes?: string[]; content_libraries?: string[] };
}

export interface Host {
  host: string;
  name: string;
  cluster: string;
  connection_state: string;
  power_state: string;
  cpu_cores: number;
  cpu_mhz: number;
  memory_MiB: number;
  usage: { machines: number; cpu_mhz: number; memory_MiB: number; cpus_configured?: number; memory_configured_MiB?: number };
}

export interface Vm {
  vm: string;
  name: string;
  power_state: 'POWERED_ON' | 'POWERED_OFF';
  guest_state?: string;
  guest_message?: string;
  guest_since?: string;
  cpu?: { count: number };
  memory?: { size_MiB: number };
  identity?: { bios_uuid: string; instance_uuid: string };
  nics?: unknown;
  host?: string;
  folder?: string;
  namespace?: string;
}

export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

export interface Meta {
  name: string;
  namespace?: string;
  uid?: string;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  generation?: number;
}

export interface NodePool {
  class?: string;
  count?: number;
  storageClass?: string;
}

export interface Tkc {
  apiVersion: string;
  kind: string;
  metadata: Meta;
  spec?: {
    distribution?: { version?: string | null; fullVersion?: string | null };
    topology?: { controlPlane?: NodePool; workers?: NodePool };
    settings?: {
      network?: {
        cni?: { name?: string };
        pods?: { cidrBlocks?: string[] };
        services?: { cidrBlocks?: string[] };
        serviceDomain?: string;
      };
      storage?: { classes?: string[]; defaultClass?: string };
    };
  };
  status?: {
    phase?: string;
    version?: string;
    conditions?: Condition[];
    clusterApiStatus?: { phase?: string; apiEndpoints?: { host: string; port: number }[] };
    nodeStatus?: Record<string, string>;
    vmStatus?: Record<string, string>;
    addons?: Record<string, { type?: string; status?: string; name?: string; version?: string; message?: string; phase?: string }>;
  };
}

export interface Machine {
  metadata: Meta;
  spec?: { clusterName?: string; version?: string; providerID?: string };
  status?: { phase?: string; nodeRef?: { name: string }; addresses?: { type: string; address: string }[]; conditions?: Condition[] };
}

export interface Service {
  metadata: Meta;
  spec?: { type?: string; ports?: { name?: string; port: number; nodePort?: number }[]; loadBalancerIP?: string };
  status?: { loadBalancer?: { ingress?: { ip: string }[] }; conditions?: Condition[] };
}

export interface KubeNode {
  metadata: Meta;
  status?: {
    conditions?: Condition[];
    nodeInfo?: { kubeletVersion?: string };
    addresses?: { type: string; address: string }[];
  };
}

export interface KubeEvent {
  metadata: Meta;
  involvedObject?: { kind?: string; namespace?: string; name?: string };
  reason?: string;
  message?: string;
  type?: string;
  count?: number;
  firstTimestamp?: string;
  lastTimestamp?: string;
  eventTime?: string;
}

export interface VipPool {
  name: string;
  load_balancer: string;
  first: string;
  last: string;
  size: number;
  used: number;
}

export interface Vip {
  address: string;
  pool: string;
  namespace?: string;
  service?: string;
  purpose: 'SUPERVISOR_API' | 'GUEST_API' | 'GUEST_SERVICE' | 'SERVICE';
  guest?: string;
  state: 'SERVING' | 'WAITING';
  message?: string;
  ports?: { name?: string; port: number }[];
  servers?: { address: string; port: number; state?: 'UP' | 'DOWN' | 'UNKNOWN' }[];
  traffic?: { sessions_current: number; sessions_total: number; bytes_in: number; bytes_out: number };
}

export interface Vips {
  pools: VipPool[];
  addresses: Vip[];
}

export interface AuditEntry {
  number: number;
  time: string;
  user: string;
  source: string;
  method: string;
  path: string;
  cluster?: string;
  status: number;
  client?: string;
}

export interface Link {
  kind: string;
  name: string;
  state: string;
  reason?: string;
  message?: string;
  blocking: boolean;
  to_do?: string;
  since?: string;
  parts: Link[];
}

export interface Explanation {
  text: string;
  chain: Link;
  blocker?: Link;
}

export type TopologyKind = 'SWITCH' | 'NETWORK' | 'LOAD_BALANCER' | 'CONTROL_VM' | 'MASTER' | 'WORKER' | 'VM' | 'VIP';

export interface TopologyNode {
  id: string;
  kind: TopologyKind;
  name: string;
  state: 'UP' | 'DOWN' | 'PENDING';
  addresses?: string[];
  namespace?: string;
  guest?: string;
  /** Of a virtual IP. */
  purpose?: Vip['purpose'];
  service?: string;
}

export interface Topology {
  nodes: TopologyNode[];
  links: { from: string; to: string; address?: string }[];
}

export interface NetworkCheck {
  id: string;
  name: string;
  hop?: string;
  state: 'OK' | 'WARNING' | 'FAILED' | 'SKIPPED';
  field?: string;
  message?: string;
  to_do?: string;
}

export interface NetworkChecks {
  ok: boolean;
  checks: NetworkCheck[];
}

export interface Compatibility {
  cluster: string;
  compatible: boolean;
  incompatibility_reasons: Message[];
}

export interface SizeInfo {
  num_supported_pods: number;
  num_supported_services: number;
  master_vm_info: { count: number; memory: number; capacity: number };
}

export interface Policy {
  policy: string;
  name: string;
  description?: string;
}

export interface Network {
  network: string;
  name: string;
  type: string;
}

export interface Library {
  id: string;
  name: string;
  type: string;
  items?: number;
}

export interface InstanceStatus {
  state: string;
  runtime: string;
  runtime_description: string;
  management_network: string;
  workload_network: string;
  front_port?: number;
  haproxy: { running: boolean; data_plane_api: string };
  failing_reconciliations?: number;
}

/** The enable specification of vCenter 7.0.1, as it is sent and as the lab offers it. */
export interface EnableSpec {
  size_hint?: string;
  network_provider?: string;
  service_cidr?: { address: string; prefix: number };
  master_management_network?: {
    network?: string;
    mode?: string;
    address_range?: { starting_address: string; address_count: number; subnet_mask: string; gateway: string };
  };
  workload_networks_spec?: { supervisor_primary_workload_network?: WorkloadNetwork; network_list?: WorkloadNetwork[] };
  load_balancer_config_spec?: {
    id: string;
    provider: string;
    address_ranges: AddressRange[];
    ha_proxy_config_create_spec: {
      servers: { host: string; port: number }[];
      username: string;
      password: string;
      certificate_authority_chain: string;
    };
  };
  master_DNS?: string[];
  worker_DNS?: string[];
  master_DNS_search_domains?: string[];
  master_NTP_servers?: string[];
  Master_DNS_names?: string[];
  master_storage_policy?: string;
  ephemeral_storage_policy?: string;
  image_storage?: { storage_policy: string };
  default_kubernetes_service_content_library?: string;
}

/** `GET …/software/clusters/{cluster}`. */
export interface SupervisorSoftware {
  current_version: string;
  desired_version?: string;
  available_versions: string[];
  state: 'PENDING' | 'READY' | 'ERROR';
}
