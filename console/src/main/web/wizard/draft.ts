import type { AddressRange, EnableSpec } from '../api/types';
import { formatAddress, formatRange, maskPrefix, parseAddress, parseCidr, parseRanges, size, type Range } from '../net/ipv4';
import { furtherNetworks, furtherText } from './further';

/** What has been filled into the wizard: every value as typed. */
export interface Draft {
  provider: 'VSPHERE_NETWORK' | 'NSXT_CONTAINER_PLUGIN';
  cluster: string;
  size: string;
  masterPolicy: string;
  ephemeralPolicy: string;
  imagePolicy: string;
  balancerName: string;
  balancerServers: string;
  balancerUser: string;
  balancerPassword: string;
  balancerRanges: string;
  balancerAuthority: string;
  managementNetwork: string;
  managementStart: string;
  managementMask: string;
  managementGateway: string;
  dns: string;
  searchDomains: string;
  ntp: string;
  services: string;
  workloadName: string;
  workloadPortGroup: string;
  workloadRanges: string;
  workloadMask: string;
  workloadGateway: string;
  workloadDns: string;
  furtherNetworks: string;
  library: string;
}

export type DraftField = keyof Draft;

export const EMPTY: Draft = {
  provider: 'VSPHERE_NETWORK',
  cluster: '',
  size: 'TINY',
  masterPolicy: '',
  ephemeralPolicy: '',
  imagePolicy: '',
  balancerName: '',
  balancerServers: '',
  balancerUser: '',
  balancerPassword: '',
  balancerRanges: '',
  balancerAuthority: '',
  managementNetwork: '',
  managementStart: '',
  managementMask: '',
  managementGateway: '',
  dns: '',
  searchDomains: '',
  ntp: '',
  services: '',
  workloadName: '',
  workloadPortGroup: '',
  workloadRanges: '',
  workloadMask: '',
  workloadGateway: '',
  workloadDns: '',
  furtherNetworks: '',
  library: '',
};

export const MANAGEMENT_ADDRESSES = 5;
const DATA_PLANE_PORT = 5556;

export const words = (text: string): string[] => text.split(/[,;\s]+/).filter((word) => word !== '');

/** `host:port`, the port being 5556 where none is given. */
export function parseServer(text: string): { host: string; port: number } | undefined {
  const [host = '', port, ...rest] = text.split(':');
  const parsed = port === undefined ? DATA_PLANE_PORT : /^\d{1,5}$/.test(port) ? Number(port) : 0;
  const fine = rest.length === 0 && parsed >= 1 && parsed <= 65_535 && /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(host);
  const address = /^[\d.]+$/.test(host);
  return fine && (!address || parseAddress(host) !== undefined) ? { host, port: parsed } : undefined;
}

function apiRanges(text: string): AddressRange[] {
  return (parseRanges(text) ?? []).map((range) => ({ address: formatAddress(range.first), count: size(range) }));
}

function textRanges(ranges: readonly AddressRange[] | undefined): string {
  return (ranges ?? [])
    .map((range): Range | undefined => {
      const first = parseAddress(range.address);
      return first === undefined ? undefined : { first, last: first + range.count - 1 };
    })
    .filter((range) => range !== undefined)
    .map(formatRange)
    .join(', ');
}

/**
 * The specification that is sent. What has not been filled in is left out, so that a part can be checked.
 *
 * @param portGroups the ids of port groups by their names, for further workload networks
 */
