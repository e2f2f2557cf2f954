import { html, nothing, type TemplateResult } from 'lit';
import type { Supervisor } from '../api/types';
import type { App, Page } from '../app/app';
import { link, type Route } from '../app/route';
import { pageHead } from '../app/shell';
import { age, megahertz, mebibytes, t } from '../i18n/i18n';
import type { Dialog } from '../ui/dialog';
import { alert, button, card, emptyState, facts, grid, state, tabs, usage, type Content } from '../ui/parts';
import { nodeState, supervisorState } from '../ui/tones';
import { sizeName } from '../wizard/wizard';
import { confirmRemoval } from './confirm';
import { downloadsCard } from './downloads';
import { eventGrid } from './events';
import { steps } from './steps';
import { editBalancer, editWorkload, rangesText, upgradeSupervisor } from './supervisor-dialogs';

/** One Supervisor: how it is, what it is made of, and its end. */
export class SupervisorPage implements Page {
  readonly section = 'workload';
  private tab: string;

  constructor(
    private readonly app: App,
    private readonly cluster: string,
    route: Route,
  ) {
    this.tab = route.query['tab'] ?? 'summary';
  }

  get title(): string {
    return this.supervisor?.cluster_name || this.cluster;
  }

  private get supervisor(): Supervisor | undefined {
    return this.app.live.get('supervisor', this.cluster);
  }

  moved(route: Route): void {
    this.tab = route.query['tab'] ?? 'summary';
  }

  view(): Content {
    const supervisor = this.supervisor;
    const crumbs = [[t('Workload Management'), link([])]] as const;
    if (supervisor === undefined) {
      return html`${pageHead('cluster', this.title, { crumbs })}
        ${this.app.stream.state === 'connecting'
          ? html`<span class="spinner spinner-md" role="status">${t('Loading…')}</span>`
          : emptyState('cluster', t('This cluster has no Supervisor'), t('It has not been enabled, or its Supervisor was removed.'), html`<a class="btn btn-outline" href=${link(['enable'])}>${t('Enable a cluster')}</a>`)}`;
    }
    const settled = supervisor.config_status === 'RUNNING';
    return html`${pageHead('cluster', this.title, {
        crumbs,
        state: state(...supervisorState(supervisor)),
        actions: this.actions(supervisor),
      })}
      ${this.messages(supervisor)}
      ${settled ? nothing : card(supervisor.config_status === 'REMOVING' ? t('Removing') : t('Progress'), steps(supervisor.steps ?? []), nothing, 'kt-wide')}
      ${tabs(
        [
          { id: 'summary', name: t('Summary'), view: () => this.summary(supervisor) },
          { id: 'settings', name: t('Settings'), view: () => this.settings(supervisor) },
          { id: 'steps', name: t('Steps of enabling'), view: () => steps(supervisor.steps ?? []) },
          { id: 'events', name: t('Events'), view: () => eventGrid(this.app, (event) => systemNamespace(event.metadata.namespace ?? '')) },
        ],
        this.tab,
        (id) => this.app.go(link(['supervisors', this.cluster], { tab: id })),
      )}`;
  }

  private actions(supervisor: Supervisor): Content {
    if (this.app.session?.administrator !== true || supervisor.config_status === 'REMOVING') {
      return nothing;
    }
    const upgrade = supervisor.config_status === 'RUNNING' ? button(t('Upgrade…'), () => this.app.ask(upgradeSupervisor(this.app, supervisor))) : nothing;
    return html`${upgrade} ${button(t('Disable…'), () => this.disable(supervisor))}`;
  }

  private messages(supervisor: Supervisor): Content {
    const told = (supervisor.messages ?? []).filter(() => supervisor.config_status !== 'CONFIGURING' || (supervisor.steps ?? []).length === 0);
    return told.map((message) => alert({ tone: message.severity === 'ERROR' ? 'danger' : 'warning', text: message.details.default_message }));
  }

