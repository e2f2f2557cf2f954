import { html, nothing, type TemplateResult } from 'lit';
import type { Explanation, Link } from '../api/types';
import { age, t } from '../i18n/i18n';
import { icon } from '../ui/icons';
import { alert, state, type Tone } from '../ui/parts';

/** The chain from a cluster to what blocks it, as a tree of boxes; the blocking link stands out. */
export function chain(explanation: Explanation): TemplateResult {
  const { blocker } = explanation;
  return html`${blocker === undefined
      ? alert({ tone: 'success', text: t('Nothing blocks this cluster.') })
      : alert({
          tone: 'danger',
          text: html`<strong>${t('Blocked by {kind} {name}', { kind: blocker.kind, name: blocker.name })}</strong> ${blocker.reason}: ${blocker.message}
            ${blocker.since ? html` (${t('for {time}', { time: age(blocker.since) })})` : nothing}
            ${blocker.to_do ? html`<div class="kt-todo">${t('To do: {text}', { text: blocker.to_do })}</div>` : nothing}`,
        })}
    <div class="kt-chain" role="region" aria-label=${t('What it waits for')} tabindex="0"><ul>${node(explanation.chain)}</ul></div>`;
}

function node(link: Link): TemplateResult {
  const [tone, word] = linkState(link);
  return html`<li>
    <div class="kt-link kt-link-${tone} ${link.blocking ? 'kt-link-blocking' : ''}">
      <div class="kt-link-head"><span class="kt-link-kind">${link.kind}</span>${state(tone, link.reason || word)}</div>
      <div class="kt-link-name">${link.name}</div>
      ${link.message && tone !== 'good' ? html`<div class="kt-link-message">${link.message}</div>` : nothing}
      ${link.since && tone !== 'good' ? html`<div class="kt-quiet">${t('for {time}', { time: age(link.since) })}</div>` : nothing}
      ${link.blocking ? html`<div class="kt-link-blocks">${icon('exclamation-circle', 'kt-bad', true)} ${t('This blocks')}${link.to_do ? html`: ${link.to_do}` : nothing}</div>` : nothing}
    </div>
    ${link.parts.length === 0 ? nothing : html`<ul>${link.parts.map(node)}</ul>`}
  </li>`;
}

function linkState(link: Link): readonly [Tone, string] {
  switch (link.state) {
    case 'READY':
      return ['good', t('Ready')];
    case 'FAILED':
      return ['bad', t('Failed')];
    case 'MISSING':
      return ['bad', t('Missing')];
    default:
      return link.blocking ? ['bad', t('Waiting')] : ['busy', t('Waiting')];
  }
}
