import type { Entry } from './block-codec.ts';
import { type Cell, merge } from './cell.ts';
import { differingBuckets, digestsOf } from './digest.ts';
import type { Buckets, Digest, Fetch } from './message.ts';
import type { Replica, Slice } from './replica.ts';
import type { Position } from './store.ts';

/** Up to here a whole partition is fetched rather than compared in detail. */
const SMALL = 64;
const DETAIL_DEPTH = 2;

/**
 * The repair of one partition of one map whose position the server did not take: compares digests,
 * fetches what differs and replaces it. One lives from the first DIGEST until `done`.
 */
export class Repair {
  readonly #replica: Replica;
  readonly #subId: number;
  readonly #partition: number;
  /** What came live since the first digest: buckets may have been read before it. */
  readonly #since: Map<string, Cell> = new Map();
  readonly #missing: Set<number> = new Set();
  #depth = 0;
  #position: Position | null = null;
  done = false;

  constructor(replica: Replica, subId: number, partition: number) {
    this.#replica = replica;
    this.#subId = subId;
    this.#partition = partition;
    this.#slice.observer = (key, cell) => this.#observe(key, cell);
  }

  /** Gives up, because the connection is gone. */
  cancel(): void {
    this.#slice.observer = null;
  }

  /** A live change of this partition, which a replaced bucket must not lose. */
  #observe(key: string, cell: Cell): void {
    const known = this.#since.get(key);
    this.#since.set(key, known?.kind === cell.kind ? merge(known, cell) : cell);
  }

  /** Gives the question that follows, or null when nothing differs. */
  onDigest(digest: Digest, position: Position): Fetch | null {
    this.#position = position;
    const { cells } = this.#slice;
    const differing = differingBuckets(digestsOf(cells, digest.depth), digest.digests);
    if (differing !== null && differing.length === 0) return this.#finish();
    if (digest.depth === 0 && cells.size > SMALL) return this.#fetch(DETAIL_DEPTH, []);
    // Digests that cannot be compared are as good as a partition that differs whole.
    this.#depth = differing === null ? 0 : digest.depth;
    for (const bucket of differing ?? [0]) this.#missing.add(bucket);
    return this.#fetch(this.#depth, [...this.#missing]);
  }

  /** Takes some of the buckets that were asked for, and asks for the rest. */
  onBuckets(message: Buckets): Fetch | null {
    if (message.depth !== this.#depth) return null;
    const buckets = new Set(message.buckets.filter((bucket) => this.#missing.has(bucket)));
    for (const bucket of buckets) this.#missing.delete(bucket);
    this.#replace(buckets, message.block.entries);
    if (this.#missing.size === 0) return this.#finish();
    return buckets.size === 0 ? null : this.#fetch(this.#depth, [...this.#missing]);
  }

  get #slice(): Slice {
    return this.#replica.slices[this.#partition] as Slice;
  }

  #replace(buckets: ReadonlySet<number>, entries: readonly Entry[]): void {
    this.#replica.replace(this.#partition, this.#depth, buckets, entries);
    for (const [key, cell] of this.#since) this.#replica.confirm(this.#partition, key, cell);
  }

  #fetch(depth: number, buckets: readonly number[]): Fetch {
    const { name } = this.#replica;
    return {
      type: 'FETCH',
      subId: this.#subId,
      map: name,
      partition: this.#partition,
      depth,
      buckets,
    };
  }

  #finish(): null {
    this.done = true;
    this.cancel();
    this.#slice.position = this.#position;
    this.#slice.isCaughtUp = true;
    this.#replica.dirty.add(this.#partition);
    return null;
  }
}
