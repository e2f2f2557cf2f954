import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { t } from '../i18n/i18n';
import { alert, type Content } from './parts';
import { icon } from './icons';

/** A question above the page. The browser keeps the focus inside and takes Escape for no. */
export interface Dialog {
  readonly title: string;
  readonly wide?: boolean;
  body(): Content;
  /** The name of the button that does it; without one there is only Close. */
  readonly action?: string | undefined;
  readonly danger?: boolean;
  ready?(): boolean;
  /** Whether the dialog stays when it has been done, and shows what follows. */
  readonly stays?: boolean;
  /** Does it; the dialog closes when it has been done, and shows the error otherwise. */
  perform?(): Promise<void>;
}

export interface OpenDialog {
  readonly dialog: Dialog;
  busy: boolean;
  error: string;
}

function open(element: Element | undefined): void {
  const dialog = element as HTMLDialogElement | undefined;
  queueMicrotask(() => { // when the template has been put into the document
    if (dialog?.isConnected && !dialog.open) {
      dialog.showModal();
    }
  });
}

export function dialogView(shown: OpenDialog, perform: () => void, close: () => void): TemplateResult {
  const { dialog, busy, error } = shown;
  const cancel = (event: Event): void => {
    event.preventDefault();
    close();
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    if (!busy && (dialog.ready?.() ?? true)) {
      perform();
    }
  };
  return html`<dialog class="kt-dialog ${dialog.wide ? 'kt-dialog-wide' : ''}" aria-labelledby="dialog-title" ${ref(open)} @cancel=${cancel}>
    <form class="modal-content clr-form clr-form-horizontal" novalidate @submit=${submit}>
      <div class="modal-header">
        <h2 id="dialog-title" class="modal-title">${dialog.title}</h2>
        <button type="button" class="close" aria-label=${t('Close')} @click=${close}>${icon('times')}</button>
      </div>
      <div class="modal-body">${error === '' ? nothing : alert({ tone: 'danger', text: error })}${dialog.body()}</div>
      <div class="modal-footer">
        <button type="button" class="btn btn-outline" @click=${close}>${dialog.action === undefined ? t('Close') : t('Cancel')}</button>
        ${dialog.action === undefined
          ? nothing
          : html`<button type="submit" class="btn ${dialog.danger ? 'btn-danger' : 'btn-primary'}" ?disabled=${busy || !(dialog.ready?.() ?? true)}>
              ${busy ? html`<span class="spinner spinner-inline" aria-hidden="true"></span>` : nothing} ${dialog.action}
            </button>`}
      </div>
    </form>
  </dialog>`;
}
