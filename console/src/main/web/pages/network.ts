import { html, svg, type TemplateResult } from 'lit';
import type { Topology, TopologyNode } from '../api/types';
import type { App, Page } from '../app/app';
import { Fetched } from '../app/fetched';
import { link } from '../app/route';
import { pageHead } from '../app/shell';
import { t } from '../i18n/i18n';
import { layout, type Box } from '../topology/layout';
import { alert, emptyState, facts, grid, state, type Content, type Tone } from '../ui/parts';
import { holder } from '../ui/vips';

/** The network as it is: switch, port groups, load balancer, machines and virtual IPs, drawn from the live objects. */
export class NetworkPage implements Page {
  readonly title = t('Network topology');
  readonly section = 'network';
  private chosen = '';
  private asTable = false;
  private readonly topology: Fetched<Topology>;

  constructor(private readonly app: App) {
    this.topology = new Fetched(app, async () => named(await app.http.get<Topology>('/api/kantoku/topology')));
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
    const drawn = layout(topology, { balancers: t('Load balancer and virtual IPs'), system: t('Supervisor control plane'), others: t('Other machines') });
    const near = new Set(topology.links.filter((item) => item.from === this.chosen || item.to === this.chosen).flatMap((item) => [item.from, item.to]));
    const faded = (...ids: readonly string[]): string => (this.chosen !== '' && !ids.some((id) => id === this.chosen || near.has(id)) ? 'kt-faded' : '');
    const chosen = topology.nodes.find((node) => node.id === this.chosen);
    const loose = (members: readonly string[], network: string): string => (this.chosen !== '' && this.chosen !== network && !members.includes(this.chosen) ? 'kt-faded' : '');
    return html`<div class="kt-topology">
      <div class="kt-topology-picture" role="region" aria-label=${this.title} tabindex="0">
        <svg viewBox="0 0 ${drawn.width} ${drawn.height}" role="group" aria-label=${t('{n} things and {links} connections', { n: topology.nodes.length, links: topology.links.length })}>
          ${drawn.bands.map((band) => svg`<rect class="kt-group" x=${band.x} y=${band.y} width=${band.width} height=${band.height} rx="4"></rect>
            <text class="kt-group-name" x=${band.x + 12} y=${band.y + 18}>${band.name}</text>`)}
          ${drawn.lines.map((line) => svg`<g class=${loose(line.members, line.network)}><line class="kt-line" x1=${line.x1} x2=${line.x2} y1=${line.y} y2=${line.y}></line><circle class="kt-knot" cx=${line.x2} cy=${line.y} r="3.5"></circle></g>`)}
          ${drawn.bars.map((bar) => this.bar(bar, faded(bar.node.id)))} ${drawn.boxes.map((box) => this.box(box, faded(box.node.id)))}
        </svg>
      </div>
      <aside class="kt-topology-side" aria-live="polite" aria-label=${t('What is chosen')}>
        ${chosen === undefined ? html`<p class="kt-quiet">${t('Choose something in the picture to see its addresses and what it is connected to.')}</p>` : this.detail(chosen, topology)}
      </aside>
    </div>`;
  }

  private pressable(node: TopologyNode, className: string, label: string, content: unknown): unknown {
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
    return svg`<g class="kt-box kt-box-${node.kind.toLowerCase()} kt-is-${node.state.toLowerCase()} ${className} ${node.id === this.chosen ? 'kt-chosen' : ''}" role="button" tabindex="0"
      aria-pressed=${node.id === this.chosen ? 'true' : 'false'} aria-label=${label} @click=${choose} @keydown=${key}>${content}</g>`;
  }

  private bar(bar: Box, faded: string): unknown {
    const [x, y] = [bar.x + bar.width / 2 + 4, bar.y + 14];
    return this.pressable(
      bar.node,
      faded,
      `${bar.node.name}, ${kindName(bar.node)}`,
      svg`<rect x=${bar.x} y=${bar.y} width=${bar.width} height=${bar.height} rx="3"></rect>
        <text class="kt-box-name" x=${x} y=${y} transform="rotate(90 ${x - 4} ${y - 4})">${bar.node.name}</text>`,
    );
  }

  private box(box: Box, faded: string): unknown {
    const { node } = box;
    const most = Math.floor((box.width - 22) / 7.2);
    const name = node.name.length > most ? `${node.name.slice(0, Math.ceil(most / 2) - 1)}…${node.name.slice(1 - Math.floor(most / 2))}` : node.name;
    const other = (node.addresses ?? []).filter((address) => address !== node.name).at(-1);
    const sub = `${kindName(node)}${other === undefined ? '' : ` · ${other}`}`;
    return this.pressable(
      node,
      faded,
      `${name} ${sub}, ${node.name === name ? '' : `${node.name}, `}${stateWord(node)}`,
      svg`<rect x=${box.x} y=${box.y} width=${box.width} height=${box.height} rx="3"></rect>
        <rect class="kt-box-mark" x=${box.x} y=${box.y} width="5" height=${box.height} rx="2"></rect>
        <text class="kt-box-name" x=${box.x + 14} y=${box.y + 18}>${name}</text>
        <text class="kt-box-sub" x=${box.x + 14} y=${box.y + 34}>${sub}</text>`,
    );
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

/** Virtual IPs are called by whom they are for. */
function named(topology: Topology): Topology {
  return { ...topology, nodes: topology.nodes.map((node) => (node.kind === 'VIP' ? { ...node, name: holder(node) } : node)) };
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
