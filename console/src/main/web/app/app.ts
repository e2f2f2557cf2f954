import { render } from 'lit';
import { ApiError, Http } from '../api/http';
import { LiveStream, type LiveObjects } from '../api/live';
import type { InstanceStatus, Session } from '../api/types';
import { preferredLanguage, t, useLanguage, type Language } from '../i18n/i18n';
import type { Dialog, OpenDialog } from '../ui/dialog';
import type { Alert, Content } from '../ui/parts';
import { parseRoute, type Route } from './route';

/** One place of the console. It is made when one goes there and lives until one leaves. */
export interface Page {
  readonly title: string;
  /** Which entry of the navigation it belongs to. */
  readonly section: string;
  view(): Content;
  leave?(): void;
  /** Told when only the query of its address has changed. */
  moved?(route: Route): void;
}

export type Theme = 'light' | 'dark';

interface Notice extends Alert {
  readonly id: number;
}

/** The running console: who is logged in, what the server tells, what is shown. Everything is drawn anew when anything changes. */
export class App {
  readonly http = new Http();
  readonly stream: LiveStream;
  session: Session | undefined;
  /** What the instance is made of; undefined until it has been told. */
  instance: InstanceStatus | undefined;
  /** Why one has to log in (again); shown above the form. */
  loginReason = '';
  started = false;
  page: Page | undefined;
  route: Route = parseRoute('');
  dialog: OpenDialog | undefined;
  notices: readonly Notice[] = [];
  theme: Theme;
  language: Language;
  private scheduled = false;
  private sequence = 0;

  constructor(
    private readonly root: HTMLElement,
    private readonly view: (app: App) => Content,
    private readonly open: (app: App, route: Route) => Page,
  ) {
    this.stream = new LiveStream(
      () => this.refresh(),
      () => this.ended(),
      () => this.stillLoggedIn(),
    );
    this.theme = (localStorage.getItem('kantoku.theme') as Theme | null) ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
    this.language = (localStorage.getItem('kantoku.language') as Language | null) ?? preferredLanguage(navigator.languages);
    this.useTheme(this.theme);
    useLanguage(this.language);
    this.http.onUnauthenticated = () => this.ended();
  }

  get live(): LiveObjects {
    return this.stream.objects;
  }

  async start(): Promise<void> {
    window.addEventListener('hashchange', () => this.navigated());
    setInterval(() => this.refresh(), 1000); // ages and durations
    try {
      this.enter(await this.http.get<Session>('/api/kantoku/session'));
    } catch (error) {
      this.loginReason = error instanceof ApiError && error.status === 401 ? '' : messageOf(error);
    }
    this.started = true;
    this.refresh();
  }

  enter(session: Session): void {
    this.session = session;
    this.loginReason = '';
    this.http.useToken(session.csrf_token);
    void this.askForInstance();
    this.stream.open();
    this.navigated();
  }

  private async askForInstance(): Promise<void> {
    try {
      this.instance = await this.http.get<InstanceStatus>('/api/kantoku/status');
    } catch {
      this.instance = undefined; // what needs it is left out
    }
    this.refresh();
  }

  async logOut(): Promise<void> {
    await this.attempt(() => this.http.delete('/api/kantoku/session'));
    this.forget('');
  }

  /** False only when the server says that the session is over; a server that is away is asked again later. */
  private async stillLoggedIn(): Promise<boolean> {
    try {
      this.http.useToken((await this.http.get<Session>('/api/kantoku/session')).csrf_token);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) {
        this.ended();
        return false;
      }
    }
    return true;
  }

  private ended(): void {
    if (this.session !== undefined) {
      this.forget(t('The session has ended. Log in again.'));
    }
  }

  private forget(reason: string): void {
    this.stream.close();
    this.session = undefined;
    this.dialog = undefined;
    this.notices = [];
    this.page?.leave?.();
    this.page = undefined;
    this.loginReason = reason;
    this.refresh();
  }

  go(hash: string): void {
    location.hash = hash;
  }

  private navigated(): void {
    if (this.session === undefined) {
      return;
    }
    const route = parseRoute(location.hash);
    const same = this.page !== undefined && route.path.join('/') === this.route.path.join('/');
    this.route = route;
    if (same) {
      this.page?.moved?.(route);
    } else {
      this.page?.leave?.();
      this.page = this.open(this, route);
      document.title = `${this.page.title} – Kantoku`;
      requestAnimationFrame(() => document.getElementById('main')?.focus({ preventScroll: true }));
      window.scrollTo(0, 0);
    }
    this.refresh();
  }

  /** Draws at the end of the current turn, once. */
  refresh(): void {
    if (!this.scheduled) {
      this.scheduled = true;
      requestAnimationFrame(() => {
        this.scheduled = false;
        render(this.view(this), this.root);
      });
    }
  }

  ask(dialog: Dialog): void {
    this.dialog = { dialog, busy: false, error: '' };
    this.refresh();
  }

  closeDialog(): void {
    this.dialog = undefined;
    this.refresh();
  }

  async performDialog(): Promise<void> {
    const shown = this.dialog;
    if (shown === undefined) {
      return;
    }
    shown.busy = true;
    shown.error = '';
    this.refresh();
    try {
      await shown.dialog.perform?.();
      if (this.dialog === shown && shown.dialog.stays !== true) {
        this.dialog = undefined;
      }
    } catch (error) {
      shown.error = messageOf(error);
    }
    shown.busy = false;
    this.refresh();
  }

  tell(notice: Alert): void {
    const id = ++this.sequence;
    this.notices = [...this.notices.slice(-3), { ...notice, id }];
    if (notice.tone !== 'danger') {
      setTimeout(() => this.dismiss(id), 6000);
    }
    this.refresh();
  }

  dismiss(id: number): void {
    this.notices = this.notices.filter((notice) => notice.id !== id);
    this.refresh();
  }

  /** Does something and tells when it fails. Whether it went well. */
  async attempt(action: () => Promise<void>, done = ''): Promise<boolean> {
    try {
      await action();
      if (done !== '') {
        this.tell({ tone: 'success', text: done });
      }
      return true;
    } catch (error) {
      this.tell({ tone: 'danger', text: messageOf(error) });
      return false;
    } finally {
      this.refresh();
    }
  }

  useTheme(theme: Theme): void {
    this.theme = theme;
    document.body.setAttribute('cds-theme', theme);
    document.documentElement.dataset['theme'] = theme;
    localStorage.setItem('kantoku.theme', theme);
    this.refresh();
  }

  useLanguage(language: Language): void {
    this.language = language;
    useLanguage(language);
    localStorage.setItem('kantoku.language', language);
    if (this.session !== undefined) {
      this.page?.leave?.();
      this.page = this.open(this, this.route);
      document.title = `${this.page.title} – Kantoku`;
    }
    this.refresh();
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
