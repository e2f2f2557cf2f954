import { html, nothing } from 'lit';
import type { AddressRange, SupervisorSoftware, Supervisor } from '../api/types';
import type { App } from '../app/app';
import { Fetched } from '../app/fetched';
import { t } from '../i18n/i18n';
import { formatAddress, formatRange, parseAddress, parseRanges, size } from '../net/ipv4';
import type { Dialog } from '../ui/dialog';
import { alert, facts, field, select } from '../ui/parts';
import { parseServer, words } from '../wizard/draft';

/** The dialogs that change a running Supervisor. */

const cluster = (supervisor: Supervisor): string => `/api/vcenter/namespace-management/clusters/${encodeURIComponent(supervisor.cluster)}`;

/** Ranges as people write them. Pure. */
export function rangesText(list: readonly AddressRange[] | undefined): string {
  return (list ?? [])
    .flatMap((range) => {
      const first = parseAddress(range.address);
      return first === undefined ? [] : [formatRange({ first, last: first + range.count - 1 })];
    })
    .join(', ');
}

/** Ranges as the API wants them; undefined when the text is none. Pure. */
export function rangesOf(text: string): AddressRange[] | undefined {
  const ranges = parseRanges(text);
  return ranges === undefined || ranges.length === 0 ? undefined : ranges.map((range) => ({ address: formatAddress(range.first), count: size(range) }));
}

const rangesFault = (text: string): string | undefined =>
  rangesOf(text) === undefined ? t('Give ranges such as 10.44.59.51-10.44.59.99 or 10.44.60.0/26, apart by commas.') : undefined;

/** Data Plane API, credentials, authority and the ranges of virtual IPs. What is left empty stays as it is. */
export function editBalancer(app: App, supervisor: Supervisor): Dialog {
  const present = supervisor.load_balancers?.[0];
  const form = {
    servers: (present?.ha_proxy_info?.servers ?? []).map((server) => `${server.host}:${server.port}`).join(', '),
    user: present?.ha_proxy_info?.username ?? '',
    password: '',
    ranges: rangesText(present?.address_ranges),
    authority: '',
  };
  const set = (name: keyof typeof form) => (value: string): void => {
    form[name] = value;
    app.refresh();
  };
  const wrongServer = (): string | undefined => words(form.servers).find((server) => parseServer(server) === undefined);
  const serversFault = (): string | undefined => {
    const wrong = wrongServer();
    return wrong === undefined ? undefined : t('"{value}" is not a host with a port, such as 10.44.58.9:5556.', { value: wrong });
  };
  return {
    title: t('Load balancer'),
    wide: true,
    action: t('Save'),
    ready: () => wrongServer() === undefined && words(form.servers).length > 0 && form.user.trim() !== '' && rangesFault(form.ranges) === undefined,
    body: () => html`${field({ id: 'servers', label: t('Data Plane API addresses'), value: form.servers, required: true, fault: serversFault(), change: set('servers') })}
      ${field({ id: 'user', label: t('User name'), value: form.user, required: true, change: set('user') })}
      ${field({ id: 'secret', label: t('Password'), type: 'password', autocomplete: 'new-password', value: form.password, help: t('Empty leaves it as it is.'), change: set('password') })}
      ${field({ id: 'ranges', label: t('Ranges of virtual IPs'), value: form.ranges, required: true, fault: rangesFault(form.ranges), change: set('ranges') })}
      ${field({ id: 'authority', label: t('Server certificate authority'), type: 'area', rows: 4, value: form.authority, help: t('Empty leaves it as it is.'), change: set('authority') })}`,
    perform: () =>
      app.http.patch(cluster(supervisor), {
        load_balancer_config_spec: {
          address_ranges: rangesOf(form.ranges),
          ha_proxy_config_update_spec: {
            servers: words(form.servers).map(parseServer),
            username: form.user.trim(),
            ...(form.password === '' ? {} : { password: form.password }),
            ...(form.authority.trim() === '' ? {} : { certificate_authority_chain: form.authority.trim() }),
          },
        },
      }),
  };
}

/** The addresses of nodes on the primary workload network. */
export function editWorkload(app: App, supervisor: Supervisor): Dialog {
  const present = supervisor.workload_networks?.supervisor_primary_workload_network;
  let text = rangesText(present?.vsphere_network.address_ranges);
  return {
    title: t('Workload network'),
    action: t('Save'),
    ready: () => rangesFault(text) === undefined,
    body: () => html`${field({
      id: 'ranges',
      label: t('Ranges of node addresses'),
      value: text,
      required: true,
      fault: rangesFault(text),
      help: t('Such as 10.44.59.100-10.44.59.254. A cluster needs one per node.'),
      change: (value) => {
        text = value;
        app.refresh();
      },
    })}`,
    perform: () =>
      app.http.patch(cluster(supervisor), {
        workload_networks_spec: { supervisor_primary_workload_network: { network: present?.network, vsphere_network: { address_ranges: rangesOf(text) } } },
      }),
  };
}

/** To which version the Supervisor goes. */
export function upgradeSupervisor(app: App, supervisor: Supervisor): Dialog {
  const path = `/api/vcenter/namespace-management/software/clusters/${encodeURIComponent(supervisor.cluster)}`;
  const found = new Fetched(app, () => app.http.get<SupervisorSoftware>(path));
  let wanted = '';
  return {
    title: t('Upgrade {name}', { name: supervisor.cluster_name || supervisor.cluster }),
    action: t('Upgrade'),
    ready: () => wanted !== '',
    body: () => {
      const software = found.at('');
      const list = software?.available_versions ?? [];
      return html`${found.error === '' ? nothing : alert({ tone: 'danger', text: found.error })}
        ${facts([[t('Now'), software?.current_version ?? '']])}
        ${software !== undefined && list.length === 0 ? alert({ tone: 'info', text: t('There is no newer version that this Supervisor can go to.') }) : nothing}
        ${list.length === 0
          ? nothing
          : select({
              id: 'version',
              label: t('Version'),
              value: wanted,
              required: true,
              empty: t('Choose…'),
              choices: list.map((value) => ({ value, name: value })),
              help: t('Control plane VMs are replaced one after the other; the API answers throughout.'),
              change: (value) => {
                wanted = value;
                app.refresh();
              },
            })}`;
    },
    perform: () => app.http.post(`${path}?action=upgrade`, { desired_version: wanted }),
  };
}
