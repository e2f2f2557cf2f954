import type { WorkloadNetwork } from '../api/types';
import { formatAddress, formatRange, parseAddress, parseRanges, size, subnetOf, type Range, type Subnet } from '../net/ipv4';

/** A further workload network, as one line of text: `team-b; port group; 10.44.60.1/24; 10.44.60.100-10.44.60.200`. */
export interface FurtherNetwork {
  readonly name: string;
  readonly portGroup: string;
  readonly gateway: number;
  readonly subnet: Subnet;
  readonly ranges: readonly Range[];
}

const BITS = 32;

/** The lines that say something. */
export const furtherLines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** One line; undefined when it is not of that form. Pure. */
export function parseFurther(line: string): FurtherNetwork | undefined {
  const [name = '', portGroup = '', network = '', ranges = '', ...rest] = line.split(';').map((part) => part.trim());
  const [address = '', prefix = ''] = network.split('/');
  const gateway = parseAddress(address);
  const found = parseRanges(ranges);
  const bits = /^\d{1,2}$/.test(prefix) ? Number(prefix) : 0;
  if (rest.length > 0 || name === '' || portGroup === '' || gateway === undefined || bits < 1 || bits > BITS || found === undefined || found.length === 0) {
    return undefined;
  }
  return { name, portGroup, gateway, subnet: subnetOf(gateway, bits), ranges: found };
}

/**
 * The networks as the API wants them; lines that are not of the form are left out.
 *
 * @param portGroups the ids of port groups by their names; an id stands for itself
 */
export function furtherNetworks(text: string, portGroups: ReadonlyMap<string, string>): WorkloadNetwork[] {
  return furtherLines(text)
    .map(parseFurther)
    .filter((network) => network !== undefined)
    .map((network) => ({
      network: network.name,
      network_provider: 'VSPHERE_NETWORK',
      vsphere_network: {
        portgroup: portGroups.get(network.portGroup) ?? network.portGroup,
        gateway: formatAddress(network.gateway),
        subnet_mask: formatAddress(2 ** BITS - 2 ** (BITS - network.subnet.prefix)),
        address_ranges: network.ranges.map((range) => ({ address: formatAddress(range.first), count: size(range) })),
      },
    }));
}

/** The lines of networks as the API has them. */
export function furtherText(networks: readonly WorkloadNetwork[], prefix: (mask: string) => number | undefined): string {
  return networks
    .map(({ network, vsphere_network: v }) => {
      const ranges = v.address_ranges.map((range) => {
        const first = parseAddress(range.address) ?? 0;
        return formatRange({ first, last: first + range.count - 1 });
      });
      return `${network}; ${v.portgroup}; ${v.gateway}/${prefix(v.subnet_mask) ?? ''}; ${ranges.join(', ')}`;
    })
    .join('\n');
}
