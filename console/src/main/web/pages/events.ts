import { html, type TemplateResult } from 'lit';
import type { KubeEvent } from '../api/types';
import type { App, Page } from '../app/app';
import { pageHead } from '../app/shell';
import { t, time } from '../i18n/i18n';
import { grid, state, type Column, type Content, type Ordering } from '../ui/parts';
import { filterBox, matches } from '../ui/filter';

export const eventTime = (event: KubeEvent): string => event.lastTimestamp ?? event.eventTime ?? event.firstTimestamp ?? event.metadata.creationTimestamp ?? '';

const COLUMNS = (): readonly Column<KubeEvent>[] => [
  { id: 'time', name: t('Time'), cell: (event) => html`<span class="kt-nowrap">${time(eventTime(event))}</span>`, order: eventTime },
  { id: 'type', name: t('Type'), cell: (event) => (event.type === 'Warning' ? state('warning', t('Warning')) : state('info', t('Normal'))), order: (event) => event.type ?? '' },
  { id: 'reason', name: t('Reason'), cell: (event) => event.reason ?? '', order: (event) => event.reason ?? '' },
  {
    id: 'object',
    name: t('Object'),
    cell: (event) => html`<span class="kt-break">${event.involvedObject?.kind ?? ''} ${event.metadata.namespace ?? ''}/${event.involvedObject?.name ?? ''}</span>`,
    order: (event) => `${event.involvedObject?.kind}/${event.metadata.namespace}/${event.involvedObject?.name}`,
  },
  { id: 'message', name: t('Message'), cell: (event) => html`<span class="kt-break">${event.message ?? ''}</span>` },
  { id: 'count', name: t('Count'), cell: (event) => event.count ?? 1, order: (event) => event.count ?? 1, numeric: true },
];

/** The Events that a page is about, the newest first. */
export function eventGrid(app: App, about: (event: KubeEvent) => boolean): TemplateResult {
  return grid({
    label: t('Events'),
    rows: app.live.list('event').filter(about),
    columns: COLUMNS(),
    ordering: { column: 'time', descending: true },
    empty: t('Nothing has been told in the last hour.'),
  });
}

/** All Events that one may see. */
export class EventsPage implements Page {
  readonly title = t('Events');
  readonly section = 'events';
  private ordering: Ordering = { column: 'time', descending: true };
  private filter = '';
  private warnings = false;

  constructor(private readonly app: App) {}

  view(): Content {
    const rows = this.app.live
      .list('event')
      .filter((event) => !this.warnings || event.type === 'Warning')
      .filter((event) => matches(this.filter, event.reason, event.message, event.involvedObject?.name, event.involvedObject?.kind, event.metadata.namespace));
    return html`${pageHead('event', this.title)}
      <div class="kt-tools">
        ${filterBox(this.filter, (value) => {
          this.filter = value;
          this.app.refresh();
        })}
        <label class="kt-check-label"><input type="checkbox" .checked=${this.warnings} @change=${(event: Event) => {
          this.warnings = (event.target as HTMLInputElement).checked;
          this.app.refresh();
        }} /> ${t('Warnings only')}</label>
      </div>
      ${grid({
        label: this.title,
        rows,
        columns: COLUMNS(),
        ordering: this.ordering,
        order: (ordering) => {
          this.ordering = ordering;
          this.app.refresh();
        },
        empty: t('Nothing has been told in the last hour.'),
      })}`;
  }
}
