import { html, nothing, type TemplateResult } from 'lit';
import type { AccessEntry, Namespace, Policy, StorageSpec, Supervisor } from '../api/types';
import type { App } from '../app/app';
import { Fetched } from '../app/fetched';
import { link } from '../app/route';
import { t } from '../i18n/i18n';
import type { Dialog } from '../ui/dialog';
import { field, select } from '../ui/parts';

/** The dialogs that make and change vSphere Namespaces. */

const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
export const instance = (name: string): string => `/api/vcenter/namespaces/instances/${encodeURIComponent(name)}`;

export interface VmClass {
  readonly id: string;
  readonly cpu_count: number;
  readonly memory_MB: number;
  readonly cpu_reservation?: number;
  readonly memory_reservation?: number;
  readonly description?: string;
}

export const vmClasses = (app: App): Fetched<VmClass[]> =>
  new Fetched(app, () => app.http.get<VmClass[]>('/api/vcenter/namespace-management/virtual-machine-classes'));

export const policies = (app: App): Fetched<Policy[]> => new Fetched(app, () => app.http.get<Policy[]>('/api/vcenter/storage/policies'));

/** What is wrong with the name of a namespace that is to be made. Pure. */
export function nameFault(name: string, taken: readonly string[]): string | undefined {
  if (name === '') {
    return t('This is required.');
  }
  if (!NAME.test(name)) {
    return t('At most 63 of a-z, 0-9 and -, beginning and ending with a letter or digit.');
  }
  return taken.includes(name) ? t('There is a namespace of this name already.') : undefined;
}

export function createNamespace(app: App, supervisors: readonly Supervisor[]): Dialog {
  const form = { name: '', description: '', cluster: supervisors[0]?.cluster ?? '', chosen: new Set<string>(), touched: false };
  const offered = policies(app);
  const taken = app.live.list('namespace').map((item) => item.namespace);
  const change = <K extends keyof typeof form>(key: K, value: (typeof form)[K]): void => {
    form[key] = value;
    app.refresh();
  };
  return {
    title: t('New namespace'),
    action: t('Create'),
    ready: () => nameFault(form.name, taken) === undefined && form.cluster !== '',
    body: () => html`
      ${select({ id: 'cluster', label: t('Supervisor'), value: form.cluster, required: true, change: (value) => change('cluster', value), choices: supervisors.map((item) => ({ value: item.cluster, name: item.cluster_name || item.cluster })) })}
      ${field({
        id: 'name',
        label: t('Name'),
        value: form.name,
        required: true,
        fault: form.touched ? nameFault(form.name, taken) : undefined,
        help: t('Users see it as the name of a context in kubectl.'),
        change: (value) => {
          form.touched = true;
          change('name', value);
        },
      })}
      ${field({ id: 'description', label: t('Description'), value: form.description, change: (value) => change('description', value) })}
      ${policyBoxes(offered.at('') ?? [], (policy) => form.chosen.has(policy), (policy, on) => {
        if (on) form.chosen.add(policy);
        else form.chosen.delete(policy);
        app.refresh();
      })}`,
    perform: async () => {
      await app.http.post('/api/vcenter/namespaces/instances', {
        namespace: form.name,
        cluster: form.cluster,
        description: form.description,
        storage_specs: [...form.chosen].map((policy) => ({ policy })),
      });
      app.go(link(['namespaces', form.name]));
    },
  };
}

function policyBoxes(list: readonly Policy[], chosen: (policy: string) => boolean, choose: (policy: string, on: boolean) => void): TemplateResult {
  return html`<fieldset class="kt-boxes"><legend>${t('Storage policies')}</legend>
    ${list.map((policy) => html`<label class="kt-check-label"><input type="checkbox" name="policy" .checked=${chosen(policy.policy)}
      @change=${(event: Event) => choose(policy.policy, (event.target as HTMLInputElement).checked)} /> ${policy.name}</label>`)}
  </fieldset>`;
}

export function addPermission(app: App, namespace: Namespace): Dialog {
  const form: AccessEntry = { subject_type: 'USER', subject: '', domain: 'vsphere.local', role: 'EDIT' };
  const users = new Fetched(app, () => app.http.get<{ name: string; domain: string }[]>('/api/kantoku/users'));
  const groups = new Fetched(app, () => app.http.get<{ name: string; domain: string }[]>('/api/kantoku/groups'));
  const change = <K extends keyof AccessEntry>(key: K, value: AccessEntry[K]): void => {
    form[key] = value;
    app.refresh();
  };
  const known = (): readonly { name: string }[] => (form.subject_type === 'USER' ? users.at('') : groups.at('')) ?? [];
  return {
    title: t('Add permission'),
    action: t('Add'),
    ready: () => form.subject.trim() !== '' && form.domain.trim() !== '',
    body: () => html`
      ${select({ id: 'type', label: t('Kind'), value: form.subject_type, required: true, change: (value) => change('subject_type', value as 'USER' | 'GROUP'), choices: [{ value: 'USER', name: t('User') }, { value: 'GROUP', name: t('Group') }] })}
      ${field({ id: 'subject', label: t('Name'), value: form.subject, required: true, change: (value) => change('subject', value), help: known().length === 0 ? undefined : t('Known here: {names}', { names: known().slice(0, 12).map((item) => item.name).join(', ') }) })}
      ${field({ id: 'domain', label: t('Domain'), value: form.domain, required: true, change: (value) => change('domain', value) })}
      ${select({ id: 'role', label: t('Role'), value: form.role, required: true, change: (value) => change('role', value as AccessEntry['role']), choices: [{ value: 'EDIT', name: t('Can edit') }, { value: 'VIEW', name: t('Can view') }], help: t('Who can edit is the administrator of the clusters in this namespace.') })}`,
    perform: () => app.http.post(accessPath(namespace.namespace, { ...form, subject: form.subject.trim(), domain: form.domain.trim() }), { role: form.role }),
  };
}

