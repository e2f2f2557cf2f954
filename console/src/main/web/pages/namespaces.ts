import { html } from 'lit';
import type { Namespace } from '../api/types';
import type { App, Page } from '../app/app';
import { link } from '../app/route';
import { pageHead } from '../app/shell';
import { mebibytes, megahertz, number, t } from '../i18n/i18n';
import { filterBox, matches } from '../ui/filter';
import { button, emptyState, grid, state, type Content, type Ordering } from '../ui/parts';
import { createNamespace } from './namespace-dialogs';

/** All vSphere Namespaces that one may see. */
export class NamespacesPage implements Page {
  readonly title = t('Namespaces');
  readonly section = 'namespaces';
  private ordering: Ordering = { column: 'name', descending: false };
  private filter = '';

  constructor(private readonly app: App) {}

  view(): Content {
    const { live, session } = this.app;
    const all = live.list('namespace');
    const running = live.list('supervisor').filter((supervisor) => supervisor.config_status === 'RUNNING');
    const may = session?.administrator === true && running.length > 0;
    const create = may ? button(t('New namespace'), () => this.app.ask(createNamespace(this.app, running)), 'primary') : '';
    const guests = (name: string): number => live.list('guest').filter((guest) => guest.metadata.namespace === name).length;
    const rows = all.filter((item) => matches(this.filter, item.namespace, item.description));
    const head = pageHead('namespace', this.title, { actions: all.length === 0 ? '' : create });
    if (all.length === 0 && this.app.stream.state !== 'connecting') {
      return html`${head}
        ${emptyState(
          'namespace',
          t('No namespaces yet'),
          running.length === 0 ? t('Namespaces are made on a running Supervisor.') : t('A namespace gives a team storage, limits and rights on the Supervisor.'),
          running.length === 0 ? html`<a class="btn btn-outline" href=${link([])}>${t('Workload Management')}</a>` : create,
        )}`;
    }
    return html`${head}
      <div class="kt-tools">${filterBox(this.filter, (value) => {
        this.filter = value;
        this.app.refresh();
      })}</div>
      ${grid<Namespace>({
        label: this.title,
        rows,
        ordering: this.ordering,
        order: (ordering) => {
          this.ordering = ordering;
          this.app.refresh();
        },
        empty: t('Nothing matches the filter.'),
        columns: [
          { id: 'name', name: t('Name'), cell: (item) => html`<a href=${link(['namespaces', item.namespace])}>${item.namespace}</a>`, order: (item) => item.namespace },
          { id: 'state', name: t('State'), cell: (item) => namespaceState(item), order: (item) => item.config_status },
          { id: 'description', name: t('Description'), cell: (item) => html`<span class="kt-break">${item.description}</span>`, order: (item) => item.description },
          { id: 'guests', name: t('Clusters'), cell: (item) => number(guests(item.namespace)), order: (item) => guests(item.namespace), numeric: true },
          { id: 'cpu', name: t('CPU used'), cell: (item) => megahertz(item.stats?.cpu_used ?? 0), order: (item) => item.stats?.cpu_used ?? 0, numeric: true },
          { id: 'memory', name: t('Memory used'), cell: (item) => mebibytes(item.stats?.memory_used ?? 0), order: (item) => item.stats?.memory_used ?? 0, numeric: true },
          { id: 'storage', name: t('Storage used'), cell: (item) => mebibytes(item.stats?.storage_used ?? 0), order: (item) => item.stats?.storage_used ?? 0, numeric: true },
          { id: 'cluster', name: t('Supervisor'), cell: (item) => live.get('supervisor', item.cluster)?.cluster_name ?? item.cluster, order: (item) => item.cluster },
        ],
      })}`;
  }
}

export function namespaceState(item: Namespace): Content {
  switch (item.config_status) {
    case 'RUNNING':
      return state('good', t('Active'));
    case 'REMOVING':
      return state('busy', t('Removing'));
    case 'ERROR':
      return state('bad', t('Error'));
    default:
      return state('busy', t('Configuring'));
  }
}
