import { html, nothing, svg, type TemplateResult } from 'lit';
import type { Topology, TopologyNode } from '../api/types';
import type { App, Page } from '../app/app';
import { Fetched } from '../app/fetched';
import { link } from '../app/route';
import { pageHead } from '../app/shell';
import { t } from '../i18n/i18n';
import { layout, type Box } from '../topology/layout';
import { alert, emptyState, facts, grid, state, type Content, type Tone } from '../ui/parts';

/** The network as it is: switch, port groups, load balancer, machines and virtual IPs, drawn from the live objects. */
export class NetworkPage implements Page {
  readonly title = t('Network topology');
  readonly section = 'network';
  private chosen = '';
  private asTable = false;
  private readonly topology: Fetched<Topology>;

  constructor(private readonly app: App) {
    this.topology = new Fetched(app, () => app.http.get<Topology>('/api/kantoku/topology'));
  }

  view(): Content {
    const topology = this.topology.at(this.app.live.version('vm', 'vips', 'machine', 'supervisor'));
    const head = pageHead('network-switch', this.title, {
      actions: html`<button type="button" class="btn btn-outline" aria-pressed=${this.asTable ? 'true' : 'false'} @click=${() => {
        this.asTable = !this.asTable;
        this.app.refresh();
      }}>${this.asTable ? t('Show as a picture') : t('Show as a table')}</button>`,
    });
    if (topology === undefined) {
      return html`${head}${this.topology.error === '' ? html`<span class="spinner spinner-md" role="status">${t('Loading…')}</span>` : alert({ tone: 'danger', text: this.topology.error })}`;
    }
    if (topology.nodes.length === 0) {
      return html`${head}${emptyState('network-switch', t('Nothing to draw'), t('The inventory has no network that you may see.'))}`;
    }
    return html`${head}${this.asTable ? this.table(topology) : this.picture(topology)}`;
  }

  private picture(topology: Topology): TemplateResult {
    const drawn = layout(topology, { system: t('Supervisor control plane'), others: t('Other machines') });
    const near = new Set(topology.links.filter((item) => item.from === this.chosen || item.to === this.chosen).flatMap((item) => [item.from, item.to]));
    const quiet = (id: string): string => (this.chosen !== '' && id !== this.chosen && !near.has(id) ? 'kt-faded' : '');
    const chosen = topology.nodes.find((node) => node.id === this.chosen);
    return html`<div class="kt-topology">
      <div class="kt-topology-picture" role="region" aria-label=${this.title} tabindex="0">
        <svg viewBox="0 0 ${drawn.width} ${drawn.height}" width=${drawn.width} height=${drawn.height} role="group" aria-label=${t('{n} things and {links} connections', { n: topology.nodes.length, links: topology.links.length })}>
          ${drawn.groups.map((group) => svg`<rect class="kt-group" x=${group.x} y=${group.y} width=${group.width} height=${group.height} rx="4"></rect>
            <text class="kt-group-name" x=${group.x + 14} y=${group.y + 22}>${group.name}</text>`)}
          ${drawn.lines.map((line) => svg`<polyline class="kt-line kt-line-${line.kind} ${this.chosen !== '' && line.from !== this.chosen && line.to !== this.chosen ? 'kt-faded' : ''}" points=${line.points}></polyline>`)}
          ${drawn.boxes.map((box) => this.box(box, quiet(box.node.id)))}
        </svg>
      </div>
      <aside class="kt-topology-side" aria-live="polite" aria-label=${t('What is chosen')}>
        ${chosen === undefined ? html`<p class="kt-quiet">${t('Choose something in the picture to see its addresses and what it is connected to.')}</p>` : this.detail(chosen, topology)}
      </aside>
    </div>`;
  }

