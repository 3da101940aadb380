import type { ChangeBatch, MapStatus, Unsubscribe } from './api.ts';
import { type Cell, isSameView, isVisible, lifeOf, merge, prune, viewOf } from './cell.ts';
import { Deferred } from './deferred.ts';
import type { TopGunError } from './error.ts';
import { Expiries } from './expiries.ts';
import { join } from './join.ts';
import { endMsOf } from './life.ts';
import { callAll } from './notices.ts';
import { PARTITIONS, partitionOf } from './partition.ts';
import { PartitionSet } from './partition-set.ts';
import { Slice } from './slice.ts';
import { UnreadFields } from './unread-fields.ts';
import type { Value } from './value.ts';

/** What a map's keys hold. */
export type MapKind = 'map' | 'or-map' | 'counters';

const MAP_KINDS: { readonly [K in Cell['kind']]: MapKind } = {
  value: 'map',
  fields: 'map',
  or: 'or-map',
  counter: 'counters',
};

/** A delta that the server has not confirmed. */
export interface PendingDelta {
  readonly cell: Cell;
}

/**
 * The local replica of one map: confirmed cells, and over them what is still in the outbox. What an
 * application sees is always `merge(confirmed, pending…)`, so a rejected write rolls back by leaving.
 */
export class Replica {
  readonly name: string;
  readonly kind: MapKind;
  readonly slices: readonly Slice[] = Array.from({ length: PARTITIONS }, () => new Slice());
  /** Partitions with cells that are not saved. */
  readonly dirty: PartitionSet = new PartitionSet();
  /** Names of own shares of counters that are not to be added to: a server has less of them than another had. */
  readonly closedShares: Set<string> = new Set();
  readonly loaded: Deferred = new Deferred();
  readonly synced: Deferred = new Deferred();
  status: MapStatus = 'loading';
  error: TopGunError | undefined;
  size = 0;

  readonly #now: () => number;
  readonly #onTouched: (replica: Replica) => void;
  readonly #pending: Map<string, PendingDelta[]> = new Map();
  /** The merged cells of the keys with pending deltas. */
  readonly #merged: Map<string, Cell> = new Map();
  readonly #expiries: Expiries = new Expiries();
  readonly #listeners: Set<(batch: ChangeBatch<Value>) => void> = new Set();
  readonly #changed: Set<string> = new Set();
  #statusChanged = false;

  constructor(
    name: string,
    kind: MapKind,
    now: () => number,
    onTouched: (replica: Replica) => void,
  ) {
    this.name = name;
    this.kind = kind;
    this.#now = now;
    this.#onTouched = onTouched;
  }

  nowMs(): number {
    return this.#now();
  }

  /** The cell as this client sees it, pending writes included. */
  cell(key: string): Cell | undefined {
    return this.#cellIn(partitionOf(key), key);
  }

  get(key: string): Value | undefined {
    return this.#view(this.cell(key));
  }

  *entries(): IterableIterator<[string, Value]> {
    for (const slice of this.slices) {
      for (const [key, confirmed] of slice.cells) {
        const value = this.#view(this.#merged.get(key) ?? confirmed);
        if (value !== undefined) yield [key, value];
      }
    }
    for (const [key, cell] of this.#merged) {
      if (this.slices[partitionOf(key)]?.cells.get(key) !== undefined) continue;
      const value = this.#view(cell);
      if (value !== undefined) yield [key, value];
    }
  }

