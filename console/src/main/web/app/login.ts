import { html, nothing, type TemplateResult } from 'lit';
import type { LoginSource, Session } from '../api/types';
import { t } from '../i18n/i18n';
import { icon } from '../ui/icons';
import { messageOf, type App } from './app';

const form = { busy: false, error: '', sources: undefined as readonly LoginSource[] | undefined, asked: false };

/** The page for logging in: a form, and the other sources of identities that there are. */
export function loginView(app: App): TemplateResult {
  askForSources(app);
  const outside = (form.sources ?? []).filter((source) => source.kind === 'OIDC' && source.url?.startsWith('/'));
  return html`<div class="kt-login">
    <main class="kt-login-box" aria-labelledby="login-title">
      <div class="kt-login-brand"><img src="/kantoku.svg" alt="" width="44" height="44" />
        <div><h1 id="login-title">Kantoku <span lang="ja">監督</span></h1><p>${t('Workload Management for vSphere networking')}</p></div>
      </div>
      <form class="clr-form" @submit=${(event: SubmitEvent) => submit(app, event)}>
        <label class="kt-login-label" for="user">${t('User name')}</label>
        <input id="user" name="user" class="clr-input" type="text" autocomplete="username" required autofocus spellcheck="false" placeholder="administrator@vsphere.local" />
        <label class="kt-login-label" for="password">${t('Password')}</label>
        <input id="password" name="password" class="clr-input" type="password" autocomplete="current-password" required />
        <div role="alert" class="kt-login-error">${form.error === '' && app.loginReason === '' ? nothing : html`${icon('exclamation-circle', 'kt-bad', true)} ${form.error || app.loginReason}`}</div>
        <button type="submit" class="btn btn-primary btn-block" ?disabled=${form.busy}>${form.busy ? t('Logging in…') : t('Log in')}</button>
        ${outside.map((source) => html`<a class="btn btn-outline btn-block" href=${source.url ?? ''}>${t('Log in with {name}', { name: source.name })}</a>`)}
      </form>
      <p class="kt-login-help">${t('The password of administrator@vsphere.local is in the file administrator-password of the state directory.')}</p>
      <div class="kt-login-foot">
        <button type="button" class="btn btn-link btn-sm" lang=${app.language === 'en' ? 'ja' : 'en'} @click=${() => app.useLanguage(app.language === 'en' ? 'ja' : 'en')}>${app.language === 'en' ? '日本語' : 'English'}</button>
        <button type="button" class="btn btn-link btn-sm" @click=${() => app.useTheme(app.theme === 'dark' ? 'light' : 'dark')}>${app.theme === 'dark' ? t('Light colours') : t('Dark colours')}</button>
      </div>
    </main>
  </div>`;
}

function askForSources(app: App): void {
  if (!form.asked) {
    form.asked = true;
    app.http.get<LoginSource[]>('/api/kantoku/login-sources').then(
      (sources) => {
        form.sources = sources;
        app.refresh();
      },
      () => (form.sources = []), // the form for local users is there in any case
    );
  }
}

async function submit(app: App, event: SubmitEvent): Promise<void> {
  event.preventDefault();
  const data = new FormData(event.target as HTMLFormElement);
  const typed = String(data.get('user')).trim();
  form.busy = true;
  form.error = '';
  app.refresh();
  try {
    app.enter(
      await app.http.post<Session>('/api/kantoku/session', {
        user: typed.includes('@') ? typed : `${typed}@vsphere.local`,
        password: String(data.get('password')),
      }),
    );
  } catch (error) {
    form.error = messageOf(error);
  }
  form.busy = false;
  app.refresh();
}
