import { html, type TemplateResult } from 'lit';
import type { Supervisor } from '../api/types';
import type { App, Page } from '../app/app';
import { pageHead } from '../app/shell';
import { t } from '../i18n/i18n';
import { icon } from '../ui/icons';
import { card, type Content } from '../ui/parts';

interface System {
  readonly id: string;
  readonly name: string;
}

const SYSTEMS: readonly System[] = [
  { id: 'linux-amd64', name: 'Linux' },
  { id: 'darwin-amd64', name: 'macOS' },
];

/** The system of this browser where there is a plugin for it; Linux otherwise. Pure. */
export function systemOf(userAgent: string): System {
  const mac = /Mac OS X|Macintosh/.test(userAgent) && !/iPhone|iPad/.test(userAgent);
  return SYSTEMS[mac ? 1 : 0] as System;
}

const archive = (system: System): string => `/wcp/plugin/${system.id}/vsphere-plugin.zip`;

const HTTPS = 443;

/** A virtual IP as `--server` takes it: with the port where it is not the usual one. Pure. */
export const serverAt = (vip: string, port: number | undefined): string => (port === undefined || port === HTTPS ? vip : `${vip}:${port}`);

/** The command that logs in at a Supervisor, or at a guest cluster of it. */
export function loginCommand(app: App, vip: string, guest?: { readonly namespace: string; readonly name: string }): string {
  const server = serverAt(vip, app.instance?.front_port);
  const cluster = guest === undefined ? '' : ` --tanzu-kubernetes-cluster-name ${guest.name} --tanzu-kubernetes-cluster-namespace ${guest.namespace}`;
  return `kubectl vsphere login --server=${server} --insecure-skip-tls-verify${cluster} -u ${app.session?.user ?? ''}`;
}

export function downloadsCard(app: App, supervisor: Supervisor): TemplateResult {
  const system = systemOf(navigator.userAgent);
  const vip = supervisor.api_server_cluster_endpoint ?? '';
  return card(
    t('CLI tools'),
    html`<p>${t('kubectl and its vSphere plugin log in at the Supervisor.')}</p>
      <p><a class="btn btn-outline btn-sm" href=${archive(system)} download>${icon('download')} ${t('Plugin for {system}', { system: system.name })}</a></p>
      ${vip === ''
        ? ''
        : html`<p class="kt-label">${t('Log in')}</p>${command(app, loginCommand(app, vip))}
            <p><a href="https://${serverAt(vip, app.instance?.front_port)}/" target="_blank" rel="noopener noreferrer">${t('Download page of the Supervisor')}</a></p>`}`,
  );
}

/** A command that can be copied. */
export function command(app: App, text: string): TemplateResult {
  const copy = (): void => {
    void app.attempt(() => navigator.clipboard.writeText(text), t('Copied'));
  };
  return html`<div class="kt-command"><code>${text}</code><button type="button" class="kt-icon-button" aria-label=${t('Copy the command')} @click=${copy}>${icon('copy')}</button></div>`;
}

/** Everything that can be downloaded for the command line. */
export class DownloadsPage implements Page {
  readonly title = t('CLI tools');
  readonly section = 'downloads';

  constructor(private readonly app: App) {}

  view(): Content {
    const mine = systemOf(navigator.userAgent);
    const supervisor = this.app.live.list('supervisor').find((item) => item.config_status === 'RUNNING');
    const vip = supervisor?.api_server_cluster_endpoint ?? '';
    return html`${pageHead('download', this.title)}
      <div class="kt-cards">
        ${card(
          t('kubectl plugin'),
          html`<p>${t('Unpack it and put its directory bin on the PATH. It needs kubectl and Java 25.')}</p>
            <ul class="kt-plain">
              ${SYSTEMS.map((system) => html`<li><a class="btn ${system === mine ? 'btn-primary' : 'btn-outline'} btn-sm" href=${archive(system)} download>${icon('download')} ${t('Plugin for {system}', { system: system.name })}</a></li>`)}
            </ul>`,
        )}
        ${card(
          t('Certificate authority'),
          html`<p>${t('With the authority of this vCenter trusted, --insecure-skip-tls-verify is not needed.')}</p>
            <p><a class="btn btn-outline btn-sm" href="/certs/download.zip" download>${icon('download')} ${t('Certificates')}</a></p>`,
        )}
        ${card(
          t('First steps'),
          vip === ''
            ? html`<p>${t('There is no running Supervisor yet.')}</p>`
            : html`<ol class="kt-plain">
                <li><p class="kt-label">${t('Log in')}</p>${command(this.app, loginCommand(this.app, vip))}</li>
                <li><p class="kt-label">${t('Choose a namespace')}</p>${command(this.app, `kubectl config use-context ${this.app.live.list('namespace')[0]?.namespace ?? 'ns1'}`)}</li>
                <li><p class="kt-label">${t('See what can be made')}</p>${command(this.app, 'kubectl get tanzukubernetesreleases,virtualmachineclasses')}</li>
                <li><p class="kt-label">${t('Create a cluster')}</p>${command(this.app, 'kubectl apply -f tkc01.yaml')}</li>
              </ol>`,
          undefined,
          'kt-wide',
        )}
      </div>`;
  }
}
