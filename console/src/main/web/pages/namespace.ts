import { html, nothing, type TemplateResult } from 'lit';
import type { AccessEntry, Meta, Namespace } from '../api/types';
import type { App, Page } from '../app/app';
import { Fetched } from '../app/fetched';
import { link, type Route } from '../app/route';
import { pageHead } from '../app/shell';
import { mebibytes, megahertz, t } from '../i18n/i18n';
import { quantity } from '../guests/quantity';
import { alert, button, card, emptyState, facts, grid, tabs, usage, type Content } from '../ui/parts';
import { confirmRemoval } from './confirm';
import { command, loginCommand } from './downloads';
import { eventGrid } from './events';
import { guestGrid } from './guests';
import { accessPath, addPermission, editClasses, editLimits, editStorage, instance, policies, vmClasses, type VmClass } from './namespace-dialogs';
import { namespaceState } from './namespaces';

interface Quota {
  metadata: Meta;
  status?: { hard?: Record<string, string>; used?: Record<string, string> };
}

/** One vSphere Namespace. */
export class NamespacePage implements Page {
  readonly section = 'namespaces';
  readonly title: string;
  private tab: string;
  private readonly policies;
  private readonly classes;
  private readonly quotas;

  constructor(
    private readonly app: App,
    private readonly name: string,
    route: Route,
  ) {
    this.title = name;
    this.tab = route.query['tab'] ?? 'summary';
    this.policies = policies(app);
    this.classes = vmClasses(app);
    this.quotas = new Fetched(app, () => app.http.get<{ items: Quota[] }>(`/api/kantoku/supervisor/kubernetes/api/v1/namespaces/${encodeURIComponent(name)}/resourcequotas`));
  }

  moved(route: Route): void {
    this.tab = route.query['tab'] ?? 'summary';
  }

  view(): Content {
    const namespace = this.app.live.get('namespace', this.name);
    const crumbs = [[t('Namespaces'), link(['namespaces'])]] as const;
    if (namespace === undefined) {
      return html`${pageHead('namespace', this.title, { crumbs })}
        ${this.app.stream.state === 'connecting'
          ? html`<span class="spinner spinner-md" role="status">${t('Loading…')}</span>`
          : emptyState('namespace', t('There is no such namespace'), t('It was removed, or you may not use it.'))}`;
    }
    const administrator = this.app.session?.administrator === true;
    return html`${pageHead('namespace', this.title, {
        crumbs,
        state: namespaceState(namespace),
        actions: html`<a class="btn btn-primary" href=${link(['guests', 'new'], { namespace: this.name })}>${t('Create a cluster')}</a>
          ${administrator ? button(t('Delete…'), () => this.remove()) : nothing}`,
      })}
      ${tabs(
        [
          { id: 'summary', name: t('Summary'), view: () => this.summary(namespace) },
          { id: 'permissions', name: t('Permissions'), view: () => this.permissions(namespace, administrator) },
          { id: 'storage', name: t('Storage'), view: () => this.storage(namespace, administrator) },
          { id: 'limits', name: t('Limits and use'), view: () => this.limits(namespace, administrator) },
          { id: 'classes', name: t('VM classes'), view: () => this.vmClasses(namespace, administrator) },
          { id: 'clusters', name: t('Clusters'), view: () => guestGrid(this.app, (guest) => guest.metadata.namespace === this.name) },
          { id: 'events', name: t('Events'), view: () => eventGrid(this.app, (event) => event.metadata.namespace === this.name) },
        ],
        this.tab,
        (id) => this.app.go(link(['namespaces', this.name], { tab: id })),
      )}`;
  }

