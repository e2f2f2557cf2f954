import { html, nothing } from 'lit';
import type { Tkc } from '../api/types';
import type { App } from '../app/app';
import { Fetched } from '../app/fetched';
import { offers, patchGuest, upgrades } from '../guests/api';
import { rollout } from '../guests/rollout';
import { t } from '../i18n/i18n';
import type { Dialog } from '../ui/dialog';
import { alert, facts, field, select } from '../ui/parts';
import { versionOf } from './guests';
import { rolloutView } from './rollout';

/** How many machines a cluster has. */
export function scaleDialog(app: App, guest: Tkc): Dialog {
  const topology = guest.spec?.topology;
  const form = { masters: String(topology?.controlPlane?.count ?? 1), workers: String(topology?.workers?.count ?? 0) };
  const valid = (): boolean => /^\d+$/.test(form.workers) && Number(form.workers) <= 150;
  const mayMasters = (topology?.controlPlane?.count ?? 1) === 3 ? ['3'] : ['1', '3'];
  return {
    title: t('Scale {name}', { name: guest.metadata.name }),
    action: t('Scale'),
    ready: valid,
    body: () => html`
      ${select({ id: 'masters', label: t('Control plane'), value: form.masters, required: true, choices: mayMasters.map((value) => ({ value, name: value })), help: mayMasters.length === 1 ? t('A control plane of three cannot be made smaller.') : undefined, change: (value) => (form.masters = value) })}
      ${field({
        id: 'workers',
        label: t('Workers'),
        type: 'number',
        value: form.workers,
        required: true,
        fault: valid() ? undefined : t('A whole number from 0 to 150.'),
        change: (value) => {
          form.workers = value;
          app.refresh();
        },
      })}`,
    perform: () =>
      patchGuest(app, guest.metadata.namespace ?? '', guest.metadata.name, {
        spec: { topology: { controlPlane: { count: Number(form.masters) }, workers: { count: Number(form.workers) } } },
      }),
  };
}

/** Which release a cluster runs; what is going on when it goes to another. */
export function upgradeDialog(app: App, guest: Tkc): Dialog {
  const namespace = guest.metadata.namespace ?? '';
  const found = new Fetched(app, () => offers(app, namespace));
  const present = (): Tkc => app.live.get('guest', `${namespace}/${guest.metadata.name}`) ?? guest;
  let wanted = '';
  let asked = false;
  return {
    title: t('Upgrade {name}', { name: guest.metadata.name }),
    get action(): string | undefined {
      return asked || rollout(present(), []) !== undefined ? undefined : t('Upgrade');
    },
    stays: true,
    ready: () => wanted !== '',
    body: () => {
      const going = rollout(present(), app.live.list('machine'));
      if (going !== undefined) {
        return rolloutView(going);
      }
      if (asked) {
        return present().status?.version === wanted
          ? alert({ tone: 'success', text: t('The cluster runs {version}.', { version: wanted }) })
          : html`<span class="spinner spinner-inline" role="status">${t('Updating')}</span>`;
      }
      const list = upgrades(versionOf(guest), found.at('')?.releases ?? []);
      return html`${found.error === '' ? nothing : alert({ tone: 'danger', text: found.error })}
        ${facts([[t('Now'), versionOf(guest)]])}
        ${found.value !== undefined && list.length === 0 ? alert({ tone: 'info', text: t('There is no newer release that this cluster can go to.') }) : nothing}
        ${list.length === 0
          ? nothing
          : select({
              id: 'release',
              label: t('Kubernetes release'),
              value: wanted,
              required: true,
              empty: t('Choose…'),
              choices: list.map((value) => ({ value, name: value })),
              help: t('Machines are replaced one after the other; one minor version at a time.'),
              change: (value) => {
                wanted = value;
                app.refresh();
              },
            })}`;
    },
    perform: async () => {
      await patchGuest(app, namespace, guest.metadata.name, { spec: { distribution: { version: null, fullVersion: wanted } } });
      asked = true;
    },
  };
}
