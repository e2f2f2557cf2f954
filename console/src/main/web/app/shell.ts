import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { t } from '../i18n/i18n';
import { alert, type Content } from '../ui/parts';
import { dialogView } from '../ui/dialog';
import { icon } from '../ui/icons';
import type { App } from './app';
import { loginView } from './login';
import { link } from './route';

interface Entry {
  readonly section: string;
  readonly icon: string;
  readonly name: string;
  readonly path: readonly string[];
  readonly administrators?: boolean;
  readonly count?: number;
}

/** The frame around every page: header, navigation, notices, the dialog that is open. */
export function shell(app: App): Content {
  if (!app.started) {
    return html`<div class="kt-wait" role="status"><span class="spinner">${t('Loading…')}</span></div>`;
  }
  if (app.session === undefined) {
    return loginView(app);
  }
  return html`<div class="main-container kt-main">
      <a class="kt-skip" href="#main" @click=${skip}>${t('Skip to the content')}</a>
      ${header(app)} ${lost(app)}
      <div class="content-container">
        ${navigation(app)}
        <main id="main" class="content-area" tabindex="-1" aria-label=${app.page?.title ?? ''}>${app.page?.view() ?? nothing}</main>
      </div>
    </div>
    ${notices(app)}
    ${app.dialog === undefined ? nothing : repeat([app.dialog], (shown) => shown, (shown) => dialogView(shown, () => void app.performDialog(), () => app.closeDialog()))}`;
}

function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

function header(app: App): TemplateResult {
  const dark = app.theme === 'dark';
  return html`<header class="header header-6 kt-header">
    <div class="kt-branding">
      <a href=${link([])} class="kt-brand"><img src="/kantoku.svg" alt="" width="26" height="26" /><span class="title">Kantoku <span lang="ja">監督</span></span></a>
    </div>
    <div class="kt-actions">
      <span class="kt-stream kt-stream-${app.stream.state}" role="status">${streamWord(app)}</span>
      <button type="button" class="kt-head-button" @click=${() => app.useLanguage(app.language === 'en' ? 'ja' : 'en')}
        lang=${app.language === 'en' ? 'ja' : 'en'} aria-label=${app.language === 'en' ? '日本語で表示' : 'Show in English'}>${icon('world')}<span aria-hidden="true">${app.language === 'en' ? '日本語' : 'English'}</span></button>
      <button type="button" class="kt-head-button" @click=${() => app.useTheme(dark ? 'light' : 'dark')} aria-label=${dark ? t('Light colours') : t('Dark colours')}>
        ${icon(dark ? 'sun' : 'moon')}
      </button>
      <a class="kt-head-button" href=${link(['account'])}>${icon('user')}<span>${app.session?.user ?? ''}</span></a>
      <button type="button" class="kt-head-button" @click=${() => void app.logOut()}>${t('Log out')}</button>
    </div>
  </header>`;
}

function streamWord(app: App): string {
  switch (app.stream.state) {
    case 'live':
      return t('Live');
    case 'connecting':
      return t('Connecting…');
    case 'lost':
      return t('Not connected');
  }
}

function lost(app: App): Content {
  return app.stream.state === 'lost'
    ? alert({ tone: 'warning', text: t('The server does not answer. What is shown is what it told last; the console connects again by itself.') })
    : nothing;
}

function navigation(app: App): TemplateResult {
  const count = (topic: 'namespace' | 'guest' | 'vm'): number => app.live.list(topic).length;
  const entries: readonly Entry[] = [
    { section: 'workload', icon: 'cluster', name: t('Workload Management'), path: [] },
    { section: 'namespaces', icon: 'namespace', name: t('Namespaces'), path: ['namespaces'], count: count('namespace') },
    { section: 'guests', icon: 'nodes', name: t('Tanzu Kubernetes clusters'), path: ['guests'], count: count('guest') },
    { section: 'balancers', icon: 'two-way-arrows', name: t('Load balancers'), path: ['balancers'] },
    { section: 'network', icon: 'network-switch', name: t('Network topology'), path: ['network'] },
    { section: 'inventory', icon: 'vm', name: t('Hosts and VMs'), path: ['inventory'], count: count('vm') },
    { section: 'events', icon: 'event', name: t('Events'), path: ['events'] },
    { section: 'audit', icon: 'shield-check', name: t('Audit'), path: ['audit'], administrators: true },
    { section: 'users', icon: 'administrator', name: t('Users'), path: ['users'], administrators: true },
    { section: 'downloads', icon: 'download', name: t('CLI tools'), path: ['downloads'] },
  ];
  return html`<nav class="clr-vertical-nav has-icons kt-nav" aria-label=${t('Main')}>
    <div class="nav-content">
      ${entries
        .filter((entry) => !entry.administrators || app.session?.administrator)
        .map(
          (entry) => html`<a class="nav-link ${app.page?.section === entry.section ? 'active' : ''}" href=${link(entry.path)}
            aria-current=${app.page?.section === entry.section ? 'page' : 'false'}>
            ${icon(entry.icon, 'nav-icon')}<span class="nav-text">${entry.name}</span>
            ${entry.count === undefined || entry.count === 0 ? nothing : html`<span class="badge kt-count">${entry.count}</span>`}
          </a>`,
        )}
    </div>
  </nav>`;
}

function notices(app: App): TemplateResult {
  return html`<div class="kt-notices" aria-live="polite">
    ${repeat(
      app.notices,
      (notice) => notice.id,
      (notice) =>
        alert({
          ...notice,
          actions: html`<button type="button" class="kt-close" aria-label=${t('Close')} @click=${() => app.dismiss(notice.id)}>${icon('times')}</button>`,
        }),
    )}
  </div>`;
}

/** The head of a page: what it is about, its state, and what can be done. */
export function pageHead(iconName: string, title: string, options: { crumbs?: readonly (readonly [string, string])[]; state?: Content; actions?: Content } = {}): TemplateResult {
  return html`${options.crumbs === undefined
      ? nothing
      : html`<nav class="kt-crumbs" aria-label=${t('Where you are')}>${options.crumbs.map(([name, href]) => html`<a href=${href}>${name}</a><span aria-hidden="true">/</span>`)}</nav>`}
    <div class="kt-page-head">
      ${icon(iconName, 'kt-page-icon')}
      <h1>${title}</h1>
      ${options.state ?? nothing}
      <div class="kt-page-actions">${options.actions ?? nothing}</div>
    </div>`;
}