  private summary(namespace: Namespace): TemplateResult {
    const { live } = this.app;
    const supervisor = live.get('supervisor', namespace.cluster);
    const vip = supervisor?.api_server_cluster_endpoint ?? '';
    const guests = live.list('guest').filter((guest) => guest.metadata.namespace === this.name);
    const running = guests.filter((guest) => guest.status?.phase === 'running').length;
    return html`<div class="kt-cards">
      ${card(
        t('Status'),
        facts([
          [t('State'), namespaceState(namespace)],
          [t('Description'), namespace.description],
          [t('Supervisor'), html`<a href=${link(['supervisors', namespace.cluster])}>${supervisor?.cluster_name ?? namespace.cluster}</a>`],
          [t('Workload networks'), (namespace.networks ?? []).join(', ')],
          [t('Clusters'), t('{running} of {n} running', { running, n: guests.length })],
        ]),
      )}
      ${card(t('Capacity and use'), this.stats(namespace))}
      ${card(
        t('Permissions'),
        (namespace.access_list ?? []).length === 0
          ? html`<p class="kt-quiet">${t('Only administrators have access.')}</p>`
          : html`<ul class="kt-plain">${(namespace.access_list ?? []).map((entry) => html`<li>${entry.subject}@${entry.domain} <span class="label">${roleName(entry)}</span></li>`)}</ul>`,
      )}
      ${card(
        t('Storage'),
        (namespace.storage_specs ?? []).length === 0
          ? alert({ tone: 'warning', text: t('No storage policy is assigned: clusters cannot be made here.') })
          : html`<ul class="kt-plain">${(namespace.storage_specs ?? []).map((spec) => html`<li>${this.policyName(spec.policy)} <span class="kt-quiet">${spec.limit === undefined ? t('No limit') : mebibytes(spec.limit)}</span></li>`)}</ul>`,
      )}
      ${vip === '' ? nothing : card(t('Log in'), html`${command(this.app, loginCommand(this.app, vip))}${command(this.app, `kubectl config use-context ${this.name}`)}`, undefined, 'kt-wide')}
    </div>`;
  }

  private stats(namespace: Namespace): TemplateResult {
    const limits = namespace.resource_spec ?? {};
    return html`${usage(t('CPU'), namespace.stats?.cpu_used ?? 0, limits['cpu_limit'], megahertz)}
      ${usage(t('Memory'), namespace.stats?.memory_used ?? 0, limits['memory_limit'], mebibytes)}
      ${usage(t('Storage'), namespace.stats?.storage_used ?? 0, limits['storage_request_limit'], mebibytes)}`;
  }

  private permissions(namespace: Namespace, administrator: boolean): TemplateResult {
    return html`${administrator ? html`<div class="kt-tools">${button(t('Add…'), () => this.app.ask(addPermission(this.app, namespace)))}</div>` : nothing}
      ${grid<AccessEntry>({
        label: t('Permissions'),
        rows: namespace.access_list ?? [],
        empty: t('Only administrators have access.'),
        columns: [
          { id: 'name', name: t('Name'), cell: (entry) => `${entry.subject}@${entry.domain}` },
          { id: 'type', name: t('Kind'), cell: (entry) => (entry.subject_type === 'USER' ? t('User') : t('Group')) },
          { id: 'role', name: t('Role'), cell: roleName },
          {
            id: 'actions',
            name: '',
            cell: (entry) =>
              administrator
                ? html`<button type="button" class="btn btn-link btn-sm" @click=${() => void this.app.attempt(() => this.app.http.delete(accessPath(this.name, entry)), t('The permission was removed.'))}>${t('Remove')}<span class="kt-hidden"> ${entry.subject}</span></button>`
                : nothing,
          },
        ],
      })}`;
  }

  private policyName(id: string): string {
    return this.policies.at('')?.find((policy) => policy.policy === id)?.name ?? id;
  }

  private storage(namespace: Namespace, administrator: boolean): TemplateResult {
    const quota = this.quota();
    return html`${administrator ? html`<div class="kt-tools">${button(t('Edit…'), () => this.app.ask(editStorage(this.app, namespace, this.policies)))}</div>` : nothing}
      ${grid({
        label: t('Storage'),
        rows: namespace.storage_specs ?? [],
        empty: t('No storage policy is assigned: clusters cannot be made here.'),
        columns: [
          { id: 'policy', name: t('Policy'), cell: (spec) => this.policyName(spec.policy) },
          { id: 'class', name: t('Storage class'), cell: (spec) => html`<code>${className(this.policyName(spec.policy))}</code>` },
          {
            id: 'used',
            name: t('Use'),
            cell: (spec) => usage('', quota.find((row) => row.name === `${className(this.policyName(spec.policy))}.storageclass.storage.k8s.io/requests.storage`)?.used ?? 0, spec.limit, mebibytes),
          },
        ],
      })}`;
  }