  private summary(supervisor: Supervisor): TemplateResult {
    const nodes = this.app.live.list('node');
    const stats = supervisor.stat_summary;
    const versions = [...new Set(nodes.map((node) => node.status?.nodeInfo?.kubeletVersion ?? '').filter((version) => version !== ''))];
    return html`<div class="kt-cards">
        ${card(
          t('Supervisor'),
          facts([
            [t('State'), state(...supervisorState(supervisor))],
            [t('Version'), versions.join(', ')],
            [t('Control plane address'), supervisor.api_server_cluster_endpoint ?? ''],
            [t('Control plane size'), sizeName(supervisor.size_hint)],
            [t('Namespaces'), html`<a href=${link(['namespaces'])}>${this.app.live.list('namespace').length}</a>`],
            [t('Tanzu Kubernetes clusters'), html`<a href=${link(['guests'])}>${this.app.live.list('guest').length}</a>`],
          ]),
        )}
        ${stats === undefined
          ? nothing
          : card(
              t('Capacity and use'),
              html`${usage(t('CPU'), stats.cpu_used, stats.cpu_capacity, megahertz)} ${usage(t('Memory'), stats.memory_used, stats.memory_capacity, mebibytes)}
                ${usage(t('Storage'), stats.storage_used, stats.storage_capacity, mebibytes)}`,
            )}
        ${downloadsCard(this.app, supervisor)}
      </div>
      <h2 class="kt-section">${t('Control plane nodes')}</h2>
      ${grid({
        label: t('Control plane nodes'),
        rows: nodes,
        empty: t('No node has registered yet.'),
        columns: [
          { id: 'name', name: t('Name'), cell: (node) => html`<span class="kt-code">${node.metadata.name}</span>` },
          { id: 'state', name: t('State'), cell: (node) => state(...nodeState(node)) },
          { id: 'version', name: t('Version'), cell: (node) => node.status?.nodeInfo?.kubeletVersion ?? '' },
          { id: 'address', name: t('Address'), cell: (node) => node.status?.addresses?.find((address) => address.type === 'InternalIP')?.address ?? '' },
          { id: 'age', name: t('Age'), cell: (node) => age(node.metadata.creationTimestamp) },
        ],
      })}`;
  }

  private settings(supervisor: Supervisor): TemplateResult {
    const balancer = supervisor.load_balancers?.[0];
    const network = supervisor.workload_networks?.supervisor_primary_workload_network;
    const may = this.app.session?.administrator === true && supervisor.config_status === 'RUNNING';
    const edit = (dialog: () => Dialog): Content => (may ? button(t('Edit…'), () => this.app.ask(dialog()), 'link') : nothing);
    return html`<div class="kt-cards">
      ${card(
        t('Load balancer'),
        facts([
          [t('Name'), balancer?.id ?? ''],
          [t('Type'), 'HAProxy'],
          [t('Data Plane API addresses'), (balancer?.ha_proxy_info?.servers ?? []).map((server) => `${server.host}:${server.port}`).join(', ')],
          [t('User name'), balancer?.ha_proxy_info?.username ?? ''],
          [t('Ranges of virtual IPs'), rangesText(balancer?.address_ranges)],
        ]),
        edit(() => editBalancer(this.app, supervisor)),
      )}
      ${card(
        t('Management network'),
        facts([
          [t('Floating address'), supervisor.api_server_management_endpoint ?? ''],
          [t('Control plane VMs'), (supervisor.api_servers ?? []).join(', ')],
          [t('DNS servers'), (supervisor.master_DNS ?? []).join(', ')],
          [t('NTP servers'), (supervisor.master_NTP_servers ?? []).join(', ')],
        ]),
      )}
      ${card(
        t('Workload network'),
        facts([
          [t('Name'), network?.network ?? ''],
          [t('Port group'), network?.vsphere_network.portgroup ?? ''],
          [t('Ranges of node addresses'), rangesText(network?.vsphere_network.address_ranges)],
          [t('Gateway'), network?.vsphere_network.gateway ?? ''],
          [t('IP addresses for Services'), supervisor.service_cidr === undefined ? '' : `${supervisor.service_cidr.address}/${supervisor.service_cidr.prefix}`],
        ]),
        edit(() => editWorkload(this.app, supervisor)),
      )}
    </div>`;
  }

  private disable(supervisor: Supervisor): void {
    const name = supervisor.cluster_name || supervisor.cluster;
    this.app.ask(
      confirmRemoval(this.app, {
        title: t('Disable Workload Management'),
        text: t('This removes the Supervisor, all namespaces in it and all of their clusters. It cannot be undone.'),
        name,
        action: t('Disable'),
        remove: () => this.app.http.post(`/api/vcenter/namespace-management/clusters/${encodeURIComponent(supervisor.cluster)}?action=disable`),
      }),
    );
  }
}

function systemNamespace(name: string): boolean {
  return name.startsWith('kube-') || name.startsWith('vmware-system-') || name === 'default' || name === '';
}
