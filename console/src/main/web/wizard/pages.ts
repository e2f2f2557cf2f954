import type { DraftField } from './draft';

export type PageId = 'stack' | 'cluster' | 'size' | 'storage' | 'balancer' | 'management' | 'workload' | 'library' | 'review';

/** The pages of the wizard in their order, each with the fields that stand on it. */
export const PAGES: readonly { readonly id: PageId; readonly fields: readonly DraftField[] }[] = [
  { id: 'stack', fields: ['provider'] },
  { id: 'cluster', fields: ['cluster'] },
  { id: 'size', fields: ['size'] },
  { id: 'storage', fields: ['masterPolicy', 'ephemeralPolicy', 'imagePolicy'] },
  { id: 'balancer', fields: ['balancerName', 'balancerServers', 'balancerUser', 'balancerPassword', 'balancerRanges', 'balancerAuthority'] },
  { id: 'management', fields: ['managementNetwork', 'managementStart', 'managementMask', 'managementGateway', 'dns', 'searchDomains', 'ntp'] },
  {
    id: 'workload',
    fields: ['services', 'workloadName', 'workloadPortGroup', 'workloadRanges', 'workloadMask', 'workloadGateway', 'workloadDns', 'furtherNetworks'],
  },
  { id: 'library', fields: ['library'] },
  { id: 'review', fields: [] },
];

/** Which of the wizard's fields a field of the specification is, for faults that the server finds. */
const FIELDS: readonly (readonly [RegExp, DraftField])[] = [
  [/^network_provider/, 'provider'],
  [/^size_hint/, 'size'],
  [/^service_cidr/, 'services'],
  [/^master_management_network\.address_range\.gateway/, 'managementGateway'],
  [/^master_management_network\.address_range\.subnet_mask/, 'managementMask'],
  [/^master_management_network\.(address_range|mode)/, 'managementStart'],
  [/^master_management_network/, 'managementNetwork'],
  [/^workload_networks_spec\.network_list/, 'furtherNetworks'],
  [/^workload_networks_spec\..*\.portgroup/, 'workloadPortGroup'],
  [/^workload_networks_spec\..*\.gateway/, 'workloadGateway'],
  [/^workload_networks_spec\..*\.subnet_mask/, 'workloadMask'],
  [/^workload_networks_spec\..*\.address_ranges/, 'workloadRanges'],
  [/^workload_networks_spec/, 'workloadName'],
  [/^load_balancer_config_spec\.address_ranges/, 'balancerRanges'],
  [/^load_balancer_config_spec\..*\.servers/, 'balancerServers'],
  [/^load_balancer_config_spec\..*\.username/, 'balancerUser'],
  [/^load_balancer_config_spec\..*\.password/, 'balancerPassword'],
  [/^load_balancer_config_spec\..*\.certificate_authority_chain/, 'balancerAuthority'],
  [/^load_balancer_config_spec/, 'balancerName'],
  [/^master_storage_policy/, 'masterPolicy'],
  [/^ephemeral_storage_policy/, 'ephemeralPolicy'],
  [/^image_storage/, 'imagePolicy'],
  [/^master_DNS_search/, 'searchDomains'],
  [/^master_DNS/, 'dns'],
  [/^worker_DNS/, 'workloadDns'],
  [/^master_NTP/, 'ntp'],
  [/^default_kubernetes_service_content_library/, 'library'],
];

export function draftField(field: string): DraftField | undefined {
  return FIELDS.find(([pattern]) => pattern.test(field))?.[1];
}

export function pageOf(field: DraftField): PageId {
  return PAGES.find((page) => page.fields.includes(field))?.id ?? 'review';
}
