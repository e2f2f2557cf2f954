import { html, nothing, type TemplateResult } from 'lit';
import type { Step } from '../api/types';
import { clock, duration, t } from '../i18n/i18n';
import { alert, state } from '../ui/parts';
import { stepState } from '../ui/tones';

/** The steps of enabling or removing, with the time that each took; a failure with its cause and the way out. */
export function steps(list: readonly Step[], now = Date.now()): TemplateResult {
  const failed = list.find((step) => step.state === 'FAILED');
  return html`${failed === undefined
      ? nothing
      : alert({
          tone: 'danger',
          text: html`<strong>${stepName(failed)}</strong> ${failed.message ?? ''}${failed.to_do ? html`<div class="kt-todo">${t('To do: {text}', { text: failed.to_do })}</div>` : nothing}`,
        })}
    <ol class="kt-steps" aria-label=${t('Steps')}>
      ${list.map((step) => html`<li class="kt-step-${step.state.toLowerCase()}">
        ${state(...stepState(step))}
        <div class="kt-step-name">${stepName(step)}${step.message && step.state !== 'DONE' ? html`<div class="kt-step-message">${step.message}</div>` : nothing}</div>
        <span class="kt-step-clock">${clock(step.started)}</span>
        <span class="kt-step-time">${took(step, now)}</span>
      </li>`)}
    </ol>`;
}

/** How long a step took, or has been at it. Pure. */
export function took(step: Step, now: number): string {
  const started = new Date(step.started ?? '').getTime();
  if (Number.isNaN(started)) {
    return '';
  }
  const ended = new Date(step.ended ?? '').getTime();
  return duration((Number.isNaN(ended) ? now : ended) - started);
}

function stepName(step: Step): string {
  switch (step.id) {
    case 'FIRST_VM':
      return t('First control plane VM and its API server');
    case 'OBJECTS':
      return t('System objects and operators');
    case 'FURTHER_VMS':
      return t('Second and third control plane VM');
    case 'LOAD_BALANCER':
      return t('Virtual IP on the load balancer');
    case 'API_REACHABLE':
      return t('API answers through the virtual IP');
    case 'NODES':
      return t('Three control plane nodes are Ready');
    case 'NAMESPACES':
      return t('Namespaces and guest clusters');
    case 'SERVICES':
      return t('Virtual IPs on the load balancer');
    case 'CONTROL_VMS':
      return t('Control plane VMs');
    case 'API':
      return t("The Supervisor's API and its objects");
    case 'INVENTORY':
      return t('Folders and resource pools');
    default:
      return step.name; // of a server that is newer than this console
  }
}
