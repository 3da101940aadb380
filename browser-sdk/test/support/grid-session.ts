import { blockOf, type Entry } from '../../src/block-codec.ts';
import { type Cell, prune } from '../../src/cell.ts';
import { join } from '../../src/join.ts';
import type { Delta, Fetch, Message, Pick, Subscribe } from '../../src/message.ts';
import type { Position } from '../../src/store.ts';
import { GridSlice } from './grid-slice.ts';

/** One replica of one partition of one map, with its log: what changed, when last, and what of it was forgotten. */
export class GridReplica {
  readonly storeId: string;
  readonly slice: GridSlice;
  readonly #changedAt: Map<string, number> = new Map();
  /** The greatest number of a change of which something was pruned. */
  #lostSeq = 0;
  #watch: (entry: Entry | null) => void = () => {};

  constructor(storeId: string, map: string, partition: number) {
    this.storeId = storeId;
    this.slice = new GridSlice(map, partition, []);
    this.slice.seq = 0;
  }

  /** Tells one listener of every change: of an entry, or (null) of the frontier. */
  watch(listener: (entry: Entry | null) => void): void {
    this.#watch = listener;
  }

  write(key: string, cell: Cell): void {
    const { cells, map } = this.slice;
    const before = cells.get(key);
    const after = before === undefined ? cell : join(before, cell);
    if (after === before) return;
    cells.set(key, after);
    this.#changedAt.set(key, ++this.slice.seq);
    this.#watch({ map, key, cell });
  }

  /** Takes what a sibling has, as replicas that ship or compare do. */
  mergeFrom(sibling: GridReplica): void {
    for (const { key, cell } of sibling.slice.entries) {
      const pruned = prune(cell, this.slice.frontierMs);
      if (pruned !== null) this.write(key, pruned);
    }
  }

  advanceFrontier(frontierMs: number): void {
    const before = new Map(this.slice.cells);
    this.slice.advanceFrontier(frontierMs);
    for (const [key, cell] of before) {
      if (this.slice.cells.get(key) === cell) continue;
      this.#lostSeq = Math.max(this.#lostSeq, this.#changedAt.get(key) ?? 0);
    }
    this.#watch(null);
  }

  /** `firstSeq`: of who began with nothing, where this replica was then, else where the reader is. */
  isGood(seq: number, firstSeq: number = seq): boolean {
    return Math.max(seq, firstSeq) >= this.#lostSeq && seq <= this.slice.seq;
  }

  /** Up to so many of the entries that changed behind `seq`, the oldest change first, and where they end. */
  changesSince(seq: number, most: number): { entries: Entry[]; seq: number; more: boolean } {
    const changedAt = (entry: Entry): number => this.#changedAt.get(entry.key) ?? 0;
    const all = this.slice.entries.filter((entry) => changedAt(entry) > seq);
    all.sort((a, b) => changedAt(a) - changedAt(b));
    const entries = all.slice(0, most);
    const last = entries.at(-1);
    const more = entries.length < all.length && last !== undefined;
    return { entries, seq: more ? changedAt(last) : this.slice.seq, more };
  }
}

/** Where a reader goes on; `null`: a position that is good nowhere. */
type From = { readonly seq: number; readonly firstSeq: number } | null;

/** A step that something other than the session decides on. */
export type Step = () => void;

/**
 * The server's side of one connection that subscribes one partition of one map: it reads from a replica that
 * may be exchanged at any time. Answers and live changes keep their order, but may overtake each other, as from
 * another node they come by two ways; live changes wait for what is read behind a gap or of a new source.
 */
export class GridSession {
  readonly #receive: (message: Message) => void;
  readonly #random: (end: number) => number;
  readonly #refs: Map<string, number> = new Map();
  readonly #out: { readonly message: Message; readonly isLive: boolean }[] = [];
  /** How many answers are to be delivered before the next live change. */
  #held = 0;
  readonly #questions: (Fetch | Pick)[] = [];
  #source: GridReplica;
  #subId: number | undefined;
  /** What is to be read before anything else goes on. */
  #behind: { readonly from: From } | undefined;
  #catchUp: { from: From; statedSeq: number | undefined } | undefined;

  constructor(
    source: GridReplica,
    receive: (message: Message) => void,
    random: (end: number) => number,
  ) {
    this.#receive = receive;
    this.#random = random;
    this.#source = source;
    this.#attach();
  }

  get source(): GridReplica {
    return this.#source;
  }

  onMessage(message: Message): void {
    if (message.type === 'FETCH' || message.type === 'PICK') this.#questions.push(message);
    else if (message.type === 'SUBSCRIBE') {
      this.#subId = message.subId;
      const from = this.#start(message);
      const isStated = from !== null && message.positions !== null;
      this.#catchUp = { from, statedSeq: isStated ? from.seq : undefined };
    }
  }

