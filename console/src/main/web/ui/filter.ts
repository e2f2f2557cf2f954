import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { t } from '../i18n/i18n';

/** Whether all words of a filter are in one of the texts, in any case. Pure. */
export function matches(filter: string, ...texts: readonly (string | undefined)[]): boolean {
  const all = texts.join('\n').toLowerCase();
  return filter.toLowerCase().split(/\s+/).every((word) => all.includes(word));
}

export function filterBox(value: string, change: (value: string) => void): TemplateResult {
  return html`<input type="search" class="clr-input kt-filter" aria-label=${t('Filter')} placeholder=${t('Filter')} .value=${live(value)}
    @input=${(event: Event) => change((event.target as HTMLInputElement).value)} />`;
}
