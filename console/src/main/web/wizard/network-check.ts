import { html, nothing, type TemplateResult } from 'lit';
import type { NetworkCheck, NetworkChecks } from '../api/types';
import { t } from '../i18n/i18n';
import { state, type Tone } from '../ui/parts';

const TONES: Record<NetworkCheck['state'], Tone> = { OK: 'good', WARNING: 'warning', FAILED: 'bad', SKIPPED: 'off' };

/** What the network check found: a line per check, the hop that fails, and what to do. Those of the page come first. */
export function checkResults(checks: NetworkChecks, relevant: readonly string[]): TemplateResult {
  const rank = (check: NetworkCheck): number => (relevant.includes(check.id) ? relevant.indexOf(check.id) : relevant.length);
  const list = [...checks.checks].sort((a, b) => rank(a) - rank(b));
  return html`<ul class="kt-check-list">
    ${list.map(
      (check) => html`<li>
        ${state(TONES[check.state], word(check.state))}
        <div><strong>${check.name}</strong>
          ${check.state === 'FAILED' && check.hop ? html`<span class="kt-hop">${t('fails at: {hop}', { hop: check.hop })}</span>` : nothing}
          ${check.message ? html`<div>${check.message}</div>` : nothing}
          ${check.to_do ? html`<div class="kt-todo">${t('To do: {text}', { text: check.to_do })}</div>` : nothing}
        </div>
      </li>`,
    )}
  </ul>`;
}

function word(state: NetworkCheck['state']): string {
  switch (state) {
    case 'OK':
      return t('Fine');
    case 'WARNING':
      return t('Warning');
    case 'FAILED':
      return t('Fails');
    case 'SKIPPED':
      return t('Not filled in yet');
  }
}
