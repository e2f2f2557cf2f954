import { html } from 'lit';
import type { AuditEntry } from '../api/types';
import { messageOf, type App, type Page } from '../app/app';
import { pageHead } from '../app/shell';
import { t, time } from '../i18n/i18n';
import { filterBox, matches } from '../ui/filter';
import { alert, grid, state, type Content, type Ordering } from '../ui/parts';

const PAGE = 200;

/** Who did what: the newest from the stream, older ones asked for. */
export class AuditPage implements Page {
  readonly title = t('Audit');
  readonly section = 'audit';
  private ordering: Ordering = { column: 'number', descending: true };
  private filter = '';
  private older = new Map<number, AuditEntry>();
  private error = '';
  private end = false;

  constructor(private readonly app: App) {
    void this.more();
  }

  private entries(): AuditEntry[] {
    const all = new Map(this.older);
    this.app.live.list('audit').forEach((entry) => all.set(entry.number, entry));
    return [...all.values()];
  }

  private async more(): Promise<void> {
    const least = Math.min(...this.entries().map((entry) => entry.number));
    try {
      const found = await this.app.http.get<AuditEntry[]>(`/api/kantoku/audit?limit=${PAGE}${Number.isFinite(least) ? `&before=${least}` : ''}`);
      found.forEach((entry) => this.older.set(entry.number, entry));
      this.end = found.length < PAGE;
    } catch (error) {
      this.error = messageOf(error);
    }
    this.app.refresh();
  }

  view(): Content {
    const rows = this.entries().filter((entry) => matches(this.filter, entry.user, entry.path, entry.method, entry.source, String(entry.status), entry.cluster));
    return html`${pageHead('shield-check', this.title)}
      ${this.error === '' ? '' : alert({ tone: 'warning', text: this.error })}
      <div class="kt-tools">${filterBox(this.filter, (value) => {
        this.filter = value;
        this.app.refresh();
      })}</div>
      ${grid<AuditEntry>({
        label: this.title,
        rows,
        ordering: this.ordering,
        order: (ordering) => {
          this.ordering = ordering;
          this.app.refresh();
        },
        empty: t('Nothing has been recorded.'),
        columns: [
          { id: 'number', name: t('Time'), cell: (entry) => html`<span class="kt-nowrap">${time(entry.time)}</span>`, order: (entry) => entry.number },
          { id: 'user', name: t('User'), cell: (entry) => entry.user, order: (entry) => entry.user },
          { id: 'source', name: t('Source'), cell: (entry) => entry.source, order: (entry) => entry.source },
          { id: 'method', name: t('Action'), cell: (entry) => html`<code>${entry.method}</code>`, order: (entry) => entry.method },
          { id: 'path', name: t('Object'), cell: (entry) => html`<span class="kt-break kt-code">${entry.path}</span>`, order: (entry) => entry.path },
          { id: 'cluster', name: t('Cluster'), cell: (entry) => entry.cluster ?? '', order: (entry) => entry.cluster ?? '' },
          { id: 'status', name: t('Answer'), cell: (entry) => state(entry.status < 400 ? 'good' : 'warning', String(entry.status)), order: (entry) => entry.status },
          { id: 'client', name: t('From'), cell: (entry) => entry.client ?? '', order: (entry) => entry.client ?? '' },
        ],
      })}
      ${this.end ? '' : html`<button type="button" class="btn btn-outline btn-sm" @click=${() => void this.more()}>${t('Show older ones')}</button>`}`;
  }
}
