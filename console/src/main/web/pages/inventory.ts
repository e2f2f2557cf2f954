import { html } from 'lit';
import type { Host, Vm } from '../api/types';
import type { App, Page } from '../app/app';
import { link, type Route } from '../app/route';
import { pageHead } from '../app/shell';
import { mebibytes, megahertz, t } from '../i18n/i18n';
import { filterBox, matches } from '../ui/filter';
import { grid, state, tabs, usage, type Content, type Ordering } from '../ui/parts';
import { guestOsState, powerState } from '../ui/tones';

interface Nic {
  readonly address?: string;
  readonly mac_address?: string;
  readonly network?: string;
}

/** The network cards of a machine, whichever way the server writes lists. */
export function nicsOf(vm: Vm): readonly Nic[] {
  if (Array.isArray(vm.nics)) {
    return (vm.nics as { value?: Nic }[]).map((nic) => nic.value ?? (nic as Nic));
  }
  return vm.nics !== null && typeof vm.nics === 'object' ? Object.values(vm.nics as Record<string, Nic>) : [];
}

export const addressesOf = (vm: Vm): string => nicsOf(vm).map((nic) => nic.address ?? '').filter((address) => address !== '').join(', ');

/** Hosts and virtual machines. */
export class InventoryPage implements Page {
  readonly title = t('Hosts and VMs');
  readonly section = 'inventory';
  private tab: string;
  private filter = '';
  private hostOrder: Ordering = { column: 'name', descending: false };
  private vmOrder: Ordering = { column: 'name', descending: false };

  constructor(
    private readonly app: App,
    route: Route,
  ) {
    this.tab = route.query['tab'] ?? 'vms';
  }

  moved(route: Route): void {
    this.tab = route.query['tab'] ?? 'vms';
  }

  view(): Content {
    return html`${pageHead('vm', this.title)}
      ${tabs(
        [
          { id: 'vms', name: t('Virtual machines'), view: () => this.vms() },
          { id: 'hosts', name: t('Hosts'), view: () => this.hosts() },
        ],
        this.tab,
        (tab) => this.app.go(link(['inventory'], { tab })),
      )}`;
  }

  private vms(): Content {
    const hosts = new Map(this.app.live.list('host').map((host) => [host.host, host.name]));
    const host = (vm: Vm): string => hosts.get(vm.host ?? '') ?? vm.host ?? '';
    const rows = this.app.live.list('vm').filter((vm) => matches(this.filter, vm.name, vm.namespace, host(vm), addressesOf(vm), vm.guest_state));
    return html`<div class="kt-tools">${filterBox(this.filter, (value) => {
        this.filter = value;
        this.app.refresh();
      })}</div>
      ${grid<Vm>({
        label: t('Virtual machines'),
        rows,
        ordering: this.vmOrder,
        order: (ordering) => {
          this.vmOrder = ordering;
          this.app.refresh();
        },
        empty: t('There is no machine that you may see.'),
        columns: [
          { id: 'name', name: t('Name'), cell: (vm) => html`<a href=${link(['vms', vm.vm])}>${vm.name}</a>`, order: (vm) => vm.name },
          { id: 'power', name: t('Power'), cell: (vm) => state(...powerState(vm)), order: (vm) => vm.power_state },
          { id: 'guest', name: t('Guest'), cell: (vm) => state(...guestOsState(vm)), order: (vm) => vm.guest_state ?? '' },
          { id: 'namespace', name: t('Namespace'), cell: (vm) => vm.namespace || '—', order: (vm) => vm.namespace ?? '' },
          { id: 'host', name: t('Host'), cell: host, order: host },
          { id: 'cpu', name: t('CPUs'), cell: (vm) => vm.cpu?.count ?? '', order: (vm) => vm.cpu?.count ?? 0, numeric: true },
          { id: 'memory', name: t('Memory'), cell: (vm) => mebibytes(vm.memory?.size_MiB ?? 0), order: (vm) => vm.memory?.size_MiB ?? 0, numeric: true },
          { id: 'address', name: t('Addresses'), cell: addressesOf, order: addressesOf },
        ],
      })}`;
  }

  private hosts(): Content {
    return grid<Host>({
      label: t('Hosts'),
      rows: this.app.live.list('host'),
      ordering: this.hostOrder,
      order: (ordering) => {
        this.hostOrder = ordering;
        this.app.refresh();
      },
      empty: t('The inventory has no host.'),
      columns: [
        { id: 'name', name: t('Name'), cell: (host) => host.name, order: (host) => host.name },
        { id: 'state', name: t('State'), cell: (host) => (host.connection_state === 'CONNECTED' ? state('good', t('Connected')) : state('bad', host.connection_state)), order: (host) => host.connection_state },
        { id: 'machines', name: t('Machines'), cell: (host) => host.usage.machines, order: (host) => host.usage.machines, numeric: true },
        { id: 'cpu', name: t('CPU'), cell: (host) => usage('', host.usage.cpu_mhz, host.cpu_cores * host.cpu_mhz, megahertz), order: (host) => host.usage.cpu_mhz },
        { id: 'memory', name: t('Memory'), cell: (host) => usage('', host.usage.memory_MiB, host.memory_MiB, mebibytes), order: (host) => host.usage.memory_MiB },
      ],
    });
  }
}