export function toSpec(draft: Draft, portGroups: ReadonlyMap<string, string> = new Map()): EnableSpec {
  const spec: EnableSpec = { size_hint: draft.size, network_provider: draft.provider };
  const services = parseCidr(draft.services);
  if (services !== undefined) {
    spec.service_cidr = { address: formatAddress(services.first), prefix: services.prefix };
  }
  if (draft.managementStart !== '') {
    spec.master_management_network = {
      network: draft.managementNetwork,
      mode: 'STATICRANGE',
      address_range: {
        starting_address: draft.managementStart.trim(),
        address_count: MANAGEMENT_ADDRESSES,
        subnet_mask: draft.managementMask.trim(),
        gateway: draft.managementGateway.trim(),
      },
    };
  }
  if (draft.workloadRanges !== '') {
    spec.workload_networks_spec = {
      supervisor_primary_workload_network: {
        network: draft.workloadName.trim(),
        network_provider: 'VSPHERE_NETWORK',
        vsphere_network: {
          portgroup: draft.workloadPortGroup,
          gateway: draft.workloadGateway.trim(),
          subnet_mask: draft.workloadMask.trim(),
          address_ranges: apiRanges(draft.workloadRanges),
        },
      },
    };
    const further = furtherNetworks(draft.furtherNetworks, portGroups);
    if (further.length > 0) {
      spec.workload_networks_spec.network_list = further;
    }
  }
  if (draft.balancerServers !== '' || draft.balancerRanges !== '') {
    spec.load_balancer_config_spec = {
      id: draft.balancerName.trim(),
      provider: 'HA_PROXY',
      address_ranges: apiRanges(draft.balancerRanges),
      ha_proxy_config_create_spec: {
        servers: words(draft.balancerServers)
          .map(parseServer)
          .filter((server) => server !== undefined),
        username: draft.balancerUser.trim(),
        password: draft.balancerPassword,
        certificate_authority_chain: draft.balancerAuthority.trim(),
      },
    };
  }
  spec.master_DNS = words(draft.dns);
  spec.worker_DNS = words(draft.workloadDns);
  spec.master_NTP_servers = words(draft.ntp);
  if (draft.searchDomains !== '') {
    spec.master_DNS_search_domains = words(draft.searchDomains);
  }
  set(draft.masterPolicy, (policy) => (spec.master_storage_policy = policy));
  set(draft.ephemeralPolicy, (policy) => (spec.ephemeral_storage_policy = policy));
  set(draft.imagePolicy, (policy) => (spec.image_storage = { storage_policy: policy }));
  set(draft.library, (library) => (spec.default_kubernetes_service_content_library = library));
  return spec;
}

function set(value: string, use: (value: string) => void): void {
  if (value !== '') {
    use(value);
  }
}

/** The values of a specification as the wizard shows them. */
export function fromSpec(spec: EnableSpec): Partial<Draft> {
  const management = spec.master_management_network;
  const range = management?.address_range;
  const network = spec.workload_networks_spec?.supervisor_primary_workload_network;
  const balancer = spec.load_balancer_config_spec;
  const haproxy = balancer?.ha_proxy_config_create_spec;
  return {
    size: spec.size_hint ?? 'TINY',
    masterPolicy: spec.master_storage_policy ?? '',
    ephemeralPolicy: spec.ephemeral_storage_policy ?? '',
    imagePolicy: spec.image_storage?.storage_policy ?? '',
    balancerName: balancer?.id ?? '',
    balancerServers: (haproxy?.servers ?? []).map((server) => `${server.host}:${server.port}`).join(', '),
    balancerUser: haproxy?.username ?? '',
    balancerPassword: haproxy?.password ?? '',
    balancerRanges: textRanges(balancer?.address_ranges),
    balancerAuthority: haproxy?.certificate_authority_chain ?? '',
    managementNetwork: management?.network ?? '',
    managementStart: range?.starting_address ?? '',
    managementMask: range?.subnet_mask ?? '',
    managementGateway: range?.gateway ?? '',
    dns: (spec.master_DNS ?? []).join(', '),
    searchDomains: (spec.master_DNS_search_domains ?? []).join(', '),
    ntp: (spec.master_NTP_servers ?? []).join(', '),
    services: spec.service_cidr === undefined ? '' : `${spec.service_cidr.address}/${spec.service_cidr.prefix}`,
    workloadName: network?.network ?? '',
    workloadPortGroup: network?.vsphere_network.portgroup ?? '',
    workloadRanges: textRanges(network?.vsphere_network.address_ranges),
    workloadMask: network?.vsphere_network.subnet_mask ?? '',
    workloadGateway: network?.vsphere_network.gateway ?? '',
    workloadDns: (spec.worker_DNS ?? []).join(', '),
    furtherNetworks: furtherText(spec.workload_networks_spec?.network_list ?? [], maskPrefix),
    library: spec.default_kubernetes_service_content_library ?? '',
  };
}