  /** Reads from another replica: what is under way is void, and what the client has is compared. */
  switchTo(source: GridReplica): void {
    this.#source.watch(() => {});
    this.#source = source;
    this.#attach();
    this.#dropLive();
    if (this.#subId !== undefined) this.#behind = { from: null };
  }

  /** The client reads too slowly: live changes are let go, and read again later. */
  letGo(): void {
    const first = this.#dropLive();
    if (first === undefined || this.#behind !== undefined) return;
    this.#behind = { from: { seq: first.seq - 1, firstSeq: 0 } };
  }

  end(): void {
    this.#source.watch(() => {});
  }

  get steps(): Step[] {
    const steps: Step[] = [];
    const next = this.#out.findIndex(({ isLive }) => !isLive);
    if (next >= 0) steps.push(() => this.#deliver(next));
    const live = this.#out.findIndex(({ isLive }) => isLive);
    if (live >= 0 && this.#held === 0) steps.push(() => this.#deliver(live));
    if (this.#behind !== undefined) steps.push(() => this.#readBehind());
    else {
      if (this.#catchUp !== undefined) steps.push(() => this.#readOn());
      if (this.#questions.length > 0) steps.push(() => this.#answer());
    }
    return steps;
  }

  #attach(): void {
    const { storeId, slice } = this.#source;
    const isNew = !this.#refs.has(storeId);
    const ref = this.#refs.get(storeId) ?? this.#refs.size;
    this.#refs.set(storeId, ref);
    if (isNew) this.#say({ type: 'STORE', ref, storeId, incarnation: 1 });
    this.#hold();
    this.#source.watch((entry) => {
      if (this.#subId === undefined || this.#behind !== undefined) return;
      const { partition, seq, frontierMs } = slice;
      const place = { partition, ref, seq };
      const message: Message =
        entry === null
          ? { type: 'FRONTIER', ...place, frontierMs }
          : { type: 'DELTA', ...place, block: blockOf([entry]) };
      this.#out.push({ message, isLive: true });
    });
  }

  #say(message: Message): void {
    this.#out.push({ message, isLive: false });
  }

  #hold(): void {
    this.#held = this.#out.filter(({ isLive }) => !isLive).length;
  }

  #deliver(at: number): void {
    const [next] = this.#out.splice(at, 1);
    if (next === undefined) return;
    if (!next.isLive && this.#held > 0) this.#held--;
    this.#receive(next.message);
  }

  /** Gives the first that is let go. */
  #dropLive(): Delta | { readonly seq: number } | undefined {
    const live = this.#out.filter(({ isLive }) => isLive);
    const rest = this.#out.filter(({ isLive }) => !isLive);
    this.#out.splice(0, this.#out.length, ...rest);
    return live[0]?.message as Delta | undefined;
  }

  #start({ positions }: Subscribe): From {
    const { partition, seq } = this.#source.slice;
    const stated = (positions ?? []).flatMap(({ storeId, seqs }): Position[] => {
      const at = seqs.findIndex((it, i) => i % 2 === 0 && it === partition);
      return at < 0 ? [] : [{ storeId, incarnation: 1, seq: seqs[at + 1] as number }];
    });
    const [position] = stated;
    if (position === undefined) return { seq: 0, firstSeq: seq };
    if (position.storeId !== this.#source.storeId) return null;
    return { seq: position.seq, firstSeq: 0 };
  }

  get #place(): { subId: number; partition: number; ref: number } {
    const { partition } = this.#source.slice;
    const ref = this.#refs.get(this.#source.storeId) as number;
    return { subId: this.#subId as number, partition, ref };
  }

  #readOn(): void {
    const from = this.#catchUp?.from ?? null;
    if (from === null || !this.#source.isGood(from.seq, from.firstSeq)) {
      this.#compare();
      this.#synced();
      return;
    }
    const { entries, seq, more } = this.#source.changesSince(from.seq, 1 + this.#random(6));
    const isUnchanged = entries.length === 0 && seq === this.#catchUp?.statedSeq;
    if (isUnchanged) {
      this.#synced();
      return;
    }
    const chunk = { type: 'SNAPSHOT', ...this.#place, seq, more, block: blockOf(entries) } as const;
    const { frontierMs } = this.#source.slice;
    this.#say(more ? chunk : { ...chunk, frontierMs });
    if (more) this.#catchUp = { from: { seq, firstSeq: from.firstSeq }, statedSeq: undefined };
    else this.#synced();
  }

  #readBehind(): void {
    const from = this.#behind?.from ?? null;
    if (from !== null && this.#source.isGood(from.seq)) {
      const { entries, seq } = this.#source.changesSince(from.seq, Number.POSITIVE_INFINITY);
      const { partition, ref } = this.#place;
      const { frontierMs } = this.#source.slice;
      this.#say({ type: 'DELTA', partition, ref, seq: from.seq, block: blockOf(entries) });
      this.#say({ type: 'FRONTIER', partition, ref, seq, frontierMs });
    } else {
      this.#compare();
      if (this.#catchUp !== undefined) this.#synced();
    }
    this.#behind = undefined;
    this.#hold();
  }

  #compare(): void {
    this.#source.slice.ref = this.#place.ref;
    this.#say(this.#source.slice.digest(this.#place.subId, 0));
  }

  #synced(): void {
    this.#catchUp = undefined;
    this.#say({ type: 'SYNCED', subId: this.#place.subId });
  }

  #answer(): void {
    const question = this.#questions.shift();
    if (question === undefined) return;
    this.#source.slice.ref = this.#place.ref;
    this.#say(this.#source.slice.answer(question, 1 + this.#random(4)));
  }
}
