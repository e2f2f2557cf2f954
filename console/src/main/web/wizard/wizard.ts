import { html, nothing, type TemplateResult } from 'lit';
import { ApiError } from '../api/http';
import type { Compatibility, EnableSpec, Library, Network, NetworkChecks, Policy, SizeInfo } from '../api/types';
import { messageOf, type App, type Page } from '../app/app';
import { link } from '../app/route';
import { mebibytes, number, t } from '../i18n/i18n';
import { icon } from '../ui/icons';
import { alert, facts, field, select, state, type Choice, type Content } from '../ui/parts';
import { EMPTY, fromSpec, toSpec, words, type Draft, type DraftField } from './draft';
import { checkResults } from './network-check';
import { draftField, pageOf, PAGES, type PageId } from './pages';
import { validate, type Faults } from './validate';

interface Offers {
  clusters: { cluster: string; name: string }[];
  compatibility: Compatibility[];
  sizes: Record<string, SizeInfo>;
  policies: Policy[];
  networks: Network[];
  libraries: Library[];
}

/** The wizard that enables Workload Management on a cluster. */
export class EnableWizard implements Page {
  readonly title = t('Enable Workload Management');
  readonly section = 'workload';
  private draft: Draft = { ...EMPTY };
  private touched = new Set<DraftField>();
  private found: Faults = {};
  private page: PageId = 'stack';
  private furthest = 0;
  private offers: Offers | undefined;
  private lab: Partial<Draft> = {};
  private error = '';
  private busy = false;
  private checking = false;
  private checks: NetworkChecks | undefined;
  private checkError = '';

  constructor(private readonly app: App) {
    void this.load();
  }

  private async load(): Promise<void> {
    const { http } = this.app;
    try {
      const [clusters, compatibility, sizes, policies, networks, ids] = await Promise.all([
        http.get<Offers['clusters']>('/api/vcenter/cluster'),
        http.get<Compatibility[]>('/api/vcenter/namespace-management/cluster-compatibility'),
        http.get<Record<string, SizeInfo>>('/api/vcenter/namespace-management/cluster-size-info'),
        http.get<Policy[]>('/api/vcenter/storage/policies'),
        http.get<Network[]>('/api/vcenter/network'),
        http.get<string[]>('/api/content/library'),
      ]);
      const libraries = await Promise.all(
        ids.map(async (id): Promise<Library> => {
          const [library, items] = await Promise.all([
            http.get<Library>(`/api/content/library/${encodeURIComponent(id)}`),
            http.get<string[]>(`/api/content/library/item?library_id=${encodeURIComponent(id)}`),
          ]);
          return { ...library, items: items.length };
        }),
      );
      this.offers = { clusters, compatibility, sizes, policies, networks, libraries };
      const fits = compatibility.find((item) => item.compatible)?.cluster;
      if (fits !== undefined) {
        this.lab = fromSpec(await http.get<EnableSpec>(`/api/kantoku/default-enable-spec?cluster=${encodeURIComponent(fits)}`));
        this.draft = { ...this.draft, cluster: fits, library: this.lab.library ?? '' };
      }
    } catch (error) {
      this.error = messageOf(error);
    }
    this.app.refresh();
  }