  private box(box: Box, faded: string): unknown {
    const { node } = box;
    const choose = (): void => {
      this.chosen = this.chosen === node.id ? '' : node.id;
      this.app.refresh();
    };
    const key = (event: KeyboardEvent): void => {
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        choose();
      }
    };
    const bus = node.kind === 'NETWORK';
    const name = node.name.length > 22 && !bus ? `${node.name.slice(0, 10)}…${node.name.slice(-10)}` : node.name;
    return svg`<g class="kt-box kt-box-${node.kind.toLowerCase()} kt-is-${node.state.toLowerCase()} ${faded} ${node.id === this.chosen ? 'kt-chosen' : ''}" role="button" tabindex="0"
        aria-pressed=${node.id === this.chosen ? 'true' : 'false'} aria-label="${kindName(node)} ${node.name}, ${stateWord(node)}" @click=${choose} @keydown=${key}>
      <title>${node.name}</title>
      <rect x=${box.x} y=${box.y} width=${box.width} height=${box.height} rx="3"></rect>
      ${bus ? nothing : svg`<rect class="kt-box-mark" x=${box.x} y=${box.y} width="5" height=${box.height} rx="2"></rect>`}
      <text class="kt-box-name" x=${box.x + 14} y=${box.y + (bus ? 20 : 19)}>${name}</text>
      ${bus
        ? svg`<text class="kt-box-sub" x=${box.x + box.width - 12} y=${box.y + 20} text-anchor="end">${t('Port group')}</text>`
        : svg`<text class="kt-box-sub" x=${box.x + 14} y=${box.y + 35}>${kindName(node)}${node.addresses?.[0] && node.addresses[0] !== node.name ? ` · ${node.addresses.at(-1)}` : ''}</text>`}
    </g>`;
  }

  private detail(node: TopologyNode, topology: Topology): TemplateResult {
    const names = new Map(topology.nodes.map((item) => [item.id, item]));
    const others = topology.links.flatMap((item) => (item.from === node.id ? [{ other: item.to, address: item.address }] : item.to === node.id ? [{ other: item.from, address: item.address }] : []));
    const [namespace, guest] = (node.guest ?? '').split('/');
    return html`<h2>${node.name}</h2>
      ${facts([
        [t('Kind'), kindName(node)],
        [t('State'), state(tone(node), stateWord(node))],
        [t('Addresses'), (node.addresses ?? []).join(', ')],
        ...(namespace && guest ? ([[t('Cluster'), html`<a href=${link(['guests', namespace, guest])}>${node.guest}</a>`]] as const) : []),
        ...(node.id.startsWith('vm-') ? ([[t('Machine'), html`<a href=${link(['vms', node.id])}>${t('Open')}</a>`]] as const) : []),
      ])}
      <h3>${t('Connected to')}</h3>
      <ul class="kt-plain kt-neighbours">
        ${others.map((item) => html`<li><button type="button" class="btn btn-link btn-sm" @click=${() => {
          this.chosen = item.other;
          this.app.refresh();
        }}>${names.get(item.other)?.name ?? item.other}</button> <span class="kt-quiet">${item.address ?? ''}</span></li>`)}
      </ul>`;
  }

  private table(topology: Topology): TemplateResult {
    const names = new Map(topology.nodes.map((item) => [item.id, item.name]));
    const connected = (node: TopologyNode): string =>
      topology.links.flatMap((item) => (item.from === node.id ? [names.get(item.to) ?? ''] : item.to === node.id ? [names.get(item.from) ?? ''] : [])).join(', ');
    return grid<TopologyNode>({
      label: this.title,
      rows: topology.nodes,
      empty: t('Nothing to draw'),
      columns: [
        { id: 'kind', name: t('Kind'), cell: kindName },
        { id: 'name', name: t('Name'), cell: (node) => node.name },
        { id: 'state', name: t('State'), cell: (node) => state(tone(node), stateWord(node)) },
        { id: 'addresses', name: t('Addresses'), cell: (node) => (node.addresses ?? []).join(', ') },
        { id: 'guest', name: t('Cluster'), cell: (node) => node.guest ?? '' },
        { id: 'links', name: t('Connected to'), cell: (node) => html`<span class="kt-break">${connected(node)}</span>` },
      ],
    });
  }
}

function kindName(node: TopologyNode): string {
  switch (node.kind) {
    case 'SWITCH':
      return t('Distributed switch');
    case 'NETWORK':
      return t('Port group');
    case 'LOAD_BALANCER':
      return t('Load balancer');
    case 'CONTROL_VM':
      return t('Control plane VM');
    case 'MASTER':
      return t('Control plane');
    case 'WORKER':
      return t('Worker');
    case 'VM':
      return t('Machine');
    case 'VIP':
      return t('Virtual IP');
  }
}

const tone = (node: TopologyNode): Tone => (node.state === 'UP' ? 'good' : node.state === 'DOWN' ? 'bad' : 'busy');
const stateWord = (node: TopologyNode): string => (node.state === 'UP' ? t('Up') : node.state === 'DOWN' ? t('Down') : t('Waiting'));
