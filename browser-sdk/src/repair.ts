import type { Entry } from './block-codec.ts';
import type { Cell } from './cell.ts';
import { differingBuckets, prefixBytes } from './digest.ts';
import { join } from './join.ts';
import type { Buckets, Cells, Digest, Fetch, Keys, Pick, Prefixes } from './message.ts';
import { bucketOf } from './partition.ts';
import type { Receding } from './receding.ts';
import { prefixSet, type RepairPlan } from './repair-plan.ts';
import type { Replica } from './replica.ts';
import type { Slice } from './slice.ts';
import type { Position } from './store.ts';

/** Cells picked by one question: of usual sizes, about as many as one answer brings. */
const PICKED_MAX = 1_000;

/** What a repair asks next; null: nothing, or nothing yet. */
export type Question = Fetch | Pick | null;

/** What the repair waits for. */
type Phase = 'root' | 'digests' | 'buckets' | 'keys' | 'cells' | 'check';

/**
 * The repair of one partition of one map whose position the server did not take. Compares digests, cut to
 * a few bytes; what differs is fetched by whole buckets if it is little, else told apart by what the cells'
 * digests begin with. At the end the digest of the whole is compared. Should it differ, all is done once
 * more by whole digests and whole buckets. One lives from the first DIGEST until `done`.
 */
export class Repair {
  readonly #replica: Replica;
  readonly #subId: number;
  readonly #partition: number;
  readonly #plan: RepairPlan;
  readonly #receding: Receding;
  /** What came live since the first digest: answers may have been read before it. */
  readonly #since: Map<string, Cell> = new Map();
  /** Something changed at the server since its first digest. */
  #isOvertaken = false;
  /** It let changes go since its last digest of the whole, so answers may be from before them. */
  #hasMissed = false;
  /** The second time, by whole digests and buckets. */
  #isThorough = false;
  #phase: Phase = 'root';
  #depth = 0;
  /** Buckets that were asked for and have not come. */
  readonly #awaited: Set<number> = new Set();
  /** What was picked and has not come, by buckets. */
  readonly #wanted: Map<number, Set<string>> = new Map();
  /** Keys whose cells the server does not have so. They stay until what it has instead is here. */
  readonly #surplus: Set<string> = new Set();
  #root: Uint8Array = new Uint8Array(0);
  #position: Position | null = null;
  #frontierMs = 0;
  /** From another replica. */
  #isMoving = false;
  done = false;

  constructor(
    replica: Replica,
    subId: number,
    partition: number,
    plan: RepairPlan,
    receding: Receding,
  ) {
    this.#replica = replica;
    this.#subId = subId;
    this.#partition = partition;
    this.#plan = plan;
    this.#receding = receding;
    this.#slice.observer = (key, cell) => this.#observe(key, cell);
    // Else live changes would move its position past what is still to be repaired.
    this.#slice.isCaughtUp = false;
  }

  /** Gives up, because the connection is gone. */
  cancel(): void {
    this.#slice.observer = null;
  }

  /** The server has pruned meanwhile. */
  overtake(): void {
    this.#isOvertaken = true;
  }

