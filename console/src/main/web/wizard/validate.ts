import { t } from '../i18n/i18n';
import {
  contains, formatAddress, formatRange, has, maskPrefix, overlaps, parseAddress, parseCidr, parseRanges, subnetOf, type Range, type Subnet,
} from '../net/ipv4';
import { MANAGEMENT_ADDRESSES, parseServer, words, type Draft, type DraftField } from './draft';
import { furtherLines, parseFurther } from './further';

export type Faults = Partial<Record<DraftField, string>>;

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const LARGEST_SERVICES_PREFIX = 30;

/** What is wrong with the values so far, by field; the first fault of each. Pure; the server checks again. */
export function validate(draft: Draft): Faults {
  const check = new Validation(draft);
  check.run();
  return check.faults;
}

interface Named {
  readonly field: DraftField;
  readonly what: string;
  readonly range: Range;
}

class Validation {
  readonly faults: Faults = {};

  constructor(private readonly draft: Draft) {}

  run(): void {
    const { draft } = this;
    if (draft.provider !== 'VSPHERE_NETWORK') {
      this.add('provider', t('NSX-T is not configured in this vCenter.'));
    }
    for (const field of ['cluster', 'size', 'masterPolicy', 'ephemeralPolicy', 'imagePolicy', 'managementNetwork', 'workloadPortGroup'] as const) {
      this.required(field, t('Choose one.'));
    }
    this.balancer();
    const management = this.management();
    const workload = this.workload();
    this.apart(management, workload);
  }

  private balancer(): void {
    const { draft } = this;
    this.label('balancerName');
    if (this.required('balancerServers')) {
      const wrong = words(draft.balancerServers).find((server) => parseServer(server) === undefined);
      if (wrong !== undefined) {
        this.add('balancerServers', t('"{value}" is not a host with a port, such as 10.44.58.9:5556.', { value: wrong }));
      }
    }
    this.required('balancerUser');
    this.required('balancerPassword');
    this.ranges('balancerRanges');
    if (this.required('balancerAuthority') && !/-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/.test(draft.balancerAuthority)) {
      this.add('balancerAuthority', t('This is no certificate in PEM form: it begins with -----BEGIN CERTIFICATE-----.'));
    }
  }

  private management(): Named[] {
    const { draft } = this;
    const first = this.address('managementStart');
    const gateway = this.address('managementGateway');
    const subnet = this.subnet('managementMask', first);
    this.addresses('dns', true);
    this.ntp();
    if (first === undefined) {
      return [];
    }
    const range = { first, last: first + MANAGEMENT_ADDRESSES - 1 };
    if (subnet !== undefined && !contains(subnet, range)) {
      this.add('managementStart', t('{range} is not inside its subnet {subnet}: five addresses in a row are needed.', { range: formatRange(range), subnet: cidr(subnet) }));
    }
    if (subnet !== undefined && gateway !== undefined && !has(subnet, gateway)) {
      this.add('managementGateway', t('The gateway is outside the subnet {subnet}.', { subnet: cidr(subnet) }));
    }
    if (gateway !== undefined && has(range, gateway)) {
      this.add('managementStart', t('The range {range} contains the gateway.', { range: formatRange(range) }));
    }
    for (const server of words(draft.dns).map(parseAddress)) {
      if (server !== undefined && has(range, server)) {
        this.add('managementStart', t('The range {range} contains the DNS server {address}.', { range: formatRange(range), address: formatAddress(server) }));
      }
    }
    return [{ field: 'managementStart', what: t('the management range'), range }];
  }

  private workload(): Named[] {
    const { draft } = this;
    const services = parseCidr(draft.services);
    if (this.required('services') && (services === undefined || services.prefix > LARGEST_SERVICES_PREFIX)) {
      this.add('services', t('"{value}" is not a subnet such as 10.112.0.0/23.', { value: draft.services }));
    }
    this.label('workloadName');
    const ranges = this.ranges('workloadRanges');
    const gateway = this.address('workloadGateway');
    const subnet = this.subnet('workloadMask', gateway);
    this.addresses('workloadDns', false);
    for (const range of ranges) {
      if (subnet !== undefined && !contains(subnet, range)) {
        this.add('workloadRanges', t('{range} is not inside the subnet {subnet} of the gateway.', { range: formatRange(range), subnet: cidr(subnet) }));
      }
    }
    const named: Named[] = ranges.map((range) => ({ field: 'workloadRanges', what: t('the range of nodes'), range }));
    named.push(...this.further());
    if (services !== undefined) {
      named.unshift({ field: 'services', what: t('the range of services'), range: services });
    }
    return named;
  }

