import { html, nothing, svg, type TemplateResult } from 'lit';
import type { Vip, VipPool, Vips } from '../api/types';
import type { App, Page } from '../app/app';
import { Fetched } from '../app/fetched';
import { link } from '../app/route';
import { pageHead } from '../app/shell';
import { bytes, number, t } from '../i18n/i18n';
import { formatAddress, parseAddress } from '../net/ipv4';
import { cells } from '../ui/cells';
import { icon } from '../ui/icons';
import { card, emptyState, grid, state, type Content, type Ordering } from '../ui/parts';
import { holder } from '../ui/vips';

const TRAFFIC_MS = 2000;

/** The virtual IPs: the pools as bars of addresses, who holds which, and how they are. Traffic is asked for while one looks. */
export class BalancersPage implements Page {
  readonly title = t('Load balancers');
  readonly section = 'balancers';
  private ordering: Ordering = { column: 'address', descending: false };
  private chosen = '';

  private readonly counted: Fetched<Vips>;
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(private readonly app: App) {
    this.counted = new Fetched(app, () => app.http.get<Vips>('/api/kantoku/vips'));
    this.timer = setInterval(() => void this.counted.reload(), TRAFFIC_MS);
  }

  leave(): void {
    clearInterval(this.timer);
  }

  view(): Content {
    const vips = this.counted.at(this.app.live.version('vips', 'service')) ?? this.app.live.get('vips', '');
    const head = pageHead('two-way-arrows', this.title);
    if (vips === undefined || vips.pools.length === 0) {
      return this.app.stream.state === 'connecting'
        ? head
        : html`${head}${emptyState('two-way-arrows', t('No virtual IPs yet'), t('The load balancer gets its ranges when Workload Management is enabled.'), html`<a class="btn btn-outline" href=${link([])}>${t('Workload Management')}</a>`)}`;
    }
    return html`${head}
      <div class="kt-pools">${vips.pools.map((pool) => this.pool(pool, vips))}</div>
      ${this.legend()}
      <h2 class="kt-section">${t('Virtual IPs')}</h2>
      ${this.table(vips)}`;
  }

  private pool(pool: VipPool, vips: Vips): TemplateResult {
    const first = parseAddress(pool.first) ?? 0;
    const held = new Map(vips.addresses.map((vip) => [vip.address, vip]));
    const list = cells(first, pool.size);
    const columns = Math.min(list.length, 64);
    const rows = Math.ceil(list.length / columns);
    const choose = (address: string): void => {
      this.chosen = this.chosen === address ? '' : address;
      this.app.refresh();
    };
    return card(
      `${pool.first} – ${pool.last}`,
      html`<p class="kt-quiet">${t('{used} of {size} addresses in use, on {name}', { used: pool.used, size: pool.size, name: pool.load_balancer })}</p>
        <svg class="kt-pool" viewBox="0 0 ${columns * 12} ${rows * 14}" role="img" aria-label=${t('{used} of {size} addresses in use', { used: pool.used, size: pool.size })}>
          ${list.map((cell, index) => {
            const from = formatAddress(cell.first);
            const inside = cell.size === 1 ? held.get(from) : [...held.values()].find((vip) => within(vip.address, cell.first, cell.size));
            const x = (index % columns) * 12;
            const y = Math.floor(index / columns) * 14;
            return svg`<rect class="kt-cell ${cellClass(inside)} ${inside !== undefined && inside.address === this.chosen ? 'kt-cell-chosen' : ''}" x=${x + 0.75} y=${y + 0.75} width="10.5" height="12.5" rx="1.5"
              @click=${() => inside !== undefined && choose(inside.address)}><title>${inside === undefined ? t('{address}: free', { address: from }) : `${inside.address}: ${holder(inside)}`}</title></rect>`;
          })}
        </svg>
        <div class="kt-pool-ends"><span>${pool.first}</span><span>${pool.last}</span></div>`,
      nothing,
      'kt-wide',
    );
  }

