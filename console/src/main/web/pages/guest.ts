import { html, nothing, type TemplateResult } from 'lit';
import type { Explanation, Machine, Tkc } from '../api/types';
import type { App, Page } from '../app/app';
import { Fetched } from '../app/fetched';
import { link, type Route } from '../app/route';
import { pageHead } from '../app/shell';
import { deleteGuest } from '../guests/api';
import { asYaml } from '../guests/manifest';
import { rollout } from '../guests/rollout';
import { age, t } from '../i18n/i18n';
import { icon } from '../ui/icons';
import { alert, button, card, emptyState, facts, grid, state, tabs, type Content, type Tone } from '../ui/parts';
import { guestState } from '../ui/tones';
import { confirmRemoval } from './confirm';
import { chain } from './chain';
import { command, loginCommand } from './downloads';
import { eventGrid } from './events';
import { scaleDialog, upgradeDialog } from './guest-dialogs';
import { endpointOf, readiness, versionOf } from './guests';
import { rolloutView } from './rollout';

/** One guest cluster, live. */
export class GuestPage implements Page {
  readonly section = 'guests';
  readonly title: string;
  private tab: string;
  private readonly explained: Fetched<Explanation>;

  constructor(
    private readonly app: App,
    private readonly namespace: string,
    private readonly name: string,
    route: Route,
  ) {
    this.title = name;
    this.tab = route.query['tab'] ?? 'summary';
    this.explained = new Fetched(app, () => app.http.get<Explanation>(`/api/kantoku/explain/tkc/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`));
  }

  moved(route: Route): void {
    this.tab = route.query['tab'] ?? 'summary';
  }

  view(): Content {
    const guest = this.app.live.get('guest', `${this.namespace}/${this.name}`);
    const crumbs = [
      [t('Tanzu Kubernetes clusters'), link(['guests'])],
      [this.namespace, link(['namespaces', this.namespace])],
    ] as const;
    if (guest === undefined) {
      return html`${pageHead('nodes', this.title, { crumbs })}
        ${this.app.stream.state === 'connecting'
          ? html`<span class="spinner spinner-md" role="status">${t('Loading…')}</span>`
          : emptyState('nodes', t('There is no such cluster'), t('It was deleted, or is just being made.'), html`<a class="btn btn-outline" href=${link(['guests'])}>${t('All clusters')}</a>`)}`;
    }
    const deleting = guest.metadata.deletionTimestamp !== undefined;
    return html`${pageHead('nodes', this.title, {
        crumbs,
        state: state(...guestState(guest)),
        actions: deleting
          ? nothing
          : html`${button(t('Scale…'), () => this.app.ask(scaleDialog(this.app, guest)))} ${button(t('Upgrade…'), () => this.app.ask(upgradeDialog(this.app, guest)))}
              ${button(t('Kubeconfig'), () => void this.kubeconfig())} ${button(t('Delete…'), () => this.remove())}`,
      })}
      ${this.rollout(guest)} ${this.trouble(guest)}
      ${tabs(
        [
          { id: 'summary', name: t('Summary'), view: () => this.summary(guest) },
          { id: 'explain', name: t('What it waits for'), view: () => this.explain() },
          { id: 'services', name: t('Services'), view: () => this.services() },
          { id: 'yaml', name: 'YAML', view: () => html`<pre class="kt-code kt-pre" tabindex="0" aria-label="YAML">${asYaml(guest)}</pre>` },
          { id: 'events', name: t('Events'), view: () => eventGrid(this.app, (event) => event.metadata.namespace === this.namespace && this.about(event.involvedObject?.name ?? '')) },
        ],
        this.tab,
        (id) => this.app.go(link(['guests', this.namespace, this.name], { tab: id })),
      )}`;
  }

  /** Whether an object belongs to this cluster by its name; names of parts begin with the cluster's. */
  private about(object: string): boolean {
    return object === this.name || object.startsWith(`${this.name}-`);
  }

