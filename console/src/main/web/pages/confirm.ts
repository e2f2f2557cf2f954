import { html } from 'lit';
import { t } from '../i18n/i18n';
import type { Dialog } from '../ui/dialog';
import { field, type Content } from '../ui/parts';
import type { App } from '../app/app';

/** Asks before something is removed: its name has to be typed. */
export function confirmRemoval(app: App, options: { title: string; text: Content; name: string; action: string; remove: () => Promise<void> }): Dialog {
  let typed = '';
  return {
    title: options.title,
    action: options.action,
    danger: true,
    ready: () => typed.trim() === options.name,
    body: () => html`<p>${options.text}</p>
      ${field({
        id: 'confirm',
        label: t('Type {name} to confirm', { name: options.name }),
        value: typed,
        required: true,
        change: (value) => {
          typed = value;
          app.refresh();
        },
      })}`,
    perform: options.remove,
  };
}