  /** Use against the quotas; of storage in MiB. */
  private quota(): { name: string; hard: number; used: number; memory: boolean }[] {
    const items = this.quotas.at(this.app.live.version('namespace', 'guest', 'service'))?.items ?? [];
    return items.flatMap((item) =>
      Object.entries(item.status?.hard ?? {}).map(([name, hard]) => {
        const memory = /storage$|memory$/.test(name);
        const unit = memory ? 1024 * 1024 : 1;
        return { name, hard: quantity(hard) / unit, used: quantity(item.status?.used?.[name] ?? '0') / unit, memory };
      }),
    );
  }

  private limits(namespace: Namespace, administrator: boolean): TemplateResult {
    const rows = this.quota().filter((row) => Number.isFinite(row.hard));
    return html`${administrator ? html`<div class="kt-tools">${button(t('Edit…'), () => this.app.ask(editLimits(this.app, namespace)))}</div>` : nothing}
      <div class="kt-cards">
        ${card(t('Machines'), this.stats(namespace))}
        ${card(
          t('Quotas of the Kubernetes namespace'),
          rows.length === 0
            ? html`<p class="kt-quiet">${this.quotas.error || t('No limits are set.')}</p>`
            : html`${rows.map((row) => usage(row.name, row.used, unlimited(row.hard) ? undefined : row.hard, row.memory ? mebibytes : (value) => String(value)))}`,
        )}
      </div>`;
  }

  private vmClasses(namespace: Namespace, administrator: boolean): TemplateResult {
    const list = this.classes.at('') ?? [];
    const chosen = namespace.vm_service_spec?.vm_classes;
    const all = chosen === undefined || chosen.length === 0;
    const rows = all ? list : list.filter((item) => chosen.includes(item.id));
    return html`${this.classes.error === '' ? nothing : alert({ tone: 'warning', text: this.classes.error })}
      ${all ? html`<p class="kt-quiet">${t('No class has been chosen for this namespace: clusters may use all of them.')}</p>` : nothing}
      ${administrator && chosen !== undefined ? html`<div class="kt-tools">${button(t('Edit…'), () => this.app.ask(editClasses(this.app, namespace, this.classes)))}</div>` : nothing}
      ${grid<VmClass>({
        label: t('VM classes'),
        rows,
        empty: t('No VM class is assigned.'),
        columns: [
          { id: 'name', name: t('Name'), cell: (item) => item.id },
          { id: 'cpu', name: t('CPUs'), cell: (item) => item.cpu_count, numeric: true },
          { id: 'memory', name: t('Memory'), cell: (item) => mebibytes(item.memory_MB), numeric: true },
          { id: 'reserved', name: t('Reserved'), cell: (item) => (item.cpu_reservation ? `${item.cpu_reservation} %` : '—'), numeric: true },
        ],
      })}`;
  }

  private remove(): void {
    const guests = this.app.live.list('guest').filter((guest) => guest.metadata.namespace === this.name).length;
    this.app.ask(
      confirmRemoval(this.app, {
        title: t('Delete the namespace'),
        text: t('This removes the namespace with everything in it, and its {n} clusters. It cannot be undone.', { n: guests }),
        name: this.name,
        action: t('Delete'),
        remove: async () => {
          await this.app.http.delete(instance(this.name));
          this.app.go(link(['namespaces']));
        },
      }),
    );
  }
}

const roleName = (entry: AccessEntry): string => (entry.role === 'VIEW' ? t('Can view') : entry.role === 'EDIT' ? t('Can edit') : t('Owner'));

/** A storage policy's name as a StorageClass. */
export const className = (policy: string): string => policy.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');

/** vCenter writes no limit as the largest number of its type. */
const unlimited = (mebibytes: number): boolean => mebibytes >= 2 ** 43 - 1;