  private rollout(guest: Tkc): Content {
    const going = rollout(guest, this.app.live.list('machine'));
    return going === undefined ? nothing : rolloutView(going);
  }

  private trouble(guest: Tkc): Content {
    if (guestState(guest)[0] === 'good' || this.tab === 'explain') {
      return nothing;
    }
    const blocker = this.explanation()?.blocker;
    return blocker === undefined
      ? nothing
      : alert({
          tone: 'warning',
          text: html`<strong>${blocker.kind} ${blocker.name}</strong> ${blocker.reason}: ${blocker.message}${blocker.to_do ? html`<div class="kt-todo">${t('To do: {text}', { text: blocker.to_do })}</div>` : nothing}`,
          actions: html`<a class="btn btn-link btn-sm" href=${link(['guests', this.namespace, this.name], { tab: 'explain' })}>${t('What it waits for')}</a>`,
        });
  }

  private explanation(): Explanation | undefined {
    return this.explained.at(this.app.live.version('guest', 'machine', 'vm', 'service'));
  }

  private summary(guest: Tkc): TemplateResult {
    const network = guest.spec?.settings?.network;
    const [masters, workers] = [readiness(this.app, guest, 'controlPlane'), readiness(this.app, guest, 'workers')];
    return html`<div class="kt-cards">
        ${card(
          t('Cluster'),
          facts([
            [t('State'), state(...guestState(guest))],
            [t('Version'), versionOf(guest)],
            [t('API address'), endpointOf(guest)],
            [t('Control plane'), t('{ready} of {wanted} ready', { ready: masters.ready, wanted: masters.wanted })],
            [t('Workers'), t('{ready} of {wanted} ready', { ready: workers.ready, wanted: workers.wanted })],
            [t('Age'), age(guest.metadata.creationTimestamp)],
          ]),
        )}
        ${card(
          t('Network'),
          facts([
            [t('Container network'), network?.cni?.name ?? ''],
            [t('Range of pods'), (network?.pods?.cidrBlocks ?? []).join(', ')],
            [t('Range of services'), (network?.services?.cidrBlocks ?? []).join(', ')],
            [t('Domain of services'), network?.serviceDomain ?? ''],
          ]),
        )}
        ${card(t('Conditions'), this.conditions(guest))}
        ${card(t('Log in'), command(this.app, loginCommand(this.app, this.supervisorVip(), { namespace: this.namespace, name: this.name })), undefined, 'kt-wide')}
      </div>
      <h2 class="kt-section">${t('Machines')}</h2>
      ${this.machines(guest)}`;
  }

  private supervisorVip(): string {
    const cluster = this.app.live.get('namespace', this.namespace)?.cluster ?? '';
    return this.app.live.get('supervisor', cluster)?.api_server_cluster_endpoint ?? '';
  }

  private conditions(guest: Tkc): Content {
    const list = guest.status?.conditions ?? [];
    return list.length === 0
      ? html`<p class="kt-quiet">${t('None yet.')}</p>`
      : html`<ul class="kt-plain">${list.map((condition) => {
          const tone: Tone = condition.status === 'True' ? 'good' : condition.status === 'False' ? 'warning' : 'busy';
          return html`<li>${state(tone, condition.type)}${condition.status === 'True' ? nothing : html`<div class="kt-quiet">${condition.reason ?? ''} ${condition.message ?? ''}</div>`}</li>`;
        })}</ul>`;
  }

