import type { Client, ErrorCode, Rejection, Write } from '@topgun/client';
import type { Notify } from './notices.ts';

const WORDS: { readonly [C in ErrorCode]?: string } = {
  INVALID_KEY: 'its key is not allowed',
  INVALID_VALUE: 'it holds something that cannot be stored',
  VALUE_TOO_LARGE: 'it is too large',
  TOO_MANY_FIELDS: 'it has too many fields',
  KIND_MISMATCH: 'the entry is of another kind by now',
  STALE: 'it is too old to be put in order with the changes of others',
  FUTURE_STAMP: 'this machine’s clock is too far ahead',
  UNAUTHENTICATED: 'you may not write here',
};

/** Follows writes until the server has them, and tells the person when it will not take one. */
export class Writes {
  readonly #client: Client;
  readonly #notify: Notify;
  #storageFailed = false;

  constructor(client: Client, notify: Notify) {
    this.#client = client;
    this.#notify = notify;
    client.outbox.onRejected(({ item, rejection, isAdopted }) => {
      if (isAdopted) this.#refused(`An earlier change of “${item.key}” in ${item.map}`, rejection);
    });
  }

  /** `what` names the write in a sentence, as `The change of “Berlin”`. */
  follow(what: string, write: Write): void {
    void write.local.then((result) => {
      if (!result.ok) this.#refused(what, result);
    });
    void write.server.then((result) => {
      if (!result.ok) this.#refused(what, result);
    });
  }

  /** The keys of a map that wait for the server. */
  waiting(map: string): ReadonlySet<string> {
    const keys = new Set<string>();
    if (this.#client.outbox.size === 0) return keys;
    for (const item of this.#client.outbox.list()) if (item.map === map) keys.add(item.key);
    return keys;
  }

  #refused(what: string, { code, text }: Rejection): void {
    if (code === 'CLOSED') return;
    if (code !== 'STORAGE_FAILED') {
      this.#notify({ kind: 'trouble', text: `${what} was taken back: ${WORDS[code] ?? text}.` });
    } else if (!this.#storageFailed) {
      this.#storageFailed = true;
      this.#notify({ kind: 'trouble', text: `${STORAGE_FAILED} (${text})` });
    }
  }
}

export const STORAGE_FAILED: string =
  'This browser’s storage is full or broken. Changes reach the server while this page is open and connected, ' +
  'but are not kept here.';
