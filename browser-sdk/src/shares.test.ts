import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { idsOf } from '../test/support/ids.ts';
import type { Entry } from './block-codec.ts';
import { type Cell, merge } from './cell.ts';
import { HybridClock } from './clock.ts';
import { type CounterCell, countOf } from './counter-cell.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { liveCounters } from './live-counters.ts';
import { MemoryStore } from './memory-store.ts';
import type { Message, OpRejection } from './message.ts';
import { partitionOf } from './partition.ts';
import { Replica } from './replica.ts';
import { Sender } from './sender.ts';
import type { StoredOp } from './store.ts';
import { Writes } from './writes.ts';

/*
 * Whatever happens between a client and a server, what is added to a counter counts once, and what is
 * refused not at all.
 */

const HOUR = 3_600_000;
const NOW = 1_800_000_000_000;

/** What the server makes of an operation, unless it has it already. */
type Fate = 'take' | 'takeAndFail' | 'fail' | 'refuse';

type Action =
  | { readonly type: 'add'; readonly by: number; readonly isRushed: boolean }
  | { readonly type: 'answer'; readonly fates: readonly Fate[] }
  | { readonly type: 'break'; readonly takesFirst: boolean }
  | { readonly type: 'connect' }
  | { readonly type: 'reload' }
  | { readonly type: 'turnClock'; readonly aheadMs: number }
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

/** A client of one counter, and the server under the test's hand. */
class Bench {
  readonly #store: Store = new Store();
  #writers = 0;
  #aheadMs = 0;
  #nowMs = NOW;
  /** What was sent and not answered, by frames. */
  #frames: Op[][] = [];
  #cell: Cell | undefined;
  /** The sum of what was added and not refused. */
  wanted = 0;
  #isLive = false;
  #client: Client;

  constructor() {
    this.#client = this.#open();
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
    const sender: Sender = new Sender({
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
    this.#client.sender.onAck({ type: 'ACK', level: 2, runs, rejections, serverMs: this.#nowMs });
  }

  #fateOf(op: Op, fate: Fate): OpRejection['code'] | null {
    const [share] = op.cell.kind === 'counter' ? op.cell.shares : [];
    if ((share?.stamp.ms ?? 0) > this.#nowMs + DEFAULT_LIMITS.clockAheadMsMax)
      return 'FUTURE_STAMP';
    const hasIt = this.#cell !== undefined && merge(this.#cell, op.cell) === this.#cell;
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
    this.#client.clock.correct(this.#nowMs, 0);
    if (this.#cell !== undefined) this.#client.replica.confirm(partitionOf('k'), 'k', this.#cell);
    const serverMs = this.#nowMs;
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

const action: fc.Arbitrary<Action> = fc.oneof(
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
    weight: 1,
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
      type: fc.constant('wait' as const),
      ms: fc.constantFrom(1, 500, 40_000, HOUR),
    }),
  },
);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('what is added to a counter', () => {
  it('counts once, whatever is lost, refused, repeated, reloaded or stamped again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
        const bench = new Bench();
        for (const it of actions) await bench.run(it);
        await bench.run({ type: 'turnClock', aheadMs: 0 });
        await bench.run({ type: 'connect' });
        for (let round = 0; bench.outboxSize > 0; round++) {
          expect(round).toBeLessThan(500);
          await bench.run({ type: 'answer', fates: ['take'] });
          await bench.run({ type: 'wait', ms: 40_000 });
        }
        expect([bench.taken, bench.seen]).toEqual([bench.wanted, bench.wanted]);
      }),
      { numRuns: 1_000 },
    );
  }, 60_000);
});
