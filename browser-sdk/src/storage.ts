import type { Client, ClientOptions } from './api.ts';
import { TopGunError } from './error.ts';
import { IndexedDbStore } from './indexeddb-store.ts';
import { leases } from './lease.ts';
import { MemoryStore } from './memory-store.ts';
import type { Store } from './store.ts';

/** The store of a client, opened under the lease of its writer. */
export class Storage {
  /** Never rejects: where nothing else opens, it is memory. */
  readonly store: Promise<Store>;
  readonly #databaseName: string;
  readonly #writer: string;
  readonly #onClock: (highWaterMs: number) => void;
  readonly #onError: (error: TopGunError) => void;
  #kind: Client['storage'] = 'opening';
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
    // Held before anything is stored, or another tab would take it for left behind.
    this.#release = await leases().hold(this.#leaseName(this.#writer));
    try {
      if (typeof option === 'object') return await this.#openAs('custom', option);
      if (option === 'auto' && globalThis.indexedDB !== undefined) {
        return await this.#openAs('indexeddb', new IndexedDbStore(this.#databaseName));
      }
    } catch (error) {
      // As a browser in private mode, which has IndexedDB and refuses to open it.
      this.#onError(new TopGunError('STORAGE_FAILED', String(error)));
    }
    return await this.#openAs('memory', new MemoryStore());
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
