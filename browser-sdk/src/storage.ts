import type { Client, ClientOptions } from './api.ts';
import { TopGunError } from './error.ts';
import { IndexedDbStore } from './indexeddb-store.ts';
import { leases } from './lease.ts';
import { MemoryStore } from './memory-store.ts';
import type { Store } from './store.ts';

/** The store of a client, opened under the lease of its writer. */
export class Storage {
  /** Never rejects: in the place of what does not open is one that refuses every write. */
  readonly store: Promise<Store>;
  readonly #databaseName: string;
  readonly #writer: string;
  readonly #onClock: (highWaterMs: number) => void;
  readonly #onError: (error: TopGunError) => void;
  #kind: Client['storage'] = 'opening';
  #failure: TopGunError | undefined;
  #release: () => void = () => {};
  #isClosed = false;

  constructor(
    option: ClientOptions['storage'],
    databaseName: string,
    writer: string,
    onClock: (highWaterMs: number) => void,
    onError: (error: TopGunError) => void,
  ) {
    this.#databaseName = databaseName;
    this.#writer = writer;
    this.#onClock = onClock;
    this.#onError = onError;
    this.store = this.#open(option ?? 'auto');
  }

  get kind(): Client['storage'] {
    return this.#kind;
  }

  /** Why nothing is kept, if the store that was wanted did not open. */
  get failure(): TopGunError | undefined {
    return this.#failure;
  }

  /** What is kept here is still there for the next client. */
  get isLasting(): boolean {
    return this.#kind !== 'memory' && this.#failure === undefined;
  }

  /** Finds writers that are gone, as closed tabs, and has their operations taken over. */
  async adoptFrom(adopt: (store: Store, writer: string) => Promise<void>): Promise<void> {
    const store = await this.store;
    const failed = (error: unknown): void => {
      this.#onError(new TopGunError('STORAGE_FAILED', String(error)));
    };
    try {
      for (const writer of await store.writers()) {
        if (writer === this.#writer || this.#isClosed) continue;
        const adopted = leases().ifFree(this.#leaseName(writer), () => adopt(store, writer));
        await adopted.catch(failed);
      }
    } catch (error) {
      failed(error);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await (await this.store).close();
    this.#release();
  }

  async #open(option: 'auto' | 'memory' | Store): Promise<Store> {
    if (option === 'memory') return await this.#openAs('memory', new MemoryStore());
    const isCustom = typeof option === 'object';
    if (!isCustom && globalThis.indexedDB === undefined) return await this.#open('memory');
    try {
      // Held before anything is stored, or another tab would take it for left behind.
      this.#release = await leases().hold(this.#leaseName(this.#writer));
      if (isCustom) return await this.#openAs('custom', option);
      return await this.#openAs('indexeddb', new IndexedDbStore(this.#databaseName));
    } catch (error) {
      // As a browser in private mode, which has IndexedDB and refuses to open it.
      this.#failure = new TopGunError('STORAGE_FAILED', String(error));
      this.#kind = isCustom ? 'custom' : 'memory';
      this.#onError(this.#failure);
      return unopened(this.#failure);
    }
  }

  async #openAs(kind: Client['storage'], store: Store): Promise<Store> {
    this.#onClock(await store.open());
    this.#kind = kind;
    return store;
  }

  #leaseName(writer: string): string {
    return `${this.#databaseName} ${writer}`;
  }
}

/** Stands for a store that did not open: a write learns that it is not kept, and is sent all the same. */
function unopened(error: TopGunError): Store {
  return Object.assign(new MemoryStore(), { append: () => Promise.reject(error) });
}