  view(): Content {
    const faults = validate(this.draft);
    const index = PAGES.findIndex((page) => page.id === this.page);
    return html`<div class="kt-wizard" role="group" aria-label=${this.title}>
      <div class="kt-wizard-nav">
        <h1>${this.title}</h1>
        <nav aria-label=${t('Steps')}>
          <ol>
            ${PAGES.map((page, i) => this.stepLink(page.id, i, faults))}
          </ol>
        </nav>
      </div>
      <div class="kt-wizard-main">
        <h2 id="wizard-page" tabindex="-1">${index + 1}. ${pageName(this.page)}</h2>
        <div class="kt-wizard-body clr-form clr-form-horizontal">
          ${this.error === '' ? nothing : alert({ tone: 'danger', text: this.error })}
          ${this.offers === undefined ? (this.error === '' ? html`<span class="spinner spinner-md" role="status">${t('Loading…')}</span>` : nothing) : this.body(this.offers, faults)}
        </div>
        <div class="kt-wizard-foot">
          <a class="btn btn-link" href=${link([])}>${t('Cancel')}</a>
          <button type="button" class="btn btn-outline" ?disabled=${index === 0} @click=${() => this.show(PAGES[index - 1]?.id)}>${t('Back')}</button>
          ${this.page === 'review'
            ? html`<button type="button" class="btn btn-primary" ?disabled=${this.busy || Object.keys(faults).length > 0} @click=${() => void this.finish()}>
                ${this.busy ? html`<span class="spinner spinner-inline" aria-hidden="true"></span>` : nothing} ${t('Finish')}
              </button>`
            : html`<button type="button" class="btn btn-primary" @click=${() => this.next(faults)}>${t('Next')}</button>`}
        </div>
      </div>
    </div>`;
  }

  private stepLink(id: PageId, index: number, faults: Faults): TemplateResult {
    const current = id === this.page;
    const reached = index <= this.furthest;
    const wrong = reached && !current && (PAGES[index]?.fields ?? []).some((name) => faults[name] !== undefined || this.found[name] !== undefined);
    const done = reached && !current && !wrong && index < this.furthest;
    const sign = wrong ? icon('exclamation-circle', 'kt-bad', true) : done ? icon('check-circle', 'kt-good', true) : html`<span class="kt-step-number">${index + 1}</span>`;
    return html`<li>
      <button type="button" class=${current ? 'kt-current' : ''} aria-current=${current ? 'step' : 'false'} ?disabled=${!reached} @click=${() => this.show(id)}>
        ${sign}<span>${pageName(id)}</span>${wrong ? html`<span class="kt-hidden">${t('has faults')}</span>` : nothing}
      </button>
    </li>`;
  }

  private show(id: PageId | undefined): void {
    if (id !== undefined) {
      this.page = id;
      this.furthest = Math.max(this.furthest, PAGES.findIndex((page) => page.id === id));
      this.app.refresh();
      requestAnimationFrame(() => document.getElementById('wizard-page')?.focus());
    }
  }

  private next(faults: Faults): void {
    const index = PAGES.findIndex((page) => page.id === this.page);
    const fields = PAGES[index]?.fields ?? [];
    fields.forEach((name) => this.touched.add(name));
    const wrong = fields.find((name) => faults[name] !== undefined);
    if (wrong === undefined) {
      this.show(PAGES[index + 1]?.id);
    } else {
      this.app.refresh();
      requestAnimationFrame(() => document.getElementById(wrong)?.focus());
    }
  }

  private set(name: DraftField, value: string): void {
    this.draft = { ...this.draft, [name]: value };
    this.touched.add(name);
    delete this.found[name];
    this.app.refresh();
  }

  private useLab(fields: readonly DraftField[]): void {
    for (const name of fields) {
      const value = this.lab[name];
      if (value !== undefined) {
        this.draft = { ...this.draft, [name]: value };
        this.touched.add(name);
        delete this.found[name];
      }
    }
    this.app.refresh();
  }

  private body(offers: Offers, faults: Faults): Content {
    switch (this.page) {
      case 'stack':
        return this.stack(faults);
      case 'cluster':
        return this.clusters(offers, faults);
      case 'size':
        return this.sizes(offers, faults);
      case 'storage':
        return this.storage(offers, faults);
      case 'balancer':
        return this.balancer(faults);
      case 'management':
        return this.management(offers, faults);
      case 'workload':
        return this.workload(offers, faults);
      case 'library':
        return this.library(offers, faults);
      case 'review':
        return this.review(offers, faults);
    }
  }

  private intro(text: string): TemplateResult {
    const fields = PAGES.find((page) => page.id === this.page)?.fields ?? [];
    const offered = fields.some((name) => (this.lab[name] ?? '') !== '');
    return html`<div class="kt-wizard-intro"><p>${text}</p>
      ${offered
        ? html`<button type="button" class="btn btn-outline btn-sm" @click=${() => this.useLab(fields)}>${t("Use the lab's values")}</button>`
        : nothing}</div>`;
  }

