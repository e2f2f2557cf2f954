import { html, nothing } from 'lit';
import type { App, Page } from '../app/app';
import { Fetched } from '../app/fetched';
import { pageHead } from '../app/shell';
import { t } from '../i18n/i18n';
import type { Dialog } from '../ui/dialog';
import { alert, button, card, facts, field, grid, state, type Content } from '../ui/parts';
import { confirmRemoval } from './confirm';

interface User {
  readonly name: string;
  readonly domain: string;
  readonly groups: readonly string[];
  readonly locked?: boolean;
  readonly source?: string;
}

const GROUPS = 'Administrators';

function passwordFields(app: App, form: { password: string; again: string }): Content {
  const change = (key: 'password' | 'again') => (value: string): void => {
    form[key] = value;
    app.refresh();
  };
  return html`${field({ id: 'password', label: t('New password'), type: 'password', autocomplete: 'new-password', value: form.password, required: true, change: change('password') })}
    ${field({ id: 'again', label: t('Again'), type: 'password', autocomplete: 'new-password', value: form.again, required: true, change: change('again'), fault: form.again !== '' && form.again !== form.password ? t('The two are not the same.') : undefined })}`;
}

/** The local users. */
export class UsersPage implements Page {
  readonly title = t('Users');
  readonly section = 'users';
  private readonly users: Fetched<User[]>;

  constructor(private readonly app: App) {
    this.users = new Fetched(app, () => app.http.get<User[]>('/api/kantoku/users'));
  }

  view(): Content {
    const path = (user: User): string => `/api/kantoku/users/${encodeURIComponent(user.name)}`;
    const after = async (action: Promise<void>): Promise<void> => {
      await action;
      await this.users.reload();
    };
    return html`${pageHead('administrator', this.title, { actions: button(t('New user'), () => this.app.ask(this.create()), 'primary') })}
      ${this.users.error === '' ? nothing : alert({ tone: 'warning', text: this.users.error })}
      ${grid<User>({
        label: this.title,
        rows: this.users.at('') ?? [],
        ordering: { column: 'name', descending: false },
        empty: t('There is no user.'),
        columns: [
          { id: 'name', name: t('Name'), cell: (user) => `${user.name}@${user.domain}`, order: (user) => user.name },
          { id: 'groups', name: t('Groups'), cell: (user) => user.groups.join(', ') },
          { id: 'source', name: t('Source'), cell: (user) => (user.source === undefined || user.source === 'LOCAL' ? t('Local') : user.source) },
          { id: 'state', name: t('State'), cell: (user) => (user.locked ? state('warning', t('Locked')) : state('good', t('Active'))) },
          {
            id: 'actions',
            name: '',
            cell: (user) => html`
              ${user.locked ? button(t('Unlock'), () => void this.app.attempt(() => after(this.app.http.post(`${path(user)}?action=unlock`))), 'link') : nothing}
              ${(user.source ?? 'LOCAL') === 'LOCAL' ? button(t('Set password…'), () => this.app.ask(this.password(path(user), user.name)), 'link') : nothing}
              ${user.name === 'administrator'
                ? nothing
                : button(t('Delete…'), () => this.app.ask(confirmRemoval(this.app, { title: t('Delete the user'), text: t('The user can no longer log in. Tokens that were given stay valid until they end.'), name: user.name, action: t('Delete'), remove: () => after(this.app.http.delete(path(user))) })), 'link')}`,
          },
        ],
      })}`;
  }

  private create(): Dialog {
    const form = { name: '', password: '', again: '', administrator: false };
    return {
      title: t('New user'),
      action: t('Create'),
      ready: () => form.name.trim() !== '' && form.password !== '' && form.password === form.again,
      body: () => html`${field({
          id: 'name',
          label: t('Name'),
          value: form.name,
          required: true,
          change: (value) => {
            form.name = value;
            this.app.refresh();
          },
        })}
        ${passwordFields(this.app, form)}
        <label class="kt-check-label"><input type="checkbox" .checked=${form.administrator} @change=${(event: Event) => (form.administrator = (event.target as HTMLInputElement).checked)} /> ${t('Administrator')}</label>`,
      perform: async () => {
        await this.app.http.post('/api/kantoku/users', { name: form.name.trim(), password: form.password, groups: form.administrator ? [GROUPS] : [] });
        await this.users.reload();
      },
    };
  }

  private password(path: string, name: string): Dialog {
    const form = { password: '', again: '' };
    return {
      title: t('Password of {name}', { name }),
      action: t('Save'),
      ready: () => form.password !== '' && form.password === form.again,
      body: () => passwordFields(this.app, form),
      perform: () => this.app.http.put(`${path}/password`, { new: form.password }),
    };
  }
}

/** Oneself: name, groups, password. */
export class AccountPage implements Page {
  readonly title = t('My account');
  readonly section = 'account';

  constructor(private readonly app: App) {}

  view(): Content {
    const session = this.app.session;
    return html`${pageHead('user', this.title)}
      <div class="kt-cards">
        ${card(
          t('User'),
          facts([
            [t('Name'), session?.user ?? ''],
            [t('Groups'), (session?.groups ?? []).join(', ')],
          ]),
          button(t('Change password…'), () => this.app.ask(this.change())),
        )}
      </div>`;
  }

  private change(): Dialog {
    const form = { old: '', password: '', again: '' };
    return {
      title: t('Change password'),
      action: t('Save'),
      ready: () => form.old !== '' && form.password !== '' && form.password === form.again,
      body: () => html`${field({
          id: 'old',
          label: t('Present password'),
          type: 'password',
          autocomplete: 'current-password',
          value: form.old,
          required: true,
          change: (value) => {
            form.old = value;
            this.app.refresh();
          },
        })}
        ${passwordFields(this.app, form)}`,
      perform: async () => {
        await this.app.http.put('/api/kantoku/session/password', { old: form.old, new: form.password });
        this.app.tell({ tone: 'success', text: t('The password was changed.') });
      },
    };
  }
}
