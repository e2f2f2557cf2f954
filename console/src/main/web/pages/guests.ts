import { html, type TemplateResult } from 'lit';
import type { Tkc } from '../api/types';
import type { App, Page } from '../app/app';
import { link } from '../app/route';
import { pageHead } from '../app/shell';
import { age, t } from '../i18n/i18n';
import { filterBox, matches } from '../ui/filter';
import { emptyState, grid, state, type Column, type Content, type Ordering } from '../ui/parts';
import { guestState } from '../ui/tones';

export interface Ready {
  readonly ready: number;
  readonly wanted: number;
}

/** How many machines of a part of a cluster are ready. Pure. */
export function readiness(app: App, guest: Tkc, part: 'controlPlane' | 'workers'): Ready {
  const machines = app.live
    .list('machine')
    .filter((machine) => machine.metadata.namespace === guest.metadata.namespace && machine.spec?.clusterName === guest.metadata.name)
    .filter((machine) => ('cluster.x-k8s.io/control-plane' in (machine.metadata.labels ?? {})) === (part === 'controlPlane'));
  const nodes = guest.status?.nodeStatus ?? {};
  const ready = machines.filter((machine) => nodes[machine.status?.nodeRef?.name ?? machine.metadata.name] === 'ready').length;
  return { ready, wanted: guest.spec?.topology?.[part]?.count ?? 0 };
}

export const versionOf = (guest: Tkc): string => guest.spec?.distribution?.fullVersion ?? guest.spec?.distribution?.version ?? '';

export function endpointOf(guest: Tkc): string {
  const endpoint = guest.status?.clusterApiStatus?.apiEndpoints?.[0];
  return endpoint === undefined ? '' : `${endpoint.host}:${endpoint.port}`;
}

const words = (ready: Ready): string => `${ready.ready} / ${ready.wanted}`;

function columns(app: App): readonly Column<Tkc>[] {
  return [
    { id: 'name', name: t('Name'), cell: (guest) => html`<a href=${link(['guests', guest.metadata.namespace ?? '', guest.metadata.name])}>${guest.metadata.name}</a>`, order: (guest) => guest.metadata.name },
    { id: 'namespace', name: t('Namespace'), cell: (guest) => html`<a href=${link(['namespaces', guest.metadata.namespace ?? ''])}>${guest.metadata.namespace}</a>`, order: (guest) => guest.metadata.namespace ?? '' },
    { id: 'state', name: t('State'), cell: (guest) => state(...guestState(guest)), order: (guest) => guestState(guest)[1] },
    { id: 'version', name: t('Version'), cell: versionOf, order: versionOf },
    { id: 'masters', name: t('Control plane'), cell: (guest) => words(readiness(app, guest, 'controlPlane')), numeric: true },
    { id: 'workers', name: t('Workers'), cell: (guest) => words(readiness(app, guest, 'workers')), numeric: true },
    { id: 'endpoint', name: t('API address'), cell: (guest) => endpointOf(guest) || '—', order: endpointOf },
    { id: 'age', name: t('Age'), cell: (guest) => age(guest.metadata.creationTimestamp), order: (guest) => -new Date(guest.metadata.creationTimestamp ?? 0).getTime(), numeric: true },
  ];
}

export function guestGrid(app: App, about: (guest: Tkc) => boolean, ordering: Ordering = { column: 'name', descending: false }, order?: (ordering: Ordering) => void): TemplateResult {
  return grid<Tkc>({ label: t('Tanzu Kubernetes clusters'), rows: app.live.list('guest').filter(about), columns: columns(app), empty: t('There is no cluster here.'), ordering, ...(order === undefined ? {} : { order }) });
}

/** All guest clusters that one may see. */
export class GuestsPage implements Page {
  readonly title = t('Tanzu Kubernetes clusters');
  readonly section = 'guests';
  private ordering: Ordering = { column: 'name', descending: false };
  private filter = '';

  constructor(private readonly app: App) {}

  view(): Content {
    const all = this.app.live.list('guest');
    const namespaces = this.app.live.list('namespace');
    const create = html`<a class="btn btn-primary" href=${link(['guests', 'new'])}>${t('Create a cluster')}</a>`;
    if (all.length === 0 && this.app.stream.state !== 'connecting') {
      return html`${pageHead('nodes', this.title)}
        ${namespaces.length === 0
          ? emptyState('nodes', t('No clusters yet'), t('Clusters are made in a namespace; there is none yet.'), html`<a class="btn btn-outline" href=${link(['namespaces'])}>${t('Namespaces')}</a>`)
          : emptyState('nodes', t('No clusters yet'), t('A cluster has its own Kubernetes API at a virtual IP, masters and workers.'), create)}`;
    }
    return html`${pageHead('nodes', this.title, { actions: create })}
      <div class="kt-tools">${filterBox(this.filter, (value) => {
        this.filter = value;
        this.app.refresh();
      })}</div>
      ${guestGrid(
        this.app,
        (guest) => matches(this.filter, guest.metadata.name, guest.metadata.namespace, versionOf(guest), guest.status?.phase),
        this.ordering,
        (ordering) => {
          this.ordering = ordering;
          this.app.refresh();
        },
      )}`;
  }
}
