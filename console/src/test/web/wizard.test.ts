import { describe, expect, it } from 'vitest';
import type { EnableSpec } from '../../main/web/api/types';
import { EMPTY, fromSpec, parseServer, toSpec, type Draft } from '../../main/web/wizard/draft';
import { draftField, pageOf, PAGES } from '../../main/web/wizard/pages';
import { validate } from '../../main/web/wizard/validate';
import { loginCommand, serverAt, systemOf } from '../../main/web/pages/downloads';
import { rangesOf, rangesText } from '../../main/web/pages/supervisor-dialogs';
import type { App } from '../../main/web/app/app';

const LAB: EnableSpec = {
  size_hint: 'TINY',
  network_provider: 'VSPHERE_NETWORK',
  service_cidr: { address: '10.112.0.0', prefix: 23 },
  master_management_network: {
    network: 'dvportgroup-30',
    mode: 'STATICRANGE',
    address_range: { starting_address: '10.44.58.50', address_count: 5, subnet_mask: '255.255.255.0', gateway: '10.44.58.1' },
  },
  workload_networks_spec: {
    supervisor_primary_workload_network: {
      network: 'workload',
      network_provider: 'VSPHERE_NETWORK',
      vsphere_network: { portgroup: 'dvportgroup-31', gateway: '10.44.59.1', subnet_mask: '255.255.255.0', address_ranges: [{ address: '10.44.59.100', count: 155 }] },
    },
  },
  load_balancer_config_spec: {
    id: 'haproxy',
    provider: 'HA_PROXY',
    address_ranges: [{ address: '10.44.59.51', count: 49 }],
    ha_proxy_config_create_spec: {
      servers: [{ host: '10.44.58.9', port: 5556 }],
      username: 'admin',
      password: 'secret',
      certificate_authority_chain: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
    },
  },
  master_DNS: ['10.44.58.3'],
  worker_DNS: ['10.44.58.3'],
  master_NTP_servers: ['10.44.58.3'],
  master_storage_policy: 'p2',
  ephemeral_storage_policy: 'p2',
  image_storage: { storage_policy: 'p2' },
  default_kubernetes_service_content_library: 'lib',
};

const draft: Draft = { ...EMPTY, cluster: 'domain-c8', ...fromSpec(LAB) };

describe('the draft', () => {
  it('gives the specification back that it was made from', () => {
    expect(toSpec(draft)).toEqual(LAB);
  });

  it('has further workload networks, a line each, by the names of port groups', () => {
    const spec = toSpec({ ...draft, furtherNetworks: 'team-b; workload b; 10.44.60.1/23; 10.44.61.10-10.44.61.19, 10.44.61.30\n\n' }, new Map([['workload b', 'dvportgroup-40']]));
    expect(spec.workload_networks_spec?.network_list).toEqual([
      {
        network: 'team-b',
        network_provider: 'VSPHERE_NETWORK',
        vsphere_network: {
          portgroup: 'dvportgroup-40',
          gateway: '10.44.60.1',
          subnet_mask: '255.255.254.0',
          address_ranges: [{ address: '10.44.61.10', count: 10 }, { address: '10.44.61.30', count: 1 }],
        },
      },
    ]);
    expect(toSpec({ ...EMPTY, ...fromSpec(spec) })).toEqual(spec);
  });

  it('leaves out what has not been filled in, so that a part can be checked', () => {
    const part = toSpec({ ...EMPTY, balancerServers: '10.44.58.9', balancerUser: 'admin' });
    expect(part.master_management_network).toBeUndefined();
    expect(part.workload_networks_spec).toBeUndefined();
    expect(part.load_balancer_config_spec?.ha_proxy_config_create_spec.servers).toEqual([{ host: '10.44.58.9', port: 5556 }]);
  });

  it('reads servers with and without a port', () => {
    expect(parseServer('haproxy.lab:443')).toEqual({ host: 'haproxy.lab', port: 443 });
    expect(parseServer('10.44.58.900')).toBeUndefined();
    expect(parseServer('host:0')).toBeUndefined();
    expect(parseServer('a:1:2')).toBeUndefined();
  });
});

