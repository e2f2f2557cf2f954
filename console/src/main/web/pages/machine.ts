import { html, nothing, type TemplateResult } from 'lit';
import type { Network, Vm } from '../api/types';
import type { App, Page } from '../app/app';
import { Fetched } from '../app/fetched';
import { link, type Route } from '../app/route';
import { pageHead } from '../app/shell';
import { age, clock, mebibytes, t } from '../i18n/i18n';
import { button, card, emptyState, facts, grid, state, tabs, type Content } from '../ui/parts';
import { guestOsState, powerState } from '../ui/tones';
import { nicsOf } from './inventory';

interface ConsoleLine {
  readonly number: number;
  readonly time: string;
  readonly text: string;
}

const CONSOLE_MS = 1000;

/** One virtual machine with what it says on its console. */
export class MachinePage implements Page {
  readonly section = 'inventory';
  private tab: string;
  private lines: ConsoleLine[] = [];
  private next = 0;
  private consoleError = '';
  private asking = false;
  private readonly timer: ReturnType<typeof setInterval>;
  private readonly networks: Fetched<Network[]>;

  constructor(
    private readonly app: App,
    private readonly id: string,
    route: Route,
  ) {
    this.tab = route.query['tab'] ?? 'summary';
    this.networks = new Fetched(app, () => app.http.get<Network[]>('/api/vcenter/network'));
    this.timer = setInterval(() => void this.readConsole(), CONSOLE_MS);
  }

  get title(): string {
    return this.vm?.name ?? this.id;
  }

  private get vm(): Vm | undefined {
    return this.app.live.get('vm', this.id);
  }

  moved(route: Route): void {
    this.tab = route.query['tab'] ?? 'summary';
    void this.readConsole();
  }

  leave(): void {
    clearInterval(this.timer);
  }

  view(): Content {
    const vm = this.vm;
    const crumbs = [[t('Hosts and VMs'), link(['inventory'])]] as const;
    if (vm === undefined) {
      return html`${pageHead('vm', this.title, { crumbs })}
        ${this.app.stream.state === 'connecting' ? html`<span class="spinner spinner-md" role="status">${t('Loading…')}</span>` : emptyState('vm', t('There is no such machine'), t('It was deleted, or you may not see it.'))}`;
    }
    const on = vm.power_state === 'POWERED_ON';
    return html`${pageHead('vm', this.title, {
        crumbs,
        state: state(...powerState(vm)),
        actions: this.app.session?.administrator
          ? on
            ? html`${button(t('Shut down'), () => this.power(vm, 'guest/power?action=shutdown', t('The machine shuts down.')))} ${button(t('Power off'), () => this.power(vm, 'power?action=stop', t('The machine is off.')))}`
            : button(t('Power on'), () => this.power(vm, 'power?action=start', t('The machine is on.')), 'primary')
          : nothing,
      })}
      ${tabs(
        [
          { id: 'summary', name: t('Summary'), view: () => this.summary(vm) },
          { id: 'console', name: t('Console log'), view: () => this.console() },
        ],
        this.tab,
        (tab) => this.app.go(link(['vms', this.id], { tab })),
      )}`;
  }

  private power(vm: Vm, path: string, done: string): void {
    void this.app.attempt(() => this.app.http.post(`/api/vcenter/vm/${encodeURIComponent(vm.vm)}/${path}`), done);
  }

  private summary(vm: Vm): TemplateResult {
    const host = this.app.live.get('host', vm.host ?? '');
    const networks = new Map((this.networks.at('') ?? []).map((network) => [network.network, network.name]));
    return html`<div class="kt-cards">
        ${card(
          t('Machine'),
          facts([
            [t('Power'), state(...powerState(vm))],
            [t('Guest'), html`${state(...guestOsState(vm))} ${vm.guest_since ? html`<span class="kt-quiet">${age(vm.guest_since)}</span>` : nothing}`],
            [t('Says'), vm.guest_message ?? ''],
            [t('Host'), host?.name ?? vm.host ?? ''],
            [t('Namespace'), vm.namespace ? html`<a href=${link(['namespaces', vm.namespace])}>${vm.namespace}</a>` : ''],
          ]),
        )}
        ${card(
          t('Hardware'),
          facts([
            [t('CPUs'), String(vm.cpu?.count ?? '')],
            [t('Memory'), mebibytes(vm.memory?.size_MiB ?? 0)],
            ['BIOS UUID', html`<span class="kt-code">${vm.identity?.bios_uuid ?? ''}</span>`],
            ['Instance UUID', html`<span class="kt-code">${vm.identity?.instance_uuid ?? ''}</span>`],
          ]),
        )}
      </div>
      <h2 class="kt-section">${t('Network cards')}</h2>
      ${grid({
        label: t('Network cards'),
        rows: nicsOf(vm),
        empty: t('It has none.'),
        columns: [
          { id: 'network', name: t('Network'), cell: (nic) => networks.get(nic.network ?? '') ?? nic.network ?? '' },
          { id: 'address', name: t('Address'), cell: (nic) => nic.address ?? '' },
          { id: 'mac', name: 'MAC', cell: (nic) => html`<span class="kt-code">${nic.mac_address ?? ''}</span>` },
        ],
      })}`;
  }

  private console(): TemplateResult {
    return html`${this.consoleError === '' ? nothing : html`<p class="kt-fault" role="alert">${this.consoleError}</p>`}
      <div class="kt-console" role="log" tabindex="0" aria-label=${t('Console log')}>
        ${this.lines.length === 0 ? html`<p>${t('The machine has said nothing yet.')}</p>` : nothing}
        ${this.lines.map((line) => html`<div><time>${clock(line.time)}</time><span>${line.text}</span></div>`)}
      </div>`;
  }

  private async readConsole(): Promise<void> {
    if (this.tab !== 'console' || this.asking) {
      return;
    }
    this.asking = true;
    try {
      const answer = await this.app.http.get<{ lines: ConsoleLine[]; next: number }>(`/api/kantoku/vms/${encodeURIComponent(this.id)}/console?after=${this.next}`);
      const known = this.lines.at(-1)?.number ?? -1;
      const fresh = answer.lines.filter((line) => line.number > known);
      this.next = Math.max(this.next, fresh.at(-1)?.number ?? this.next);
      this.lines = [...this.lines, ...fresh].slice(-1000);
      this.consoleError = '';
      if (fresh.length > 0) {
        this.follow();
      }
    } catch (error) {
      this.consoleError = error instanceof Error ? error.message : String(error);
    }
    this.asking = false;
    this.app.refresh();
  }

  /** Keeps the newest line in sight for who is at the end already. */
  private follow(): void {
    const box = document.querySelector('.kt-console');
    if (box !== null && box.scrollTop + box.clientHeight >= box.scrollHeight - 24) {
      requestAnimationFrame(() => requestAnimationFrame(() => box.scrollTo({ top: box.scrollHeight })));
    }
  }
}
