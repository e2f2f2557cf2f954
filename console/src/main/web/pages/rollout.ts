import { html, type TemplateResult } from 'lit';
import type { Part, Rollout } from '../guests/rollout';
import { t } from '../i18n/i18n';

const bar = (name: string, part: Part): TemplateResult =>
  html`<div class="kt-rollout-part">
    <span>${name}</span>
    <progress max=${Math.max(1, part.wanted)} value=${part.wanted === 0 ? 1 : part.done} aria-label=${name}></progress>
    <span>${t('{done} of {wanted} replaced', { done: part.done, wanted: part.wanted })}</span>
  </div>`;

/** A cluster whose machines are being replaced. */
export function rolloutView(going: Rollout): TemplateResult {
  return html`<div class="kt-rollout" role="status">
    <p>${going.from === going.to ? t('Machines are replaced.') : t('From {from} to {to}. The API answers throughout.', { from: going.from, to: going.to })}</p>
    ${bar(t('Control plane'), going.masters)} ${bar(t('Workers'), going.workers)}
  </div>`;
}