export function accessPath(namespace: string, entry: AccessEntry): string {
  return `${instance(namespace)}/access/${encodeURIComponent(entry.domain)}/${encodeURIComponent(entry.subject)}?type=${entry.subject_type}`;
}

/** Everything of a namespace that a PUT sets; what is left out of a PUT is cleared. Pure. */
export function whole(namespace: Namespace): Record<string, unknown> {
  return {
    description: namespace.description,
    resource_spec: namespace.resource_spec ?? {},
    access_list: namespace.access_list ?? [],
    storage_specs: namespace.storage_specs ?? [],
    ...(namespace.vm_service_spec === undefined ? {} : { vm_service_spec: namespace.vm_service_spec }),
  };
}

export function editStorage(app: App, namespace: Namespace, list: Fetched<Policy[]>): Dialog {
  const limits = new Map<string, string>((namespace.storage_specs ?? []).map((spec) => [spec.policy, spec.limit === undefined ? '' : String(spec.limit)]));
  const valid = (): boolean => [...limits.values()].every((limit) => limit === '' || /^[1-9]\d*$/.test(limit));
  return {
    title: t('Storage policies'),
    action: t('Save'),
    ready: valid,
    body: () => html`<p>${t('Which policies may be used, and how much of each. Every policy becomes a storage class.')}</p>
      <table class="table table-compact"><thead><tr><th scope="col">${t('Policy')}</th><th scope="col">${t('Limit (MB)')}</th></tr></thead>
        <tbody>${(list.at('') ?? []).map((policy) => {
          const on = limits.has(policy.policy);
          return html`<tr>
            <td><label class="kt-check-label"><input type="checkbox" .checked=${on} @change=${(event: Event) => {
              if ((event.target as HTMLInputElement).checked) limits.set(policy.policy, '');
              else limits.delete(policy.policy);
              app.refresh();
            }} /> ${policy.name}</label></td>
            <td><input class="clr-input" inputmode="numeric" aria-label=${t('Limit of {name} in MB', { name: policy.name })} placeholder=${t('No limit')} ?disabled=${!on} .value=${limits.get(policy.policy) ?? ''}
              @input=${(event: Event) => {
                limits.set(policy.policy, (event.target as HTMLInputElement).value.trim());
                app.refresh();
              }} /></td></tr>`;
        })}</tbody></table>
      ${valid() ? nothing : html`<p class="kt-fault" role="alert">${t('A limit is a whole number of MB, or empty.')}</p>`}`,
    perform: () => {
      const specs: StorageSpec[] = [...limits].map(([policy, limit]) => (limit === '' ? { policy } : { policy, limit: Number(limit) }));
      return app.http.patch(instance(namespace.namespace), { storage_specs: specs });
    },
  };
}

const LIMITS = (): readonly { readonly key: string; readonly name: string; readonly help: string }[] => [
  { key: 'cpu_limit', name: t('CPU limit (MHz)'), help: t('For all machines of the namespace together.') },
  { key: 'memory_limit', name: t('Memory limit (MB)'), help: t('For all machines of the namespace together.') },
  { key: 'storage_request_limit', name: t('Storage limit (MB)'), help: t('For all volumes of the namespace together.') },
];

export function editLimits(app: App, namespace: Namespace): Dialog {
  const present = namespace.resource_spec ?? {};
  const values = new Map<string, string>(LIMITS().map((limit) => [limit.key, present[limit.key] === undefined ? '' : String(present[limit.key])]));
  const fault = (text: string): string | undefined => (text === '' || /^[1-9]\d*$/.test(text) ? undefined : t('A whole number above zero, or empty for no limit.'));
  return {
    title: t('Limits'),
    action: t('Save'),
    ready: () => [...values.values()].every((value) => fault(value) === undefined),
    body: () => html`${LIMITS().map((limit) => {
      const value = values.get(limit.key) ?? '';
      return field({
        id: limit.key,
        label: limit.name,
        value,
        fault: fault(value),
        help: limit.help,
        change: (text) => {
          values.set(limit.key, text.trim());
          app.refresh();
        },
      });
    })}`,
    perform: () => {
      const spec: Record<string, unknown> = { ...present };
      for (const [key, value] of values) {
        if (value === '') delete spec[key];
        else spec[key] = Number(value);
      }
      return app.http.put(instance(namespace.namespace), { ...whole(namespace), resource_spec: spec });
    },
  };
}

export function editClasses(app: App, namespace: Namespace, list: Fetched<VmClass[]>): Dialog {
  const chosen = new Set(namespace.vm_service_spec?.vm_classes ?? []);
  return {
    title: t('VM classes'),
    action: t('Save'),
    body: () => html`<p>${t('Which sizes of machines clusters in this namespace may have.')}</p>
      <fieldset class="kt-boxes"><legend class="kt-hidden">${t('VM classes')}</legend>
      ${(list.at('') ?? []).map((item) => html`<label class="kt-check-label"><input type="checkbox" .checked=${chosen.has(item.id)} @change=${(event: Event) => {
        if ((event.target as HTMLInputElement).checked) chosen.add(item.id);
        else chosen.delete(item.id);
        app.refresh();
      }} /> ${item.id} <span class="kt-quiet">${t('{cpus} CPUs, {memory} MB', { cpus: item.cpu_count, memory: item.memory_MB })}</span></label>`)}</fieldset>`,
    perform: () => app.http.patch(instance(namespace.namespace), { vm_service_spec: { ...namespace.vm_service_spec, vm_classes: [...chosen] } }),
  };
}
