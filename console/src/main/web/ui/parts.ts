import { html, nothing, svg, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { t } from '../i18n/i18n';
import { icon } from './icons';

/** The small parts that pages are put together from: markup of Clarity, values in, templates out. */

export type Content = TemplateResult | string | number | typeof nothing | readonly (TemplateResult | string | typeof nothing)[];

export type Tone = 'good' | 'busy' | 'warning' | 'bad' | 'off' | 'info';

const TONE_ICONS: Record<Tone, string> = {
  good: 'check-circle',
  busy: 'circle',
  warning: 'exclamation-triangle',
  bad: 'exclamation-circle',
  off: 'minus-circle',
  info: 'info-circle',
};

/** A state: a coloured sign and a word, never colour alone. */
export function state(tone: Tone, word: string): TemplateResult {
  const sign = tone === 'busy' ? html`<span class="spinner spinner-inline kt-spin" aria-hidden="true"></span>` : icon(TONE_ICONS[tone], `kt-${tone}`, true);
  return html`<span class="kt-state">${sign}<span>${word}</span></span>`;
}

export function card(title: string, body: Content, actions: Content = nothing, className = ''): TemplateResult {
  return html`<section class="card ${className}" aria-label=${title}>
    <div class="card-header"><h2 class="kt-card-title">${title}</h2></div>
    <div class="card-block">${body}</div>
    ${actions === nothing ? nothing : html`<div class="card-footer">${actions}</div>`}
  </section>`;
}

/** Names with values, as the vSphere Client lists properties. */
export function facts(rows: readonly (readonly [string, Content])[]): TemplateResult {
  return html`<dl class="kt-facts">
    ${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value === '' ? '—' : value}</dd></div>`)}
  </dl>`;
}

export interface Alert {
  readonly tone: 'info' | 'success' | 'warning' | 'danger';
  readonly text: Content;
  readonly actions?: Content;
}

const ALERT_ICONS = { info: 'info-circle', success: 'check-circle', warning: 'exclamation-triangle', danger: 'exclamation-circle' };

export function alert({ tone, text, actions }: Alert): TemplateResult {
  return html`<div class="alert alert-${tone}" role=${tone === 'danger' ? 'alert' : 'status'}>
    <div class="alert-items">
      <div class="alert-item static">
        <div class="alert-icon-wrapper">${icon(ALERT_ICONS[tone], 'alert-icon')}</div>
        <div class="alert-text kt-lines">${text}</div>
        ${actions === undefined ? nothing : html`<div class="alert-actions">${actions}</div>`}
      </div>
    </div>
  </div>`;
}

/** How much of a limit is used; without a limit only the figure is told. */
export function usage(name: string, used: number, limit: number | undefined, format: (value: number) => string): TemplateResult {
  const share = limit === undefined || limit <= 0 ? 0 : Math.min(1, used / limit);
  const tone = share >= 0.9 ? 'kt-bar-bad' : share >= 0.75 ? 'kt-bar-warning' : '';
  const words = limit === undefined ? t('{used} used, no limit', { used: format(used) }) : t('{used} of {limit}', { used: format(used), limit: format(limit) });
  return html`<div class="kt-usage">
    <div class="kt-usage-text"><span>${name}</span><span>${words}</span></div>
    <svg class="kt-bar ${tone}" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect class="kt-bar-track" width="100" height="4"></rect>
      ${svg`<rect class="kt-bar-fill" width=${(share * 100).toFixed(2)} height="4"></rect>`}
    </svg>
  </div>`;
}

export interface Tab {
  readonly id: string;
  readonly name: string;
  readonly view: () => Content;
}

/** Tabs with the keyboard behaviour of the ARIA pattern: arrows move, the chosen one is in the tab order. */
export function tabs(list: readonly Tab[], chosen: string, choose: (id: string) => void): TemplateResult {
  const active = list.find((tab) => tab.id === chosen) ?? list[0];
  const move = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    // From the tab that has the focus: the choice before may not have been drawn yet.
    const focused = event.target instanceof Element ? event.target.id : '';
    const from = list.find((tab) => `tab-${tab.id}` === focused) ?? active;
    if (step !== 0 && from !== undefined) {
      const next = list[(list.indexOf(from) + step + list.length) % list.length];
      if (next !== undefined) {
        choose(next.id);
        requestAnimationFrame(() => document.getElementById(`tab-${next.id}`)?.focus());
      }
    }
  };
  return html`<div class="kt-tabs">
    <ul class="nav" role="tablist" @keydown=${move}>
      ${list.map(
        (tab) => html`<li class="nav-item" role="presentation">
          <button id="tab-${tab.id}" type="button" role="tab" class="btn btn-link nav-link ${tab === active ? 'active' : ''}"
            aria-selected=${tab === active ? 'true' : 'false'} aria-controls="panel" tabindex=${tab === active ? 0 : -1}
            @click=${() => choose(tab.id)}>${tab.name}</button>
        </li>`,
      )}
    </ul>
    <div id="panel" role="tabpanel" tabindex="0" aria-labelledby="tab-${active?.id ?? ''}" class="kt-panel">${active?.view() ?? nothing}</div>
  </div>`;
}

export interface Field {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly change: (value: string) => void;
  /** What is wrong with the value; shown when the field has been touched. */
  readonly fault?: string | undefined;
  readonly help?: string | undefined;
  readonly type?: 'text' | 'password' | 'number' | 'area';
  readonly required?: boolean;
  readonly rows?: number;
  readonly autocomplete?: string;
  readonly disabled?: boolean;
}

function control(id: string, label: string, required: boolean, inner: TemplateResult, fault: string | undefined, help: string | undefined): TemplateResult {
  return html`<div class="clr-form-control clr-row kt-control">
    <label for=${id} class="clr-control-label clr-col-12 clr-col-md-3 ${required ? 'clr-required-mark' : ''}">${label}</label>
    <div class="clr-control-container clr-col-12 clr-col-md-9 ${fault === undefined ? '' : 'clr-error'}">
      ${inner}
      <span class="clr-subtext ${fault === undefined ? '' : 'kt-fault'}" id="${id}-note">${fault ?? help ?? ''}</span>
    </div>
  </div>`;
}

export function field(options: Field): TemplateResult {
  const { id, label, value, change, fault, help, type = 'text', required = false, rows = 6 } = options;
  const input = (event: Event): void => change((event.target as HTMLInputElement | HTMLTextAreaElement).value);
  const invalid = fault === undefined ? 'false' : 'true';
  const inner =
    type === 'area'
      ? html`<div class="clr-textarea-wrapper"><textarea id=${id} class="clr-textarea kt-code" rows=${rows} spellcheck="false" aria-describedby="${id}-note"
          aria-invalid=${invalid} ?disabled=${options.disabled ?? false} .value=${live(value)} @input=${input}></textarea></div>`
      : html`<div class="clr-input-wrapper"><input id=${id} class="clr-input" type=${type} aria-describedby="${id}-note" aria-invalid=${invalid}
          autocomplete=${options.autocomplete ?? 'off'} spellcheck="false" ?disabled=${options.disabled ?? false} .value=${live(value)} @input=${input} />
          ${fault === undefined ? nothing : icon('exclamation-circle', 'kt-bad', true)}</div>`;
  return control(id, label, required, inner, fault, help);
}

export interface Choice {
  readonly value: string;
  readonly name: string;
}

export function select(options: Omit<Field, 'type'> & { readonly choices: readonly Choice[]; readonly empty?: string }): TemplateResult {
  const { id, label, value, change, fault, help, required = false, choices, empty } = options;
  const inner = html`<div class="clr-select-wrapper"><select id=${id} class="clr-select" aria-describedby="${id}-note" aria-invalid=${fault === undefined ? 'false' : 'true'}
      ?disabled=${options.disabled ?? false} @change=${(event: Event) => change((event.target as HTMLSelectElement).value)}>
      ${empty === undefined ? nothing : html`<option value="" ?selected=${value === ''}>${empty}</option>`}
      ${choices.map((choice) => html`<option value=${choice.value} ?selected=${choice.value === value}>${choice.name}</option>`)}
    </select></div>`;
  return control(id, label, required, inner, fault, help);
}

export interface Column<R> {
  readonly id: string;
  readonly name: string;
  readonly cell: (row: R) => Content;
  /** What rows are put in order by; without it the column cannot be. */
  readonly order?: (row: R) => string | number;
  readonly numeric?: boolean;
}

export interface Ordering {
  column: string;
  descending: boolean;
}

/** Rows in the order asked for; equal rows stay as they are. Pure. */
export function ordered<R>(rows: readonly R[], columns: readonly Column<R>[], ordering: Ordering | undefined): R[] {
  const order = columns.find((column) => column.id === ordering?.column)?.order;
  if (order === undefined || ordering === undefined) {
    return [...rows];
  }
  const sign = ordering.descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [order(a), order(b)];
    return sign * (typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y), undefined, { numeric: true }));
  });
}

export interface Grid<R> {
  readonly label: string;
  readonly columns: readonly Column<R>[];
  readonly rows: readonly R[];
  readonly empty: Content;
  readonly ordering?: Ordering | undefined;
  readonly order?: (ordering: Ordering) => void;
  readonly most?: number;
}

const MOST_ROWS = 500;

/** A table of objects, dense, with columns that put it in order. */
export function grid<R>(options: Grid<R>): TemplateResult {
  const { label, columns, ordering, order, empty, most = MOST_ROWS } = options;
  const rows = ordered(options.rows, columns, ordering);
  const head = (column: Column<R>): TemplateResult => {
    const mine = ordering?.column === column.id;
    const direction = mine ? (ordering.descending ? 'descending' : 'ascending') : 'none';
    if (column.name === '') {
      return html`<td class="kt-head-cell"></td>`;
    }
    return html`<th scope="col" class=${column.numeric ? 'kt-number' : ''} aria-sort=${direction}>
      ${column.order === undefined || order === undefined
        ? column.name
        : html`<button type="button" class="kt-sort" @click=${() => order({ column: column.id, descending: mine && !ordering.descending })}>
            ${column.name}${mine ? icon('angle', ordering.descending ? 'kt-down' : 'kt-up') : nothing}
          </button>`}
    </th>`;
  };
  return html`<div class="kt-grid" role="region" aria-label=${label} tabindex="0">
      <table class="table table-compact">
        <thead><tr>${columns.map(head)}</tr></thead>
        <tbody>
          ${rows.slice(0, most).map((row) => html`<tr>${columns.map((column) => html`<td class=${column.numeric ? 'kt-number' : ''}>${column.cell(row)}</td>`)}</tr>`)}
          ${rows.length === 0 ? html`<tr><td class="kt-empty" colspan=${columns.length}>${empty}</td></tr>` : nothing}
        </tbody>
      </table>
    </div>
    <div class="kt-grid-foot">${rows.length > most ? t('{shown} of {n} items', { shown: most, n: rows.length }) : count(rows.length)}</div>`;
}

function count(n: number): string {
  return n === 1 ? t('1 item') : t('{n} items', { n });
}

export function button(name: string, click: () => void, kind: 'primary' | 'outline' | 'link' | 'danger' = 'outline', disabled = false): TemplateResult {
  const style = { primary: 'btn btn-primary', outline: 'btn btn-outline', link: 'btn btn-link', danger: 'btn btn-danger' }[kind];
  return html`<button type="button" class=${style} ?disabled=${disabled} @click=${click}>${name}</button>`;
}

/** What stands where there is nothing yet: what it would be, and how to get it. */
export function emptyState(iconName: string, title: string, text: string, action: Content = nothing): TemplateResult {
  return html`<div class="kt-nothing">${icon(iconName)}<h2>${title}</h2><p>${text}</p>${action}</div>`;
}
