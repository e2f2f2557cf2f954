import { html, nothing, type TemplateResult } from 'lit';
import { ApiError } from '../api/http';
import { messageOf, type App, type Page } from '../app/app';
import { Fetched } from '../app/fetched';
import { link, type Route } from '../app/route';
import { pageHead } from '../app/shell';
import { createGuest, minorOf, offers, type Offers } from '../guests/api';
import { guestFaults, manifest, manifestText, NEW_GUEST, parseManifest, type GuestField, type GuestForm } from '../guests/manifest';
import { t } from '../i18n/i18n';
import { alert, emptyState, field, select, tabs, type Choice, type Content } from '../ui/parts';

const SERVER_CHECK_MS = 400;

/** Makes a guest cluster, by a form or by its manifest; both are checked as one types, by the server too. */
export class NewGuestPage implements Page {
  readonly title = t('Create a cluster');
  readonly section = 'guests';
  private namespace: string;
  private mode: 'form' | 'yaml' = 'form';
  private form: GuestForm = { ...NEW_GUEST };
  private yaml = '';
  private touched = new Set<GuestField>();
  private found: readonly string[] = [];
  private checked: 'no' | 'checking' | 'good' | 'bad' = 'no';
  private timer: ReturnType<typeof setTimeout> | undefined;
  private checkNumber = 0;
  private busy = false;
  private error = '';
  private offered: Fetched<Offers>;

  constructor(
    private readonly app: App,
    route: Route,
  ) {
    this.namespace = route.query['namespace'] ?? app.live.list('namespace')[0]?.namespace ?? '';
    this.offered = this.offersOf(this.namespace);
  }

  private offersOf(namespace: string): Fetched<Offers> {
    return new Fetched(this.app, async () => {
      const found = await offers(this.app, namespace);
      this.choose(found);
      return found;
    });
  }

  /** The values that the lab offers: the newest release, the smallest class, the only storage class. */
  private choose(found: Offers): void {
    const smallest = found.classes.find((name) => name === 'best-effort-xsmall') ?? found.classes[0] ?? '';
    const storage = found.storage[0] ?? '';
    const { form } = this;
    const pick = (present: string, list: readonly string[], otherwise: string): string => (list.includes(present) ? present : otherwise);
    this.form = {
      ...form,
      version: form.version || `v${minorOf(found.releases[0] ?? '')}`,
      masterClass: pick(form.masterClass, found.classes, smallest),
      workerClass: pick(form.workerClass, found.classes, smallest),
      masterStorage: pick(form.masterStorage, found.storage, storage),
      workerStorage: pick(form.workerStorage, found.storage, storage),
    };
  }

  leave(): void {
    clearTimeout(this.timer);
  }

  view(): Content {
    const namespaces = this.app.live.list('namespace');
    const crumbs = [[t('Tanzu Kubernetes clusters'), link(['guests'])]] as const;
    if (namespaces.length === 0) {
      return html`${pageHead('nodes', this.title, { crumbs })}${emptyState('namespace', t('No namespaces yet'), t('Clusters are made in a namespace; there is none yet.'))}`;
    }
    if (this.namespace === '') {
      this.useNamespace(namespaces[0]?.namespace ?? '');
    }
    const found = this.offered.at('');
    return html`${pageHead('nodes', this.title, { crumbs })}
      <form class="clr-form clr-form-horizontal kt-form" novalidate @submit=${(event: Event) => this.submit(event)}>
        ${select({ id: 'namespace', label: t('Namespace'), value: this.namespace, required: true, change: (value) => this.useNamespace(value), choices: namespaces.map((item) => ({ value: item.namespace, name: item.namespace })) })}
        ${this.offered.error === '' ? nothing : alert({ tone: 'danger', text: this.offered.error })}
        ${found !== undefined && found.storage.length === 0 ? alert({ tone: 'warning', text: t('No storage policy is assigned to this namespace: a cluster cannot be made in it.') }) : nothing}
        ${tabs(
          [
            { id: 'form', name: t('Form'), view: () => this.formView(found) },
            { id: 'yaml', name: 'YAML', view: () => this.yamlView() },
          ],
          this.mode,
          (mode) => this.useMode(mode as 'form' | 'yaml'),
        )}
        <div aria-live="polite">${this.verdict()}</div>
        ${this.error === '' ? nothing : alert({ tone: 'danger', text: this.error })}
        <div class="kt-form-foot">
          <a class="btn btn-outline" href=${link(['guests'])}>${t('Cancel')}</a>
          <button type="submit" class="btn btn-primary" ?disabled=${this.busy}>${this.busy ? html`<span class="spinner spinner-inline" aria-hidden="true"></span>` : nothing} ${t('Create')}</button>
        </div>
      </form>`;
  }

  private useNamespace(namespace: string): void {
    this.namespace = namespace;
    this.offered = this.offersOf(namespace);
    this.check();
    this.app.refresh();
  }

  private useMode(mode: 'form' | 'yaml'): void {
    if (mode === 'yaml' && this.mode === 'form') {
      this.yaml = manifestText(this.form, this.namespace);
    }
    this.mode = mode;
    this.check();
    this.app.refresh();
  }

  private taken(): string[] {
    return this.app.live
      .list('guest')
      .filter((guest) => guest.metadata.namespace === this.namespace)
      .map((guest) => guest.metadata.name);
  }

  private set(name: GuestField, value: string): void {
    this.form = { ...this.form, [name]: value };
    this.touched.add(name);
    this.check();
    this.app.refresh();
  }