  onDigest(digest: Digest, position: Position): Question {
    if (this.#slice.position?.storeId !== position.storeId) {
      // It may lack from now on what it had of that.
      this.#slice.position = null;
      this.#isMoving = true;
    }
    this.#frontierMs = digest.frontierMs ?? this.#frontierMs;
    this.#replica.prune(this.#partition, this.#frontierMs);
    if (this.#position !== null && this.#position.storeId !== position.storeId) this.#restart();
    // What came live behind the first digest may be missing before a later one: that position is not reached.
    this.#position ??= position;
    if (this.#phase === 'digests' && digest.depth === this.#depth) return this.#compare(digest);
    if (digest.depth !== 0) return null;
    if (this.#phase !== 'root' && this.#phase !== 'check') {
      // Not asked for: it stands for changes that were too many for a slow connection.
      this.#isOvertaken = true;
      this.#hasMissed = true;
      return null;
    }
    this.#hasMissed = false;
    this.#root = digest.digests;
    if (this.#isRepaired()) return this.#finish();
    this.#isThorough = this.#phase === 'check';
    return this.#askDigests();
  }

  /**
   * Another replica serves the partition now. It answers what was asked, but what the one before had says
   * nothing of what it has, which is found out at the end.
   */
  #restart(): void {
    this.#position = null;
    this.#since.clear();
    this.#surplus.clear();
    this.#isOvertaken = true;
    this.#hasMissed = true;
  }

  /** Takes some of the buckets that were asked for, and asks for the rest. */
  onBuckets(message: Buckets): Question {
    if (this.#phase !== 'buckets' || message.depth !== this.#depth) return null;
    const buckets = this.#answered(message.buckets);
    const { entries } = message.block;
    const kept = new Set(entries.map((entry) => entry.key));
    this.#drop(this.#keysIn(buckets).filter((key) => !kept.has(key)));
    this.#put(entries.filter(({ key }) => buckets.has(bucketOf(key, this.#depth))));
    if (this.#awaited.size > 0) return buckets.size === 0 ? null : this.#askBuckets();
    return this.#end(this.#isThorough || this.#depth === 0);
  }

  onKeys({ depth, width, prefixes }: Keys): Question {
    if (this.#phase !== 'keys' || depth !== this.#depth) return null;
    const buckets = this.#answered(prefixes.map((it) => it.bucket));
    const ownByBucket = this.#prefixesIn(buckets, width);
    for (const { bucket, prefixes: bytes } of prefixes) {
      const own = ownByBucket.get(bucket);
      if (own === undefined) continue;
      const theirs = prefixSet(bytes, width);
      for (const key of this.#plan.surplus(own, theirs)) this.#surplus.add(key);
      const missing = this.#plan.missing(own, theirs);
      if (missing.length > 0) this.#wanted.set(bucket, new Set(missing));
    }
    if (this.#awaited.size > 0) return buckets.size === 0 ? null : this.#askKeys();
    return this.#pick();
  }

  onCells(message: Cells): Question {
    if (this.#phase !== 'cells' || message.depth !== this.#depth) return null;
    let isAnswered = false;
    for (const { bucket, prefixes } of message.prefixes) {
      const wanted = this.#wanted.get(bucket);
      for (const prefix of prefixSet(prefixes, message.width)) {
        isAnswered = wanted?.delete(prefix) === true || isAnswered;
      }
      if (wanted?.size === 0) this.#wanted.delete(bucket);
    }
    for (const { key } of message.block.entries) this.#surplus.delete(key);
    this.#put(message.block.entries);
    return isAnswered ? this.#pick() : null;
  }

  #compare(digest: Digest): Question {
    const { cells } = this.#slice;
    const differing = differingBuckets(cells.digests(this.#depth), digest.digests);
    if (differing.length === 0) return this.#end(this.#isThorough);
    this.#await(differing);
    const expected = (cells.size * differing.length) / 16 ** this.#depth;
    return this.#isThorough || this.#plan.isFew(expected) ? this.#askBuckets() : this.#askKeys();
  }

  /** The rest of what is wanted; when all is here, what the server does not have goes. */
  #pick(): Question {
    if (this.#wanted.size > 0) {
      this.#phase = 'cells';
      const prefixes: Prefixes[] = [];
      let left = PICKED_MAX;
      for (const [bucket, wanted] of this.#wanted) {
        const some = [...wanted].slice(0, left);
        prefixes.push({ bucket, prefixes: prefixBytes(some) });
        left -= some.length;
        if (left === 0) break;
      }
      return { type: 'PICK', ...this.#place(), width: this.#plan.keyWidth, prefixes };
    }
    this.#drop([...this.#surplus]);
    return this.#check();
  }

  /** Whether all is equal is sure where nothing was cut and nothing missed. */
  #end(isWhole: boolean): Question {
    return isWhole && !this.#hasMissed ? this.#finish() : this.#check();
  }

  #check(): Question {
    if (!this.#isOvertaken) {
      if (this.#isRepaired()) return this.#finish();
      this.#isThorough = true;
      return this.#askDigests();
    }
    this.#phase = 'check';
    this.#depth = 0;
    return this.#fetch([]);
  }

  #askDigests(): Question {
    this.#depth = this.#plan.depthFor(this.#slice.cells.size);
    if (this.#depth === 0) {
      this.#await([0]);
      return this.#askBuckets();
    }
    this.#phase = 'digests';
    return this.#fetch([], this.#isThorough ? undefined : this.#plan.digestWidth);
  }

  #askBuckets(): Question {
    this.#phase = 'buckets';
    return this.#fetch([...this.#awaited]);
  }

  #askKeys(): Question {
    this.#phase = 'keys';
    return this.#fetch([...this.#awaited], this.#plan.keyWidth);
  }

  #fetch(buckets: readonly number[], width?: number): Fetch {
    const question = { type: 'FETCH', ...this.#place(), buckets } as const;
    return width === undefined ? question : { ...question, width };
  }

  #place(): Omit<Fetch, 'type' | 'buckets' | 'width'> {
    const { name } = this.#replica;
    return { subId: this.#subId, map: name, partition: this.#partition, depth: this.#depth };
  }

  #await(buckets: readonly number[]): void {
    this.#awaited.clear();
    for (const bucket of buckets) this.#awaited.add(bucket);
  }

  /** Those of the buckets that were asked for, which no longer are. */
  #answered(buckets: readonly number[]): ReadonlySet<number> {
    return new Set(buckets.filter((bucket) => this.#awaited.delete(bucket)));
  }

  get #slice(): Slice {
    return this.#replica.slices[this.#partition] as Slice;
  }

  #isRepaired(): boolean {
    return this.#plan.isRepaired(this.#slice.cells.digests(0), this.#root);
  }

  #keysIn(buckets: ReadonlySet<number>): string[] {
    return Array.from(this.#slice.cells, ([key]) => key).filter((key) =>
      buckets.has(bucketOf(key, this.#depth)),
    );
  }

  /** What the digests of the own cells begin with, by buckets and keys. */
  #prefixesIn(buckets: ReadonlySet<number>, width: number): Map<number, Map<string, string>> {
    const found = new Map(Array.from(buckets, (bucket) => [bucket, new Map<string, string>()]));
    const { cells } = this.#slice;
    for (const [key] of cells) {
      found.get(bucketOf(key, this.#depth))?.set(key, cells.prefixOf(key, width));
    }
    return found;
  }

  /** A live change of this partition, which what is replaced must not lose. */
  #observe(key: string, cell: Cell): void {
    this.#isOvertaken = true;
    const known = this.#since.get(key);
    this.#since.set(key, known === undefined ? cell : join(known, cell));
  }

  #put(entries: readonly Entry[]): void {
    for (const { key, cell } of entries) this.#set(key, cell);
  }

  #drop(keys: readonly string[]): void {
    for (const key of keys) this.#set(key, undefined);
  }

  /** Replaces a confirmed cell by what an answer says, and by what came live. */
  #set(key: string, cell: Cell | undefined): void {
    const live = this.#since.get(key);
    const now = live !== undefined && cell !== undefined ? join(cell, live) : (live ?? cell);
    const before = this.#slice.cells.get(key);
    if (this.#isMoving) this.#receding.keep(this.#replica, key, before, now, this.#frontierMs);
    this.#replica.put(this.#partition, key, now);
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