describe('validation', () => {
  it("finds nothing wrong with the lab's values", () => {
    expect(validate(draft)).toEqual({});
  });

  it('wants everything that is needed', () => {
    const faults = validate(EMPTY);
    for (const page of PAGES) {
      for (const field of page.fields) {
        const optional = ['provider', 'size', 'searchDomains', 'ntp', 'workloadDns', 'furtherNetworks', 'library'].includes(field);
        expect(faults[field] === undefined, field).toBe(optional);
      }
    }
  });

  it.each<[Partial<Draft>, keyof Draft, RegExp]>([
    [{ provider: 'NSXT_CONTAINER_PLUGIN' }, 'provider', /NSX-T/],
    [{ balancerName: 'HAProxy!' }, 'balancerName', /a-z/],
    [{ balancerServers: '10.44.58.9:99999' }, 'balancerServers', /host with a port/],
    [{ balancerAuthority: 'MIIB' }, 'balancerAuthority', /PEM/],
    [{ managementStart: '10.44.58.253' }, 'managementStart', /five addresses/],
    [{ managementStart: '10.44.58.1' }, 'managementStart', /gateway/],
    [{ managementMask: '255.0.255.0' }, 'managementMask', /mask/],
    [{ managementGateway: '10.44.57.1' }, 'managementGateway', /outside/],
    [{ dns: 'dns.lab' }, 'dns', /IPv4/],
    [{ services: '10.112.0.0' }, 'services', /subnet/],
    [{ workloadRanges: '10.44.59.90-10.44.59.200' }, 'workloadRanges', /overlaps the range of virtual IPs 10\.44\.59\.51/],
    [{ workloadRanges: '10.44.60.1-10.44.60.9' }, 'workloadRanges', /not inside/],
    [{ workloadGateway: '10.44.59.120' }, 'workloadRanges', /contains the workload gateway/],
    [{ balancerRanges: '10.44.58.8-10.44.58.20' }, 'balancerRanges', /contains the Data Plane API 10\.44\.58\.9/],
    [{ balancerRanges: 'some' }, 'balancerRanges', /ranges such as/],
    [{ furtherNetworks: 'team-b; 10.44.60.1/24' }, 'furtherNetworks', /not a network such as/],
    [{ furtherNetworks: 'workload; pg; 10.44.60.1/24; 10.44.60.9' }, 'furtherNetworks', /two networks/],
    [{ furtherNetworks: 'team-b; pg; 10.44.60.1/24; 10.44.61.9' }, 'furtherNetworks', /not inside/],
    [{ furtherNetworks: 'team-b; pg; 10.44.59.1/24; 10.44.59.100-10.44.59.101' }, 'furtherNetworks', /overlaps the range of nodes/],
    [{ workloadGateway: '10.44.58.2', workloadRanges: '10.44.58.100-10.44.58.120' }, 'workloadGateway', /different subnets/],
  ])('tells of %j', (change, field, message) => {
    expect(validate({ ...draft, ...change })[field]).toMatch(message);
  });
});

describe('faults of the server', () => {
  it.each([
    ['load_balancer_config_spec.ha_proxy_config_create_spec.servers[0]', 'balancerServers'],
    ['workload_networks_spec.supervisor_primary_workload_network.vsphere_network.address_ranges', 'workloadRanges'],
    ['master_management_network.address_range', 'managementStart'],
    ['workload_networks_spec.network_list[0].vsphere_network.portgroup', 'furtherNetworks'],
    ['image_storage.storage_policy', 'imagePolicy'],
    ['master_DNS_search_domains', 'searchDomains'],
  ])('stand at their field: %s', (field, name) => {
    expect(draftField(field)).toBe(name);
    expect(pageOf(name as keyof Draft)).not.toBe('review');
  });

  it('knows no field that is not of the specification', () => {
    expect(draftField('something_else')).toBeUndefined();
  });
});

describe('a running Supervisor', () => {
  it('has its ranges written and read alike', () => {
    const ranges = [{ address: '10.44.59.51', count: 49 }, { address: '10.44.60.1', count: 1 }];
    expect(rangesText(ranges)).toBe('10.44.59.51-10.44.59.99, 10.44.60.1');
    expect(rangesOf(rangesText(ranges))).toEqual(ranges);
    expect(rangesOf('')).toBeUndefined();
    expect(rangesOf('nonsense')).toBeUndefined();
  });

  it('is logged in at with the port where it is not the usual one', () => {
    expect(serverAt('10.44.59.51', 443)).toBe('10.44.59.51');
    expect(serverAt('10.44.59.51', undefined)).toBe('10.44.59.51');
    const app = { instance: { front_port: 10443 }, session: { user: 'devops@vsphere.local' } } as unknown as App;
    expect(loginCommand(app, '127.44.59.51', { namespace: 'ns1', name: 'tkc01' })).toBe(
      'kubectl vsphere login --server=127.44.59.51:10443 --insecure-skip-tls-verify --tanzu-kubernetes-cluster-name tkc01 --tanzu-kubernetes-cluster-namespace ns1 -u devops@vsphere.local',
    );
  });

  it('offers the plugin for the system of the browser', () => {
    expect(systemOf('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)').id).toBe('darwin-amd64');
    expect(systemOf('Mozilla/5.0 (X11; Linux x86_64)').id).toBe('linux-amd64');
  });
});