  subscribe(listener: (batch: ChangeBatch<Value>) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  setStatus(status: MapStatus, error?: TopGunError): void {
    if (this.status === status && this.error === error) return;
    this.status = status;
    this.error = error;
    this.#statusChanged = true;
    if (status !== 'loading') this.loaded.resolve();
    if (status === 'synced') this.synced.resolve();
    this.#onTouched(this);
  }

  /** Shows a write that is not confirmed. */
  addPending(key: string, delta: PendingDelta): void {
    const deltas = this.#pending.get(key);
    if (deltas === undefined) this.#pending.set(key, [delta]);
    else deltas.push(delta);
    const partition = partitionOf(key);
    const before = this.#cellIn(partition, key);
    if (before?.kind === delta.cell.kind) this.#merged.set(key, merge(before, delta.cell));
    else this.#overlay(partition, key);
    this.#changedFrom(partition, key, before);
  }

  /** A write was confirmed (then its cell is merged for good), rejected, or stamped again. */
  removePending(key: string, delta: PendingDelta, isConfirmed: boolean): void {
    const partition = partitionOf(key);
    const before = this.#cellIn(partition, key);
    const deltas = this.#pending.get(key) ?? [];
    const index = deltas.indexOf(delta);
    if (index >= 0) deltas.splice(index, 1);
    if (deltas.length === 0) this.#pending.delete(key);
    if (isConfirmed) this.#mergeConfirmed(partition, key, delta.cell, false);
    // What is merged already holds a confirmed write, on whichever side of it the others are.
    const isMerged = isConfirmed && deltas.length > 0 && before?.kind === delta.cell.kind;
    if (!isMerged) this.#overlay(partition, key);
    this.#changedFrom(partition, key, before);
  }

  /** Recomputes a key whose pending deltas were changed in place. */
  refresh(key: string): void {
    const partition = partitionOf(key);
    this.#show(partition, key, this.#cellIn(partition, key));
  }

  /** Merges what the server sent, or what this browser had kept. */
  confirm(partition: number, key: string, cell: Cell): void {
    if (this.#pending.size === 0 || !this.#pending.has(key)) {
      this.#mergeConfirmed(partition, key, cell, true);
      return;
    }
    const before = this.#cellIn(partition, key);
    if (this.#mergeConfirmed(partition, key, cell, false)) this.#show(partition, key, before);
  }

  /** Sets or drops a confirmed cell, whatever it was before. */
  put(partition: number, key: string, cell: Cell | undefined): void {
    const before = this.#cellIn(partition, key);
    const { cells } = this.slices[partition] as Slice;
    if (cell === undefined) cells.delete(key);
    else cells.set(key, cell);
    this.dirty.add(partition);
    this.#show(partition, key, before);
  }

  /** Takes from the confirmed cells of a partition what the frontier has passed. */
  prune(partition: number, frontierMs: number): void {
    for (const [key, cell] of (this.slices[partition] as Slice).cells) {
      // What is not read is there for good.
      if (cell instanceof UnreadFields) continue;
      const pruned = prune(cell, frontierMs);
      if (pruned !== cell) this.put(partition, key, pruned ?? undefined);
    }
  }

  /** When `expire` may have something to do, but not later than it has; 0: never. */
  get nextExpiryMs(): number {
    return this.#expiries.nextMs;
  }

  /** Counts out the entries whose time is over. */
  expire(): void {
    for (const key of this.#expiries.take(this.#now())) {
      this.size--;
      this.#touch(key);
    }
  }

  /** Tells the listeners what happened since the last time. */
  notify(): void {
    if (this.#changed.size === 0 && !this.#statusChanged) return;
    const changes = Array.from(this.#changed, (key) => ({ key, value: this.get(key) }));
    this.#changed.clear();
    this.#statusChanged = false;
    callAll(this.#listeners, { changes, status: this.status });
  }

  #cellIn(partition: number, key: string): Cell | undefined {
    return this.#merged.get(key) ?? this.slices[partition]?.cells.get(key);
  }

  #view(cell: Cell | undefined): Value | undefined {
    return cell !== undefined && this.#isOurs(cell) ? viewOf(cell, this.#now()) : undefined;
  }

  /** A map does not show the cells of another kind of map that others put under its name. */
  #isOurs(cell: Cell): boolean {
    return MAP_KINDS[cell.kind] === this.kind;
  }

  /** Whether there was anything to add. What nothing lies over is on top: then it is counted, too. */
  #mergeConfirmed(partition: number, key: string, cell: Cell, isOnTop: boolean): boolean {
    const { cells, observer } = this.slices[partition] as Slice;
    observer?.(key, cell);
    const sizeBefore = cells.size;
    if (isOnTop && this.kind === 'map' && cells.supersede(key, cell)) {
      this.size += cells.size - sizeBefore;
      this.#touch(key);
    } else {
      const before = cells.get(key);
      const after = before === undefined ? cell : join(before, cell);
      if (after === before) return false;
      cells.set(key, after);
      if (isOnTop) this.#count(key, before, after);
    }
    this.dirty.add(partition);
    return true;
  }

  #overlay(partition: number, key: string): void {
    const deltas = this.#pending.get(key);
    if (deltas === undefined) {
      this.#merged.delete(key);
      return;
    }
    let cell = this.slices[partition]?.cells.get(key);
    for (const delta of deltas) {
      if (cell === undefined) cell = delta.cell;
      else if (cell.kind === delta.cell.kind) cell = merge(cell, delta.cell);
    }
    this.#merged.set(key, cell as Cell);
  }

  #show(partition: number, key: string, before: Cell | undefined): void {
    this.#overlay(partition, key);
    this.#changedFrom(partition, key, before);
  }

  #changedFrom(partition: number, key: string, before: Cell | undefined): void {
    const after = this.#cellIn(partition, key);
    if (after === before) return;
    if (before !== undefined && after !== undefined && isSame(before, after)) {
      // As an own write that is now confirmed: nobody need be told, and its view goes on being shared.
      if (this.#merged.has(key)) this.#merged.set(key, before);
      else this.slices[partition]?.cells.set(key, before);
      return;
    }
    this.#count(key, before, after);
  }

  #count(key: string, before: Cell | undefined, after: Cell | undefined): void {
    const wasCounted = before !== undefined && this.#isCounted(key, before);
    const endMs = after === undefined ? 0 : endMsOf(lifeOf(after));
    const nowMs = endMs === 0 ? 0 : this.#now();
    const isCounted = after !== undefined && this.#isOurs(after) && isVisible(after, nowMs);
    this.#expiries.set(key, isCounted ? endMs : 0);
    if (endMs !== 0) this.#onTouched(this);
    this.size += (isCounted ? 1 : 0) - (wasCounted ? 1 : 0);
    if (wasCounted && isCounted && isSameView(before, after)) this.#onTouched(this);
    else if (wasCounted || isCounted) this.#touch(key);
  }

  /** Whether the key was in `size`: an entry with an expiry is, until `expire` has counted it out. */
  #isCounted(key: string, cell: Cell): boolean {
    if (!this.#isOurs(cell)) return false;
    return endMsOf(lifeOf(cell)) === 0 ? isVisible(cell, 0) : this.#expiries.has(key);
  }

  #touch(key: string): void {
    if (this.#listeners.size === 0) return;
    this.#changed.add(key);
    this.#onTouched(this);
  }
}

/** Neither adds anything to the other. */
function isSame(a: Cell, b: Cell): boolean {
  return a.kind === b.kind && merge(a, b) === a && merge(b, a) === b;
}
