import { encodeBlock } from './block-codec.ts';
import type { HybridClock } from './clock.ts';
import { TopGunError } from './error.ts';
import type { Replica } from './replica.ts';
import type { OpName, Store, StoredSlice } from './store.ts';
import { peek } from './unread-fields.ts';

const QUIET_MS = 250;
const LATEST_MS = 2_000;
/** While a map comes in for the first time, packing it waits: the person waits for the map. */
const FILLING_LATEST_MS = 10_000;
const RETRY_MS = 10_000;
/** How long the packing may keep the page from answering. */
const BUSY_MS = 8;

export interface CheckpointSettings {
  readonly store: Promise<Store>;
  readonly replicas: () => Iterable<Replica>;
  readonly clock: HybridClock;
  readonly keepsCells: () => boolean;
  readonly isLive: () => boolean;
  /** Called when saving begins to fail, and with nothing when it works again. */
  readonly onError: (error: TopGunError | undefined) => void;
}

/**
 * Saves the local replicas now and then. An operation leaves the stored outbox together with the slice
 * that it is now part of, so that a crash between the two can lose neither.
 */
export class Checkpoints {
  readonly #settings: CheckpointSettings;
  #settled: OpName[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #touchedMs = 0;
  #dueMs = 0;
  #isStopped = false;
  #isFailing = false;
  #running: Promise<void> = Promise.resolve();

  constructor(settings: CheckpointSettings) {
    this.#settings = settings;
  }

  /** The operation is in the replica, or rolled back: its record may go. */
  settle(op: OpName): void {
    this.#settled.push(op);
    this.touch();
  }

  /** Something changed: save when it is quiet, but not too late. */
  touch(): void {
    if (this.#isStopped) return;
    this.#touchedMs = performance.now();
    if (this.#timer !== undefined) return;
    const isFilling =
      this.#settings.isLive() &&
      Array.from(this.#settings.replicas()).some((it) => it.status === 'local');
    this.#dueMs = this.#touchedMs + (isFilling ? FILLING_LATEST_MS : LATEST_MS);
    this.#saveIn(QUIET_MS);
  }

  #saveIn(ms: number): void {
    this.#timer = setTimeout(() => {
      const restMs = Math.min(this.#touchedMs + QUIET_MS, this.#dueMs) - performance.now();
      if (restMs > 0) this.#saveIn(restMs);
      else void this.save(false);
    }, ms);
  }

  /**
   * Saves now. Never rejects: what could not be saved is tried again later. `atOnce` packs without a
   * pause, for a page that is about to go.
   */
  save(atOnce: boolean): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#running = this.#running.then(() => this.#commit(atOnce));
    return this.#running;
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #commit(atOnce: boolean): Promise<void> {
    const store = await this.#settings.store;
    const settled = this.#settled;
    this.#settled = [];
    const taken: [Replica, number][] = [];
    const slices: StoredSlice[] = [];
    let since = performance.now();
    for (const [replica, partition] of this.#dirty()) {
      replica.dirty.delete(partition);
      taken.push([replica, partition]);
      slices.push(packed(replica, partition));
      if (atOnce || performance.now() - since < BUSY_MS) continue;
      await new Promise((resolve) => setTimeout(resolve));
      since = performance.now();
    }
    if (settled.length === 0 && slices.length === 0) return;
    try {
      await store.commit({ slices, settled, clockMs: this.#settings.clock.highWaterMs });
      if (this.#isFailing) this.#settings.onError(undefined);
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) {
        this.#settings.onError(new TopGunError('STORAGE_FAILED', String(error)));
      }
      this.#isFailing = true;
      this.#settled.push(...settled);
      for (const [replica, partition] of taken) replica.dirty.add(partition);
      this.#retry();
    }
  }

  /** After a full disk, say: no sooner than the rest of the page can do something about it. */
  #retry(): void {
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(false), RETRY_MS);
  }

  #dirty(): [Replica, number][] {
    if (!this.#settings.keepsCells()) return [];
    return [...this.#settings.replicas()]
      .filter((replica) => replica.status !== 'loading')
      .flatMap((replica) => Array.from(replica.dirty, (it): [Replica, number] => [replica, it]));
  }
}

function packed(replica: Replica, partition: number): StoredSlice {
  const map = replica.name;
  const slice = replica.slices[partition];
  const entries = Array.from(slice?.cells ?? [], ([key, cell]) => ({
    map,
    key,
    cell: peek(cell),
  }));
  return { map, partition, position: slice?.position ?? null, block: encodeBlock(entries) };
}
