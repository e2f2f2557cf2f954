import { html, nothing, type TemplateResult } from 'lit';
import type { Supervisor } from '../api/types';
import type { App, Page } from '../app/app';
import { link } from '../app/route';
import { pageHead } from '../app/shell';
import { megahertz, mebibytes, t } from '../i18n/i18n';
import { icon } from '../ui/icons';
import { card, facts, state, usage, type Content } from '../ui/parts';
import { supervisorState } from '../ui/tones';
import { steps } from './steps';

/** Where one begins: the Supervisors that there are, or how to get the first. */
export class WorkloadPage implements Page {
  readonly title = t('Workload Management');
  readonly section = 'workload';

  constructor(private readonly app: App) {}

  view(): Content {
    const supervisors = this.app.live.list('supervisor');
    const synced = this.app.stream.state !== 'connecting';
    const enable = this.app.session?.administrator
      ? html`<a class="btn ${supervisors.length === 0 ? 'btn-primary' : 'btn-outline'}" href=${link(['enable'])}>${t('Enable a cluster')}</a>`
      : nothing;
    return html`${pageHead('cluster', this.title, { actions: supervisors.length === 0 ? nothing : enable })}
      ${supervisors.length === 0 && synced ? this.start(enable) : nothing}
      <div class="kt-cards">${supervisors.map((supervisor) => this.supervisor(supervisor))} ${this.environment()}</div>`;
  }

  private start(enable: Content): TemplateResult {
    const points: readonly (readonly [string, string, string])[] = [
      ['cluster', t('A Supervisor'), t('Three control plane VMs give the cluster a Kubernetes API at one virtual IP.')],
      ['namespace', t('Namespaces'), t('Teams get a namespace with storage, limits and rights, and log in with kubectl.')],
      ['nodes', t('Clusters as a service'), t('They create, scale and upgrade Kubernetes clusters themselves.')],
    ];
    return html`<section class="kt-hero">
      <h2>${t('Run Kubernetes clusters on this vSphere cluster')}</h2>
      <p>${t('A distributed switch and HAProxy are enough: NSX-T is not needed.')}</p>
      <ul>${points.map(([name, title, text]) => html`<li>${icon(name)}<div><strong>${title}</strong><span>${text}</span></div></li>`)}</ul>
      ${enable === nothing ? html`<p>${t('An administrator has to enable Workload Management first.')}</p>` : enable}
    </section>`;
  }

  private supervisor(supervisor: Supervisor): TemplateResult {
    const stats = supervisor.stat_summary;
    const working = supervisor.config_status !== 'RUNNING' && (supervisor.steps ?? []).length > 0;
    const name = supervisor.cluster_name || supervisor.cluster;
    return card(
      name,
      html`${facts([
          [t('State'), state(...supervisorState(supervisor))],
          [t('Control plane address'), supervisor.api_server_cluster_endpoint || '—'],
          [t('Network stack'), t('vCenter Server Network')],
          [t('Namespaces'), String(this.app.live.list('namespace').filter((item) => item.cluster === supervisor.cluster).length)],
          [t('Tanzu Kubernetes clusters'), String(this.app.live.list('guest').length)],
        ])}
        ${stats === undefined || working
          ? nothing
          : html`${usage(t('CPU'), stats.cpu_used, stats.cpu_capacity, megahertz)} ${usage(t('Memory'), stats.memory_used, stats.memory_capacity, mebibytes)}
              ${usage(t('Storage'), stats.storage_used, stats.storage_capacity, mebibytes)}`}
        ${working ? steps(supervisor.steps ?? []) : nothing}`,
      html`<a class="btn btn-link btn-sm" href=${link(['supervisors', supervisor.cluster])}>${t('Open')}<span class="kt-hidden"> ${name}</span></a>`,
    );
  }

  private environment(): Content {
    const status = this.app.instance;
    if (status === undefined) {
      return nothing;
    }
    return card(
      t('This vCenter'),
      facts([
        [t('Runtime'), html`${status.runtime} <div class="kt-quiet">${status.runtime_description}</div>`],
        [t('Management network'), status.management_network],
        [t('Workload network'), status.workload_network],
        [t('Load balancer'), html`${state(status.haproxy.running ? 'good' : 'bad', status.haproxy.running ? t('Running') : t('Not running'))}`],
        [t('Data Plane API'), status.haproxy.data_plane_api],
      ]),
    );
  }
}
