import fc from 'fast-check';
import { vi } from 'vitest';
import type { Entry } from '../../src/block-codec.ts';
import { type Cell, merge } from '../../src/cell.ts';
import { HybridClock } from '../../src/clock.ts';
import { type CounterCell, countOf } from '../../src/counter-cell.ts';
import { DEFAULT_LIMITS } from '../../src/limits.ts';
import { liveCounters } from '../../src/live-counters.ts';
import { MemoryStore } from '../../src/memory-store.ts';
import type { Message, OpRejection } from '../../src/message.ts';
import { partitionOf } from '../../src/partition.ts';
import { Replica } from '../../src/replica.ts';
import type { Sender } from '../../src/sender.ts';
import type { StoredOp } from '../../src/store.ts';
import { Writes } from '../../src/writes.ts';
import { idsOf } from './ids.ts';

const HOUR = 3_600_000;
const NOW = 1_800_000_000_000;

/** What the server makes of an operation, unless it has it already. */
type Fate = 'take' | 'takeAndFail' | 'fail' | 'refuse';

export type Action =
  | { readonly type: 'add'; readonly by: number; readonly isRushed: boolean }
  | { readonly type: 'answer'; readonly fates: readonly Fate[] }
  | { readonly type: 'break'; readonly takesFirst: boolean }
  | { readonly type: 'connect' }
  | { readonly type: 'reload' }
  | { readonly type: 'turnClock'; readonly aheadMs: number }
  | { readonly type: 'turnServerClock'; readonly aheadMs: number }
  | { readonly type: 'wait'; readonly ms: number };

interface Op extends Entry {
  readonly id: number;
}

/** Remembers what the operations count that were taken over. */
class Store extends MemoryStore {
  readonly adopted: Map<number, number> = new Map();

  override async adopt(from: string, to: string, firstId: number): Promise<readonly StoredOp[]> {
    const ops = await super.adopt(from, to, firstId);
    for (const { id, by = Number.NaN } of ops) this.adopted.set(id, by);
    return ops;
  }
}

/** What runs at both ends: what it should be, or with a planted bug. */
export interface Ends {
  readonly Sender: typeof Sender;
  /** Whether the server refuses as from the future what it has already. */
  readonly judgesWhatItHas?: boolean;
}

/** A client of one counter, and the server under the test's hand. */
export class CountingBench {
  readonly #ends: Ends;
  readonly #store: Store = new Store();
  #writers = 0;
  #aheadMs = 0;
  #serverAheadMs = 0;
  #nowMs = NOW;
  /** What was sent and not answered, by frames. */
  #frames: Op[][] = [];
  #cell: Cell | undefined;
  /** The sum of what was added and not refused. */
  wanted = 0;
  #isLive = false;
  #client: Client;

  constructor(ends: Ends) {
    this.#ends = ends;
    this.#client = this.#open();
  }