  private further(): Named[] {
    const named: Named[] = [];
    const names = new Set([this.draft.workloadName.trim()]);
    for (const line of furtherLines(this.draft.furtherNetworks)) {
      const network = parseFurther(line);
      if (network === undefined) {
        this.add('furtherNetworks', t('"{value}" is not a network such as team-b; workload; 10.44.60.1/24; 10.44.60.100-10.44.60.200.', { value: line }));
        continue;
      }
      if (!LABEL.test(network.name)) {
        this.add('furtherNetworks', t('At most 63 of a-z, 0-9 and -, beginning and ending with a letter or digit.'));
      }
      if (names.has(network.name)) {
        this.add('furtherNetworks', t('There are two networks of the name {name}.', { name: network.name }));
      }
      names.add(network.name);
      for (const range of network.ranges) {
        if (!contains(network.subnet, range)) {
          this.add('furtherNetworks', t('{range} is not inside the subnet {subnet} of the gateway.', { range: formatRange(range), subnet: cidr(network.subnet) }));
        }
        if (has(range, network.gateway)) {
          this.add('furtherNetworks', t('The range {range} contains the gateway.', { range: formatRange(range) }));
        }
        named.push({ field: 'furtherNetworks', what: t('the range of nodes'), range });
      }
    }
    return named;
  }

  private apart(management: Named[], workload: Named[]): void {
    const { draft } = this;
    const vips: Named[] = (parseRanges(draft.balancerRanges) ?? []).map((range) => ({ field: 'balancerRanges', what: t('the range of virtual IPs'), range }));
    const all = [...vips, ...management, ...workload]; // in the order of the pages: the later one is told
    all.forEach((b, i) => {
      const a = all.slice(0, i).find((other) => overlaps(other.range, b.range));
      if (a !== undefined) {
        this.add(b.field, t('{range} overlaps {what} {other}; ranges must be apart.', { range: formatRange(b.range), what: a.what, other: formatRange(a.range) }));
      }
    });
    const singles: [string, number | undefined][] = [
      [t('the management gateway'), parseAddress(draft.managementGateway)],
      [t('the workload gateway'), parseAddress(draft.workloadGateway)],
      ...words(draft.balancerServers).map((server): [string, number | undefined] => [t('the Data Plane API'), parseAddress(parseServer(server)?.host ?? '')]),
    ];
    for (const named of [...workload, ...vips, ...management]) {
      const inside = singles.find(([, address]) => address !== undefined && has(named.range, address));
      if (inside?.[1] !== undefined) {
        this.add(named.field, t('{range} contains {what} {address}; choose a range without it.', { range: formatRange(named.range), what: inside[0], address: formatAddress(inside[1]) }));
      }
    }
    const workloadSubnet = subnet(draft.workloadGateway, draft.workloadMask);
    const managementSubnet = subnet(draft.managementStart, draft.managementMask);
    if (workloadSubnet !== undefined && managementSubnet !== undefined && overlaps(workloadSubnet, managementSubnet)) {
      this.add('workloadGateway', t('The workload network overlaps the management network {subnet}; use different subnets.', { subnet: cidr(managementSubnet) }));
    }
  }

  private add(field: DraftField, message: string): void {
    this.faults[field] ??= message;
  }

  private required(field: DraftField, message = t('This is required.')): boolean {
    if (this.draft[field].trim() === '') {
      this.add(field, message);
      return false;
    }
    return true;
  }

  private label(field: DraftField): void {
    if (this.required(field) && !LABEL.test(this.draft[field].trim())) {
      this.add(field, t('At most 63 of a-z, 0-9 and -, beginning and ending with a letter or digit.'));
    }
  }

  private address(field: DraftField): number | undefined {
    if (!this.required(field)) {
      return undefined;
    }
    const address = parseAddress(this.draft[field]);
    if (address === undefined) {
      this.add(field, t('"{value}" is not an IPv4 address.', { value: this.draft[field] }));
    }
    return address;
  }

  private subnet(maskField: DraftField, address: number | undefined): Subnet | undefined {
    if (!this.required(maskField)) {
      return undefined;
    }
    const prefix = maskPrefix(this.draft[maskField]);
    if (prefix === undefined) {
      this.add(maskField, t('"{value}" is not a subnet mask such as 255.255.255.0.', { value: this.draft[maskField] }));
      return undefined;
    }
    return address === undefined ? undefined : subnetOf(address, prefix);
  }

  private ranges(field: DraftField): Range[] {
    if (!this.required(field)) {
      return [];
    }
    const ranges = parseRanges(this.draft[field]);
    if (ranges === undefined) {
      this.add(field, t('Give ranges such as 10.44.59.51-10.44.59.99 or 10.44.60.0/26, apart by commas.'));
    }
    return ranges ?? [];
  }

  private addresses(field: DraftField, required: boolean): void {
    if (required && !this.required(field)) {
      return;
    }
    const wrong = words(this.draft[field]).find((word) => parseAddress(word) === undefined);
    if (wrong !== undefined) {
      this.add(field, t('"{value}" is not an IPv4 address.', { value: wrong }));
    }
  }

  private ntp(): void {
    const wrong = words(this.draft.ntp).find((word) => !/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(word));
    if (wrong !== undefined) {
      this.add('ntp', t('"{value}" is neither an address nor a host name.', { value: wrong }));
    }
  }
}

const cidr = (subnet: Subnet): string => `${formatAddress(subnet.first)}/${subnet.prefix}`;

function subnet(address: string, mask: string): Subnet | undefined {
  const [base, prefix] = [parseAddress(address), maskPrefix(mask)];
  return base === undefined || prefix === undefined ? undefined : subnetOf(base, prefix);
}