  private machines(guest: Tkc): TemplateResult {
    const { live } = this.app;
    const rows = live.list('machine').filter((machine) => machine.metadata.namespace === this.namespace && machine.spec?.clusterName === this.name);
    const vms = new Map(live.list('vm').map((vm) => [vm.name, vm]));
    const nodes = guest.status?.nodeStatus ?? {};
    const nodeWord = (machine: Machine): string => nodes[machine.status?.nodeRef?.name ?? machine.metadata.name] ?? '';
    return grid<Machine>({
      label: t('Machines'),
      rows,
      ordering: { column: 'name', descending: false },
      empty: t('No machine has been made yet.'),
      columns: [
        {
          id: 'name',
          name: t('Name'),
          order: (machine) => machine.metadata.name,
          cell: (machine) => {
            const vm = vms.get(machine.metadata.name);
            return vm === undefined ? machine.metadata.name : html`<a href=${link(['vms', vm.vm])}>${machine.metadata.name}</a>`;
          },
        },
        { id: 'role', name: t('Role'), cell: (machine) => ('cluster.x-k8s.io/control-plane' in (machine.metadata.labels ?? {}) ? t('Control plane') : t('Worker')) },
        { id: 'phase', name: t('State'), cell: (machine) => state(machinePhase(machine), machine.status?.phase ?? 'Pending') },
        { id: 'node', name: t('Node'), cell: (machine) => (nodeWord(machine) === 'ready' ? state('good', t('Ready')) : nodeWord(machine) === '' ? '—' : state('warning', nodeWord(machine))) },
        { id: 'address', name: t('Address'), cell: (machine) => machine.status?.addresses?.map((address) => address.address).join(', ') ?? '' },
        { id: 'version', name: t('Version'), cell: (machine) => machine.spec?.version ?? '' },
        { id: 'age', name: t('Age'), cell: (machine) => age(machine.metadata.creationTimestamp), numeric: true },
      ],
    });
  }

  private explain(): TemplateResult {
    const explanation = this.explanation();
    return html`${this.explained.error === '' ? nothing : alert({ tone: 'warning', text: this.explained.error })}
      ${explanation === undefined ? nothing : chain(explanation)}`;
  }

  private services(): TemplateResult {
    const rows = (this.app.live.get('vips', '')?.addresses ?? []).filter((vip) => vip.guest === `${this.namespace}/${this.name}`);
    return grid({
      label: t('Services'),
      rows,
      empty: t('No virtual IP belongs to this cluster yet.'),
      columns: [
        { id: 'address', name: t('Virtual IP'), cell: (vip) => vip.address },
        { id: 'service', name: t('Service'), cell: (vip) => vip.service ?? '' },
        { id: 'purpose', name: t('Purpose'), cell: (vip) => (vip.purpose === 'GUEST_API' ? t('API of the cluster') : t('Service of the cluster')) },
        { id: 'ports', name: t('Ports'), cell: (vip) => (vip.ports ?? []).map((port) => port.port).join(', ') },
        { id: 'state', name: t('State'), cell: (vip) => (vip.state === 'SERVING' ? state('good', t('Serving')) : state('busy', vip.message || t('Waiting'))) },
      ],
    });
  }

  private async kubeconfig(): Promise<void> {
    await this.app.attempt(async () => {
      const text = await this.app.http.text(`/api/kantoku/guests/${encodeURIComponent(this.namespace)}/${encodeURIComponent(this.name)}/kubeconfig`);
      const anchor = document.createElement('a');
      anchor.href = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }));
      anchor.download = `${this.name}.kubeconfig`;
      anchor.click();
      setTimeout(() => URL.revokeObjectURL(anchor.href), 10_000);
    });
  }

  private remove(): void {
    this.app.ask(
      confirmRemoval(this.app, {
        title: t('Delete the cluster'),
        text: html`${icon('exclamation-triangle', 'kt-warning', true)} ${t('This deletes the cluster with its machines, volumes and virtual IPs. It cannot be undone.')}`,
        name: this.name,
        action: t('Delete'),
        remove: () => deleteGuest(this.app, this.namespace, this.name),
      }),
    );
  }
}

function machinePhase(machine: Machine): Tone {
  switch (machine.status?.phase) {
    case 'Running':
      return 'good';
    case 'Failed':
      return 'bad';
    default:
      return 'busy';
  }
}