  private fault(name: DraftField, faults: Faults): string | undefined {
    return this.found[name] ?? (this.touched.has(name) ? faults[name] : undefined);
  }

  private text(name: DraftField, label: string, faults: Faults, more: { help?: string; type?: 'password' | 'area'; optional?: boolean } = {}): TemplateResult {
    return field({
      id: name,
      label,
      value: this.draft[name],
      change: (value) => this.set(name, value),
      fault: this.fault(name, faults),
      help: more.help,
      type: more.type ?? 'text',
      required: !more.optional,
      ...(more.type === 'password' ? { autocomplete: 'new-password' } : {}),
    });
  }

  private choice(name: DraftField, label: string, choices: readonly Choice[], faults: Faults, help?: string): TemplateResult {
    return select({
      id: name,
      label,
      value: this.draft[name],
      change: (value) => this.set(name, value),
      fault: this.fault(name, faults),
      help,
      required: true,
      choices,
      empty: t('Choose…'),
    });
  }

  private stack(faults: Faults): Content {
    const pick = (event: Event): void => this.set('provider', (event.target as HTMLInputElement).value);
    return html`${this.intro(t('Which network the Supervisor and its clusters are built on.'))}
      <fieldset class="kt-choices"><legend class="kt-hidden">${t('Network stack')}</legend>
        <label class="kt-choice kt-choice-off">
          <input type="radio" name="provider" value="NSXT_CONTAINER_PLUGIN" disabled aria-describedby="nsxt-why" />
          <span><strong>NSX-T</strong>
            <span>${t('vSphere Pods and Tanzu Kubernetes clusters on networks of NSX-T.')}</span>
            <span id="nsxt-why" class="kt-why">${icon('info-circle')} ${t('Cannot be chosen: NSX-T is not configured in this vCenter.')}</span></span>
        </label>
        <label class="kt-choice">
          <input type="radio" name="provider" value="VSPHERE_NETWORK" ?checked=${this.draft.provider === 'VSPHERE_NETWORK'} @change=${pick} />
          <span><strong>${t('vCenter Server Network')}</strong>
            <span>${t('Tanzu Kubernetes clusters on port groups of a distributed switch, with HAProxy as the load balancer. vSphere Pods are not available.')}</span></span>
        </label>
      </fieldset>
      ${this.fault('provider', faults) === undefined ? nothing : alert({ tone: 'danger', text: this.fault('provider', faults) ?? '' })}`;
  }

  private clusters(offers: Offers, faults: Faults): Content {
    const name = (id: string): string => offers.clusters.find((cluster) => cluster.cluster === id)?.name ?? id;
    return html`${this.intro(t('A cluster needs vSphere HA, DRS, three hosts, and one distributed switch that joins them.'))}
      <fieldset class="kt-choices"><legend class="kt-hidden">${t('Cluster')}</legend>
        ${offers.compatibility.map(
          (item) => html`<label class="kt-choice ${item.compatible ? '' : 'kt-choice-off'}">
            <input type="radio" name="cluster" value=${item.cluster} ?disabled=${!item.compatible} ?checked=${this.draft.cluster === item.cluster} @change=${() => this.set('cluster', item.cluster)} />
            <span><strong>${name(item.cluster)}</strong>
              ${item.compatible ? state('good', t('Compatible')) : state('bad', t('Not compatible'))}
              ${item.compatible ? nothing : html`<ul class="kt-why">${item.incompatibility_reasons.map((reason) => html`<li>${reason.default_message}</li>`)}</ul>`}</span>
          </label>`,
        )}
      </fieldset>
      ${offers.compatibility.length === 0 ? alert({ tone: 'warning', text: t('The inventory has no cluster.') }) : nothing}
      ${this.fault('cluster', faults) === undefined ? nothing : html`<p class="kt-fault" id="cluster">${this.fault('cluster', faults)}</p>`}`;
  }