  private legend(): TemplateResult {
    const entries: readonly (readonly [string, string])[] = [
      ['kt-cell-supervisor', t('Supervisor')],
      ['kt-cell-api', t('API of a cluster')],
      ['kt-cell-service', t('Service')],
      ['kt-cell-waiting', t('Not serving')],
      ['', t('Free')],
    ];
    return html`<ul class="kt-legend">${entries.map(([name, words]) => html`<li><svg viewBox="0 0 12 14" aria-hidden="true"><rect class="kt-cell ${name}" x=".75" y=".75" width="10.5" height="12.5" rx="1.5"></rect></svg>${words}</li>`)}</ul>`;
  }

  private table(vips: Vips): TemplateResult {
    const rows = this.chosen === '' ? vips.addresses : vips.addresses.filter((vip) => vip.address === this.chosen);
    return html`${this.chosen === ''
        ? nothing
        : html`<p><button type="button" class="btn btn-link btn-sm" @click=${() => {
            this.chosen = '';
            this.app.refresh();
          }}>${t('Show all virtual IPs')}</button></p>`}
      ${grid<Vip>({
        label: t('Virtual IPs'),
        rows,
        ordering: this.ordering,
        order: (ordering) => {
          this.ordering = ordering;
          this.app.refresh();
        },
        empty: t('No address is in use.'),
        columns: [
          { id: 'address', name: t('Address'), cell: (vip) => vip.address, order: (vip) => vip.address },
          { id: 'holder', name: t('Held by'), cell: (vip) => holderCell(vip), order: holder },
          { id: 'state', name: t('State'), cell: (vip) => (vip.state === 'SERVING' ? state('good', t('Serving')) : state('busy', vip.message || t('Waiting'))), order: (vip) => vip.state },
          { id: 'ports', name: t('Ports'), cell: (vip) => (vip.ports ?? []).map((port) => port.port).join(', ') },
          { id: 'servers', name: t('Servers'), cell: servers, order: (vip) => vip.servers?.length ?? 0 },
          { id: 'sessions', name: t('Sessions'), cell: (vip) => (vip.traffic === undefined ? '—' : t('{now} now, {all} in all', { now: number(vip.traffic.sessions_current), all: number(vip.traffic.sessions_total) })), order: (vip) => vip.traffic?.sessions_total ?? 0, numeric: true },
          { id: 'traffic', name: t('Traffic in / out'), cell: (vip) => (vip.traffic === undefined ? '—' : `${bytes(vip.traffic.bytes_in)} / ${bytes(vip.traffic.bytes_out)}`), order: (vip) => vip.traffic?.bytes_out ?? 0, numeric: true },
        ],
      })}`;
  }
}

function within(address: string, first: number, size: number): boolean {
  const value = parseAddress(address) ?? -1;
  return value >= first && value < first + size;
}

function cellClass(vip: Vip | undefined): string {
  if (vip === undefined) {
    return '';
  }
  if (vip.state === 'WAITING') {
    return 'kt-cell-waiting';
  }
  switch (vip.purpose) {
    case 'SUPERVISOR_API':
      return 'kt-cell-supervisor';
    case 'GUEST_API':
      return 'kt-cell-api';
    default:
      return 'kt-cell-service';
  }
}

function holderCell(vip: Vip): Content {
  const [namespace, name] = (vip.guest ?? '').split('/');
  return namespace && name ? html`<a href=${link(['guests', namespace, name], { tab: 'services' })}>${holder(vip)}</a>` : holder(vip);
}

function servers(vip: Vip): Content {
  const list = vip.servers ?? [];
  if (list.length === 0) {
    return html`<span class="kt-quiet">${t('none')}</span>`;
  }
  const up = list.filter((server) => server.state === 'UP').length;
  const known = list.filter((server) => server.state === 'UP' || server.state === 'DOWN').length;
  const words = known === 0 ? t('{n} servers', { n: list.length }) : t('{up} of {n} up', { up, n: list.length });
  return html`<details class="kt-servers"><summary>${known > 0 && up < list.length ? icon('exclamation-triangle', 'kt-warning', true) : nothing} ${words}</summary>
    <ul class="kt-plain">${list.map((server) => html`<li>${server.address}:${server.port} ${server.state === undefined || server.state === 'UNKNOWN' ? nothing : state(server.state === 'UP' ? 'good' : 'bad', server.state === 'UP' ? t('Up') : t('Down'))}</li>`)}</ul></details>`;
}