  private formView(found: Offers | undefined): TemplateResult {
    const faults = guestFaults(this.form, this.taken());
    const fault = (name: GuestField): string | undefined => (this.touched.has(name) ? faults[name] : undefined);
    const text = (name: GuestField, label: string, help?: string): TemplateResult =>
      field({ id: name, label, value: this.form[name], required: true, fault: fault(name), help, change: (value) => this.set(name, value.trim()) });
    const choice = (name: GuestField, label: string, choices: readonly Choice[], help?: string): TemplateResult =>
      select({ id: name, label, value: this.form[name], required: true, fault: fault(name), help, choices, change: (value) => this.set(name, value), ...(this.form[name] === '' ? { empty: t('Choose…') } : {}) });
    const same = (list: readonly string[] | undefined): Choice[] => (list ?? []).map((value) => ({ value, name: value }));
    const releases = found?.releases ?? [];
    const minors = [...new Set(releases.map((release) => `v${minorOf(release)}`))];
    const versions = [...minors.map((minor) => ({ value: minor, name: newestOf(minor, releases.filter((release) => `v${minorOf(release)}` === minor)) })), ...same(releases)];
    return html`<fieldset class="kt-fieldset"><legend>${t('Cluster')}</legend>
        ${text('name', t('Name'))} ${choice('version', t('Kubernetes release'), versions)}
      </fieldset>
      <fieldset class="kt-fieldset"><legend>${t('Control plane')}</legend>
        ${choice('masters', t('Machines'), [{ value: '1', name: '1' }, { value: '3', name: t('3 (goes on when one is lost)') }])}
        ${choice('masterClass', t('VM class'), same(found?.classes))} ${choice('masterStorage', t('Storage class'), same(found?.storage))}
      </fieldset>
      <fieldset class="kt-fieldset"><legend>${t('Workers')}</legend>
        ${field({ id: 'workers', label: t('Machines'), value: this.form.workers, type: 'number', required: true, fault: fault('workers'), change: (value) => this.set('workers', value) })}
        ${choice('workerClass', t('VM class'), same(found?.classes))} ${choice('workerStorage', t('Storage class'), same(found?.storage))}
      </fieldset>
      <fieldset class="kt-fieldset"><legend>${t('Network')}</legend>
        ${choice('cni', t('Container network'), [{ value: 'antrea', name: 'Antrea' }, { value: 'calico', name: 'Calico' }])}
        ${text('pods', t('Range of pods'))} ${text('services', t('Range of services'), t('Both are inside the cluster only.'))}
      </fieldset>`;
  }

  private yamlView(): TemplateResult {
    return html`<label class="kt-hidden" for="manifest">${t('Manifest')}</label>
      <textarea id="manifest" class="clr-textarea kt-code kt-manifest" rows="24" spellcheck="false" autocomplete="off" .value=${this.yaml}
        @input=${(event: Event) => {
          this.yaml = (event.target as HTMLTextAreaElement).value;
          this.check();
          this.app.refresh();
        }}></textarea>`;
  }

  /** What would be sent; or what is wrong with it here already. */
  private wanted(): { object?: unknown; faults: readonly string[] } {
    if (this.mode === 'yaml') {
      return parseManifest(this.yaml, this.namespace);
    }
    const faults = Object.values(guestFaults(this.form, this.taken()));
    return faults.length > 0 ? { faults: [] } : { object: manifest(this.form, this.namespace), faults: [] };
  }

  private check(): void {
    clearTimeout(this.timer);
    const number = ++this.checkNumber;
    const { object, faults } = this.wanted();
    this.found = faults;
    this.checked = faults.length > 0 ? 'bad' : 'no';
    if (object !== undefined) {
      this.checked = 'checking';
      this.timer = setTimeout(() => void this.askServer(object, number), SERVER_CHECK_MS);
    }
  }

  private async askServer(object: unknown, number: number): Promise<void> {
    let found: readonly string[] = [];
    try {
      await createGuest(this.app, this.namespace, object, true);
    } catch (error) {
      found = listed(error);
    }
    if (number === this.checkNumber) {
      this.found = found;
      this.checked = found.length === 0 ? 'good' : 'bad';
      this.app.refresh();
    }
  }

  private verdict(): Content {
    switch (this.checked) {
      case 'no':
        return nothing;
      case 'checking':
        return html`<p class="kt-quiet"><span class="spinner spinner-inline" aria-hidden="true"></span> ${t('The Supervisor checks it…')}</p>`;
      case 'good':
        return alert({ tone: 'success', text: t('The Supervisor would take it.') });
      case 'bad':
        return alert({ tone: 'danger', text: html`<ul class="kt-plain">${this.found.map((fault) => html`<li>${fault}</li>`)}</ul>` });
    }
  }

  private async submit(event: Event): Promise<void> {
    event.preventDefault();
    const { object } = this.wanted();
    if (object === undefined) {
      (Object.keys(this.form) as GuestField[]).forEach((name) => this.touched.add(name));
      this.app.refresh();
      return;
    }
    this.busy = true;
    this.error = '';
    this.app.refresh();
    try {
      const made = await createGuest(this.app, this.namespace, object);
      this.app.go(link(['guests', this.namespace, made.metadata.name]));
    } catch (error) {
      this.error = listed(error).join('\n');
    }
    this.busy = false;
    this.app.refresh();
  }
}

function listed(error: unknown): readonly string[] {
  const faults = error instanceof ApiError ? error.faults : [];
  return faults.length > 0 ? faults.map((fault) => (fault.field === '' || fault.message.startsWith(fault.field) ? fault.message : `${fault.field}: ${fault.message}`)) : [messageOf(error)];
}

/** A minor as something to choose: what it stands for now. */
function newestOf(minor: string, releases: readonly string[]): string {
  return releases.length === 1 ? t('{minor}: {release}', { minor, release: releases[0] ?? '' }) : t('{minor}: the newest of {n}', { minor, n: releases.length });
}
