import type { Connection } from '@topgun/client';
import { byId, find } from './dom.ts';

const TOKEN = 'topgun.token';
const FRAGMENT = /^#token=(.+)$/;

/**
 * The token to show the node: what the address brings behind `#token=`, which then leaves the address,
 * or what a person typed earlier in this tab.
 */
export function keptToken(): { readonly token?: string } {
  const brought = FRAGMENT.exec(location.hash)?.[1];
  if (brought !== undefined) {
    sessionStorage.setItem(TOKEN, decodeURIComponent(brought));
    history.replaceState(null, '', location.pathname + location.search);
  }
  const token = sessionStorage.getItem(TOKEN);
  return token === null ? {} : { token };
}

/** Asks for a token when the node takes no other. What was written meanwhile stays in the outbox. */
export function tokenDialog(connection: Connection): void {
  const dialog = byId('token-dialog', HTMLDialogElement);
  const form = byId('token-form', HTMLFormElement);
  const input = find(form, '[name=token]', HTMLInputElement);
  byId('token-cancel', HTMLButtonElement).addEventListener('click', () => dialog.close());
  form.addEventListener('submit', () => {
    sessionStorage.setItem(TOKEN, input.value.trim());
    location.reload();
  });
  connection.subscribe(({ state, error }) => {
    const isRefused = state === 'failed' && error?.code === 'UNAUTHENTICATED';
    if (isRefused && !dialog.open) dialog.showModal();
  });
}
