import type { Checkpoint, Store, StoredOp, StoredSlice } from './store.ts';

const OUTBOX = 'outbox';
const SLICES = 'slices';
const META = 'meta';
const CLOCK = 'clock';
/** Some browsers have answered an open never. */
const OPEN_WITHIN_MS = 10_000;

/** The store of a browser. Every tab of one origin that uses the same name shares it. */
export class IndexedDbStore implements Store {
  readonly #name: string;
  #isOpen = false;
  #database: Promise<IDBDatabase> | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  async open(): Promise<number> {
    this.#isOpen = true;
    const meta = (await this.#connect()).transaction(META).objectStore(META);
    return (await settled<number | undefined>(meta.get(CLOCK))) ?? 0;
  }

  async append(ops: readonly StoredOp[]): Promise<void> {
    const transaction = write(await this.#connect(), [OUTBOX], 'strict');
    const outbox = transaction.objectStore(OUTBOX);
    for (const op of ops) outbox.put(op);
    // Asked for now, it is done even if the page is gone in the next moment.
    transaction.commit();
    await completed(transaction);
  }

  async writers(): Promise<readonly string[]> {
    const outbox = (await this.#connect()).transaction(OUTBOX).objectStore(OUTBOX);
    const keys = await settled(outbox.getAllKeys());
    return [...new Set(keys.map((key) => (key as [string, number])[0]))];
  }

  async adopt(from: string, to: string, firstId: number): Promise<readonly StoredOp[]> {
    const transaction = write(await this.#connect(), [OUTBOX], 'strict');
    const outbox = transaction.objectStore(OUTBOX);
    const range = IDBKeyRange.bound([from], [from, []]);
    const request: IDBRequest<StoredOp[]> = outbox.getAll(range);
    let adopted: StoredOp[] = [];
    request.onsuccess = () => {
      adopted = request.result.map((op, i) => ({ ...op, writer: to, id: firstId + i }));
      outbox.delete(range);
      for (const op of adopted) outbox.put(op);
    };
    await completed(transaction);
    return adopted;
  }

  async readMap(map: string): Promise<readonly StoredSlice[]> {
    const slices = (await this.#connect()).transaction(SLICES).objectStore(SLICES);
    return await settled<StoredSlice[]>(slices.getAll(IDBKeyRange.bound([map], [map, []])));
  }

  /** Relaxed: what a power failure takes back, the server sends again from the older position. */
  async commit(checkpoint: Checkpoint): Promise<void> {
    // A new browser's first checkpoint is large, and no write need wait for it.
    const stores = checkpoint.settled.length === 0 ? [SLICES, META] : [OUTBOX, SLICES, META];
    const transaction = write(await this.#connect(), stores, 'relaxed');
    for (const slice of checkpoint.slices) transaction.objectStore(SLICES).put(slice);
    for (const op of checkpoint.settled) {
      transaction.objectStore(OUTBOX).delete([op.writer, op.id]);
    }
    const meta = transaction.objectStore(META);
    const clock: IDBRequest<number | undefined> = meta.get(CLOCK);
    clock.onsuccess = () => {
      if ((clock.result ?? 0) < checkpoint.clockMs) meta.put(checkpoint.clockMs, CLOCK);
    };
    await completed(transaction);
  }

  async close(): Promise<void> {
    const database = this.#database;
    this.#isOpen = false;
    this.#database = undefined;
    (await database?.catch(() => undefined))?.close();
  }

  /** The connection, made anew if the browser has closed it, as when the site's data was deleted. */
  async #connect(): Promise<IDBDatabase> {
    if (!this.#isOpen) throw new Error('the store is not open');
    const known = this.#database;
    if (known !== undefined) return await known;
    const opening = openDatabase(this.#name);
    this.#database = opening;
    const forget = (): void => {
      if (this.#database === opening) this.#database = undefined;
    };
    try {
      const database = await opening;
      database.onclose = forget;
      database.onversionchange = () => {
        forget();
        database.close();
      };
      return database;
    } catch (error) {
      forget();
      throw error;
    }
  }
}

function openDatabase(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      reject(new Error('the database did not open'));
    }, OPEN_WITHIN_MS);
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(OUTBOX, { keyPath: ['writer', 'id'] });
      request.result.createObjectStore(SLICES, { keyPath: ['map', 'partition'] });
      request.result.createObjectStore(META);
    };
    request.onerror = () => {
      clearTimeout(timer);
      reject(request.error);
    };
    request.onsuccess = () => {
      clearTimeout(timer);
      if (isLate) request.result.close();
      else resolve(request.result);
    };
  });
}

function write(
  database: IDBDatabase,
  stores: string[],
  durability: IDBTransactionDurability,
): IDBTransaction {
  return database.transaction(stores, 'readwrite', { durability });
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function completed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('the transaction aborted'));
  });
}
