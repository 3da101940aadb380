import type {
  ChangeBatch,
  LiveMap,
  LiveOrMap,
  MapStatus,
  SetOptions,
  Unsubscribe,
  Write,
} from './api.ts';
import type { Cell } from './cell.ts';
import { addDelta, deleteDelta, removeDelta, setDelta, updateDelta } from './delta.ts';
import { TopGunError } from './error.ts';
import { FOREVER } from './life.ts';
import type { Replica } from './replica.ts';
import { MS_MAX, type Stamp } from './stamp.ts';
import type { Value } from './value.ts';
import type { DeltaMaker, Writes } from './writes.ts';

/** The handle of a map on its replica. */
export class LiveMapHandle<T> implements LiveMap<T> {
  readonly #replica: Replica;
  readonly #writes: Writes;

  constructor(replica: Replica, writes: Writes) {
    this.#replica = replica;
    this.#writes = writes;
  }

  get name(): string {
    return this.#replica.name;
  }

  get status(): MapStatus {
    return this.#replica.status;
  }

  get error(): TopGunError | undefined {
    return this.#replica.error;
  }

  get size(): number {
    return this.#replica.size;
  }

  get loaded(): Promise<void> {
    return this.#replica.loaded.promise;
  }

  get synced(): Promise<void> {
    return this.#replica.synced.promise;
  }

  get(key: string): T | undefined {
    return this.#replica.get(key) as T | undefined;
  }

  has(key: string): boolean {
    return this.#replica.get(key) !== undefined;
  }

  set(key: string, value: T, options: SetOptions = {}): Write {
    const { ttlMs } = options;
    return this.#write(key, (stamp, limits) => {
      if (ttlMs !== undefined && !(ttlMs > 0)) {
        throw new TopGunError('INVALID_VALUE', 'ttlMs must be greater than 0');
      }
      const expiresMs = ttlMs === undefined ? 0 : stamp.ms + Math.ceil(ttlMs);
      if (expiresMs > MS_MAX) throw new TopGunError('INVALID_VALUE', 'ttlMs is too great');
      const life = expiresMs === 0 ? FOREVER : { expiresMs, idleMs: 0, touchedMs: 0 };
      return setDelta(value, stamp, life, limits);
    });
  }

  update(key: string, fields: { readonly [K in keyof T]?: T[K] | undefined }): Write {
    return this.#write(key, (stamp, limits) => updateDelta(fields, stamp, limits));
  }

  delete(key: string): Write {
    const make = (stamp: Stamp): Cell => {
      const kind = this.#replica.cell(key)?.kind;
      return deleteDelta(kind === 'value' ? 'value' : 'fields', stamp);
    };
    // Of which kind the tombstone must be is known once what this browser kept is loaded.
    return this.#replica.status === 'loading' && this.#replica.cell(key) === undefined
      ? this.#writes.submitWhenLoaded(this.#replica, key, make)
      : this.#write(key, make);
  }

  entries(): IterableIterator<[string, T]> {
    return this.#replica.entries() as IterableIterator<[string, T]>;
  }

  subscribe(listener: (batch: ChangeBatch<T>) => void): Unsubscribe {
    return this.#replica.subscribe(listener as (batch: ChangeBatch<Value>) => void);
  }

  #write(key: string, make: DeltaMaker): Write {
    return this.#writes.submit(this.#replica, key, make);
  }
}

/** The handle of an OR-Map on its replica. */
export class LiveOrMapHandle<T> implements LiveOrMap<T> {
  readonly #replica: Replica;
  readonly #writes: Writes;

  constructor(replica: Replica, writes: Writes) {
    this.#replica = replica;
    this.#writes = writes;
  }

  get name(): string {
    return this.#replica.name;
  }

  get status(): MapStatus {
    return this.#replica.status;
  }

  get error(): TopGunError | undefined {
    return this.#replica.error;
  }

  get size(): number {
    return this.#replica.size;
  }

  get loaded(): Promise<void> {
    return this.#replica.loaded.promise;
  }

  get synced(): Promise<void> {
    return this.#replica.synced.promise;
  }

  get(key: string): readonly T[] {
    return (this.#replica.get(key) ?? NONE) as readonly T[];
  }

  add(key: string, value: T): Write {
    return this.#writes.submit(this.#replica, key, (stamp, limits) =>
      addDelta(value, stamp, limits),
    );
  }

  remove(key: string, value: T): Write {
    const make: DeltaMaker = (stamp, limits) => {
      const cell = this.#replica.cell(key);
      return removeDelta(cell?.kind === 'or' ? cell : undefined, value, stamp, limits);
    };
    return this.#replica.status === 'loading'
      ? this.#writes.submitWhenLoaded(this.#replica, key, make)
      : this.#writes.submit(this.#replica, key, make);
  }

  entries(): IterableIterator<[string, readonly T[]]> {
    return this.#replica.entries() as unknown as IterableIterator<[string, readonly T[]]>;
  }

  subscribe(listener: (batch: ChangeBatch<readonly T[]>) => void): Unsubscribe {
    return this.#replica.subscribe(listener as unknown as (batch: ChangeBatch<Value>) => void);
  }
}

const NONE: readonly never[] = Object.freeze([]);
