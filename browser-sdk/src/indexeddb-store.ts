import type { Checkpoint, Store, StoredOp, StoredSlice } from './store.ts';

const OUTBOX = 'outbox';
const SLICES = 'slices';
const META = 'meta';
const CLOCK = 'clock';

/** The store of a browser. Every tab of one origin that uses the same name shares it. */
export class IndexedDbStore implements Store {
  readonly #name: string;
  #database: IDBDatabase | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  async open(): Promise<number> {
    const request = indexedDB.open(this.#name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(OUTBOX, { keyPath: ['writer', 'id'] });
      request.result.createObjectStore(SLICES, { keyPath: ['map', 'partition'] });
      request.result.createObjectStore(META);
    };
    const database = await settled(request);
    database.onversionchange = () => database.close();
    this.#database = database;
    const meta = database.transaction(META).objectStore(META);
    return (await settled<number | undefined>(meta.get(CLOCK))) ?? 0;
  }

  async append(ops: readonly StoredOp[]): Promise<void> {
    const transaction = this.#write([OUTBOX], 'strict');
    const outbox = transaction.objectStore(OUTBOX);
    for (const op of ops) outbox.put(op);
    // Asked for now, it is done even if the page is gone in the next moment.
    transaction.commit();
    await completed(transaction);
  }

  async writers(): Promise<readonly string[]> {
    const outbox = this.#open().transaction(OUTBOX).objectStore(OUTBOX);
    const keys = await settled(outbox.getAllKeys());
    return [...new Set(keys.map((key) => (key as [string, number])[0]))];
  }

  async adopt(from: string, to: string, firstId: number): Promise<readonly StoredOp[]> {
    const transaction = this.#write([OUTBOX], 'strict');
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
    const slices = this.#open().transaction(SLICES).objectStore(SLICES);
    return await settled<StoredSlice[]>(slices.getAll(IDBKeyRange.bound([map], [map, []])));
  }

  /** Relaxed: what a power failure takes back, the server sends again from the older position. */
  async commit(checkpoint: Checkpoint): Promise<void> {
    // A new browser's first checkpoint is large, and no write need wait for it.
    const stores = checkpoint.settled.length === 0 ? [SLICES, META] : [OUTBOX, SLICES, META];
    const transaction = this.#write(stores, 'relaxed');
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
    this.#database?.close();
    this.#database = undefined;
  }

  #open(): IDBDatabase {
    if (this.#database === undefined) throw new Error('the store is not open');
    return this.#database;
  }

  #write(stores: string[], durability: IDBTransactionDurability): IDBTransaction {
    return this.#open().transaction(stores, 'readwrite', { durability });
  }
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