  get #serverMs(): number {
    return this.#nowMs + this.#serverAheadMs;
  }

  get seen(): number {
    return (this.#client.replica.get('k') as number | undefined) ?? 0;
  }

  get taken(): number {
    return this.#cell === undefined ? 0 : countOf(this.#cell as CounterCell);
  }

  get outboxSize(): number {
    return this.#client.sender.outbox.size;
  }

  async run(action: Action): Promise<void> {
    switch (action.type) {
      case 'add':
        this.#add(action.by);
        // The next action then comes before this one is stored.
        if (action.isRushed) return;
        break;
      case 'answer':
        this.#answer(action.fates);
        break;
      case 'break':
        if (action.takesFirst) for (const op of this.#frames[0] ?? []) this.#fateOf(op, 'take');
        this.#break();
        break;
      case 'connect':
        this.#connect();
        break;
      case 'reload':
        await this.#reload();
        break;
      case 'turnClock':
        this.#aheadMs = action.aheadMs;
        break;
      case 'turnServerClock':
        this.#serverAheadMs = action.aheadMs;
        break;
      case 'wait':
        this.#nowMs += action.ms;
        await vi.advanceTimersByTimeAsync(action.ms);
    }
    await vi.advanceTimersByTimeAsync(0);
  }

  #open(): Client {
    const writer = `w${this.#writers++}`;
    const clock = new HybridClock(() => this.#nowMs + this.#aheadMs, writer);
    const replica = new Replica(
      'm',
      'counters',
      () => clock.nowMs(),
      () => {},
    );
    replica.setStatus('local');
    const sender: Sender = new this.#ends.Sender({
      writer,
      clock,
      store: Promise.resolve(this.#store),
      ack: undefined,
      limits: () => DEFAULT_LIMITS,
      replicaOf: () => replica,
      send: (messages) => this.#frames.push(...messages.map(opsOf)),
      settled: ({ writer: of, id }) => {
        void this.#store.commit({ slices: [], settled: [{ writer: of, id }], clockMs: 0 });
      },
      rejected: ({ item, isAdopted }) => {
        // Of the others their promise tells.
        if (isAdopted) this.wanted -= this.#store.adopted.get(item.id) ?? Number.NaN;
      },
      changed: () => {},
    });
    const counters = liveCounters(replica, new Writes(clock, sender, () => DEFAULT_LIMITS));
    return { clock, replica, sender, counters };
  }

  #add(by: number): void {
    this.wanted += by;
    const write = this.#client.counters.add('k', by);
    void write.server.then((result) => {
      if (!result.ok && result.code !== 'CLOSED') this.wanted -= by;
    });
  }

  #take(op: Op): void {
    this.#cell = this.#cell === undefined ? op.cell : merge(this.#cell, op.cell);
  }

  #answer(fates: readonly Fate[]): void {
    const frame = this.#frames.shift();
    if (frame === undefined) return;
    const runs: number[] = [];
    const rejections: OpRejection[] = [];
    frame.forEach((op, i) => {
      const code = this.#fateOf(op, fates[i % fates.length] ?? 'take');
      if (code === null) runs.push(op.id, 1);
      else rejections.push({ opId: op.id, code, text: '' });
    });
    this.#client.sender.onAck({
      type: 'ACK',
      level: 2,
      runs,
      rejections,
      serverMs: this.#serverMs,
    });
  }

  #fateOf(op: Op, fate: Fate): OpRejection['code'] | null {
    const [share] = op.cell.kind === 'counter' ? op.cell.shares : [];
    const hasIt = this.#cell !== undefined && merge(this.#cell, op.cell) === this.#cell;
    const isFuture = (share?.stamp.ms ?? 0) > this.#serverMs + DEFAULT_LIMITS.clockAheadMsMax;
    if (isFuture && (!hasIt || this.#ends.judgesWhatItHas)) return 'FUTURE_STAMP';
    if (hasIt) return null;
    if (fate === 'fail') return 'OVERLOADED';
    if (fate === 'refuse') return 'STALE';
    this.#take(op);
    return fate === 'take' ? null : 'NOT_PERSISTED';
  }

  #break(): void {
    this.#frames = [];
    if (this.#isLive) this.#client.sender.goOffline();
    this.#isLive = false;
  }

  #connect(): void {
    if (this.#isLive) return;
    this.#isLive = true;
    this.#client.clock.correct(this.#serverMs, 0);
    if (this.#cell !== undefined) this.#client.replica.confirm(partitionOf('k'), 'k', this.#cell);
    const serverMs = this.#serverMs;
    this.#client.sender.goLive({ defaultLevel: 2, highestLevel: 2, serverMs });
  }

  /** The page goes, and another takes over what it has left. */
  async #reload(): Promise<void> {
    await vi.advanceTimersByTimeAsync(0);
    this.#break();
    const { sender, clock } = this.#client;
    sender.close();
    this.#client = this.#open();
    await this.#client.sender.adopt(this.#store, clock.writer);
  }
}

interface Client {
  readonly clock: HybridClock;
  readonly replica: Replica;
  readonly sender: Sender;
  readonly counters: ReturnType<typeof liveCounters>;
}

function opsOf(message: Message): Op[] {
  if (message.type !== 'OPS') return [];
  const ids = [...idsOf(message.runs)];
  return message.block.entries.map((entry, i) => ({ ...entry, id: ids[i] as number }));
}

const fate = fc.constantFrom<Fate>('take', 'takeAndFail', 'fail', 'refuse');

export const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('add' as const),
      by: fc.constantFrom(-3, -1, 1, 2),
      isRushed: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('answer' as const),
      fates: fc.array(fate, { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('break' as const), takesFirst: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.constant<Action>({ type: 'connect' }) },
  { weight: 1, arbitrary: fc.constant<Action>({ type: 'reload' }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('turnClock' as const),
      aheadMs: fc.constantFrom(-HOUR, 50_000, 90_000, HOUR, 30 * HOUR),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('turnServerClock' as const),
      aheadMs: fc.constantFrom(-90_000, -1_000, 0),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('wait' as const),
      ms: fc.constantFrom(1, 500, 40_000, HOUR),
    }),
  },
);