  private sizes(offers: Offers, faults: Faults): Content {
    return html`${this.intro(t('How large the three control plane VMs are. It can be raised later.'))}
      <table class="table table-compact kt-pick"><caption class="kt-hidden">${t('Control plane size')}</caption>
        <thead><tr><th scope="col"></th><th scope="col">${t('Size')}</th><th scope="col">${t('CPUs')}</th><th scope="col">${t('Memory')}</th><th scope="col">${t('Storage')}</th><th scope="col">${t('Services')}</th></tr></thead>
        <tbody>
          ${Object.entries(offers.sizes).map(
            ([id, size]) => html`<tr>
              <td><input type="radio" name="size" id="size-${id}" value=${id} ?checked=${this.draft.size === id} @change=${() => this.set('size', id)} /></td>
              <td><label for="size-${id}">${sizeName(id)}</label></td>
              <td>${number(size.master_vm_info.count)}</td><td>${mebibytes(size.master_vm_info.memory)}</td><td>${mebibytes(size.master_vm_info.capacity)}</td><td>${number(size.num_supported_services)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
      ${this.fault('size', faults) ?? nothing}`;
  }

  private storage(offers: Offers, faults: Faults): Content {
    const policies = offers.policies.map((policy) => ({ value: policy.policy, name: policy.name }));
    return html`${this.intro(t('Storage policies say on which datastores things are kept.'))}
      ${this.choice('masterPolicy', t('Control plane nodes'), policies, faults)}
      ${this.choice('ephemeralPolicy', t('Ephemeral disks'), policies, faults)}
      ${this.choice('imagePolicy', t('Image cache'), policies, faults)}`;
  }

  private balancer(faults: Faults): Content {
    return html`${this.intro(t('The HAProxy appliance that carries the virtual IPs of the Supervisor, of clusters and of their Services.'))}
      ${this.text('balancerName', t('Name'), faults, { help: t('A name such as haproxy; it cannot be changed later.') })}
      ${select({ id: 'balancerType', label: t('Type'), value: 'HA_PROXY', change: () => {}, choices: [{ value: 'HA_PROXY', name: 'HAProxy' }], required: true })}
      ${this.text('balancerServers', t('Data Plane API addresses'), faults, { help: t('host:port, apart by commas; the port is 5556 where none is given.') })}
      ${this.text('balancerUser', t('User name'), faults)}
      ${this.text('balancerPassword', t('Password'), faults, { type: 'password' })}
      ${this.text('balancerRanges', t('Ranges of virtual IPs'), faults, { help: t('The part of the workload network that the load balancer may use. The Supervisor takes the first address.') })}
      ${this.text('balancerAuthority', t('Server certificate authority'), faults, { type: 'area', help: t("PEM, as in the file ca.crt of the appliance.") })}
      ${this.networkCheck(['DATA_PLANE_API', 'APPLIANCE_RANGES'])}`;
  }

  private management(offers: Offers, faults: Faults): Content {
    return html`${this.intro(t('The network where the control plane VMs meet vCenter and the load balancer.'))}
      ${this.choice('managementNetwork', t('Network'), networks(offers), faults)}
      ${this.text('managementStart', t('Starting IP address'), faults, { help: t('Five addresses in a row: three VMs, one that floats, one for upgrades.') })}
      ${this.text('managementMask', t('Subnet mask'), faults)}
      ${this.text('managementGateway', t('Gateway'), faults)}
      ${this.text('dns', t('DNS servers'), faults)}
      ${this.text('searchDomains', t('DNS search domains'), faults, { optional: true })}
      ${this.text('ntp', t('NTP servers'), faults, { optional: true })}`;
  }

  private workload(offers: Offers, faults: Faults): Content {
    return html`${this.intro(t('The network of all cluster nodes, and the Services of the Supervisor.'))}
      ${this.text('services', t('IP addresses for Services'), faults, { help: t('A subnet inside the Supervisor only; apart from all others.') })}
      ${this.text('workloadDns', t('DNS servers'), faults, { optional: true, help: t('Those of the management network where none is given.') })}
      ${this.text('workloadName', t('Name of the workload network'), faults)}
      ${this.choice('workloadPortGroup', t('Port group'), networks(offers), faults)}
      ${this.text('workloadRanges', t('Ranges of node addresses'), faults, { help: t('Such as 10.44.59.100-10.44.59.254. A cluster needs one per node.') })}
      ${this.text('workloadMask', t('Subnet mask'), faults)}
      ${this.text('workloadGateway', t('Gateway'), faults)}
      ${this.text('furtherNetworks', t('Further workload networks'), faults, {
        type: 'area',
        optional: true,
        help: t('One a line: name; port group; gateway with its prefix; ranges of node addresses. Namespaces choose among them.'),
      })}
      ${this.networkCheck(['RANGES_APART', 'ADDRESSES_FREE', 'APPLIANCE_RANGES', 'DATA_PLANE_API'])}`;
  }

  private library(offers: Offers, faults: Faults): Content {
    return html`${this.intro(t('The content library with the Kubernetes releases that clusters are made of.'))}
      <fieldset class="kt-choices"><legend class="kt-hidden">${t('Content library')}</legend>
        ${offers.libraries.map(
          (library) => html`<label class="kt-choice">
            <input type="radio" name="library" value=${library.id} ?checked=${this.draft.library === library.id} @change=${() => this.set('library', library.id)} />
            <span><strong>${library.name}</strong><span>${t('{n} releases', { n: library.items ?? 0 })} · ${library.type}</span></span>
          </label>`,
        )}
        <label class="kt-choice">
          <input type="radio" name="library" value="" ?checked=${this.draft.library === ''} @change=${() => this.set('library', '')} />
          <span><strong>${t('None yet')}</strong><span>${t('No cluster can be made before there is one.')}</span></span>
        </label>
      </fieldset>
      ${this.fault('library', faults) ?? nothing}`;
  }

  private networkCheck(relevant: readonly string[]): TemplateResult {
    return html`<section class="kt-check" aria-label=${t('Network check')}>
      <div class="kt-check-head">
        <button type="button" class="btn btn-outline btn-sm" ?disabled=${this.checking} @click=${() => void this.checkNetwork()}>
          ${this.checking ? html`<span class="spinner spinner-inline" aria-hidden="true"></span>` : nothing} ${t('Check network')}
        </button>
        <span>${t('Tries the real thing with what is filled in: reaches the Data Plane API with these credentials and this authority, looks for addresses in use and ranges that overlap.')}</span>
      </div>
      <div aria-live="polite">
        ${this.checkError === '' ? nothing : alert({ tone: 'danger', text: this.checkError })}
        ${this.checks === undefined ? nothing : checkResults(this.checks, relevant)}
      </div>
    </section>`;
  }

  private spec(): EnableSpec {
    return toSpec(this.draft, new Map((this.offers?.networks ?? []).map((item) => [item.name, item.network])));
  }

  private async checkNetwork(): Promise<void> {
    this.checking = true;
    this.checkError = '';
    this.app.refresh();
    try {
      this.checks = await this.app.http.post<NetworkChecks>('/api/kantoku/check-network', this.spec());
    } catch (error) {
      this.checkError = messageOf(error);
    }
    this.checking = false;
    this.app.refresh();
  }

  private review(offers: Offers, faults: Faults): Content {
    const d = this.draft;
    const policy = (id: string): string => offers.policies.find((item) => item.policy === id)?.name ?? id;
    const network = (id: string): string => offers.networks.find((item) => item.network === id)?.name ?? id;
    const wrong = [...new Set([...Object.keys(faults), ...Object.keys(this.found)].map((name) => pageOf(name as DraftField)))];
    const sections: readonly (readonly [PageId, readonly (readonly [string, string])[]])[] = [
      ['stack', [[t('Network stack'), t('vCenter Server Network')]]],
      ['cluster', [[t('Cluster'), offers.clusters.find((item) => item.cluster === d.cluster)?.name ?? d.cluster]]],
      ['size', [[t('Control plane size'), sizeName(d.size)]]],
      ['storage', [[t('Control plane nodes'), policy(d.masterPolicy)], [t('Ephemeral disks'), policy(d.ephemeralPolicy)], [t('Image cache'), policy(d.imagePolicy)]]],
      ['balancer', [[t('Name'), d.balancerName], [t('Type'), 'HAProxy'], [t('Data Plane API addresses'), words(d.balancerServers).join(', ')], [t('User name'), d.balancerUser], [t('Ranges of virtual IPs'), d.balancerRanges]]],
      ['management', [[t('Network'), network(d.managementNetwork)], [t('Starting IP address'), d.managementStart], [t('Subnet mask'), d.managementMask], [t('Gateway'), d.managementGateway], [t('DNS servers'), d.dns], [t('NTP servers'), d.ntp]]],
      ['workload', [[t('IP addresses for Services'), d.services], [t('Name of the workload network'), d.workloadName], [t('Port group'), network(d.workloadPortGroup)], [t('Ranges of node addresses'), d.workloadRanges], [t('Gateway'), d.workloadGateway], ...(d.furtherNetworks.trim() === '' ? [] : [[t('Further workload networks'), d.furtherNetworks] as const])]],
      ['library', [[t('Content library'), offers.libraries.find((item) => item.id === d.library)?.name ?? t('None yet')]]],
    ];
    return html`${wrong.length === 0 ? html`<p>${t('Finish begins at once. What is wrong is told before anything is made.')}</p>` : alert({ tone: 'danger', text: t('These pages have faults: {pages}', { pages: wrong.map(pageName).join(', ') }) })}
      ${Object.entries(this.found).map(([, message]) => alert({ tone: 'danger', text: message ?? '' }))}
      <div class="kt-review">
        ${sections.map(([page, rows]) => html`<section><h3>${pageName(page)}<button type="button" class="btn btn-link btn-sm" @click=${() => this.show(page)}>${t('Edit')}<span class="kt-hidden"> ${pageName(page)}</span></button></h3>${facts(rows)}</section>`)}
      </div>`;
  }

  private async finish(): Promise<void> {
    this.busy = true;
    this.error = '';
    this.found = {};
    this.app.refresh();
    const cluster = encodeURIComponent(this.draft.cluster);
    try {
      await this.app.http.post(`/api/vcenter/namespace-management/clusters/${cluster}?action=enable`, this.spec());
      this.app.go(link(['supervisors', this.draft.cluster]));
    } catch (error) {
      this.refused(error);
    }
    this.busy = false;
    this.app.refresh();
  }

  private refused(error: unknown): void {
    const faults = error instanceof ApiError ? error.faults : [];
    const rest: string[] = [];
    for (const fault of faults) {
      const name = draftField(fault.field);
      if (name === undefined) {
        rest.push(fault.message);
      } else {
        this.found[name] ??= fault.message;
      }
    }
    this.error = faults.length === 0 ? messageOf(error) : rest.join('\n');
  }
}

const networks = (offers: Offers): Choice[] => offers.networks.map((network) => ({ value: network.network, name: network.name }));

export function sizeName(id: string): string {
  const names: Record<string, string> = { TINY: t('Tiny'), SMALL: t('Small'), MEDIUM: t('Medium'), LARGE: t('Large') };
  return names[id] ?? id;
}

function pageName(id: PageId): string {
  switch (id) {
    case 'stack':
      return t('Network stack');
    case 'cluster':
      return t('Cluster');
    case 'size':
      return t('Control plane size');
    case 'storage':
      return t('Storage');
    case 'balancer':
      return t('Load balancer');
    case 'management':
      return t('Management network');
    case 'workload':
      return t('Workload network');
    case 'library':
      return t('Content library');
    case 'review':
      return t('Review');
  }
}
