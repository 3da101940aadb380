import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { idsOf } from '../test/support/ids.ts';
import type { Cell } from './cell.ts';
import { encodeCanonical } from './cell-writer.ts';
import { HybridClock } from './clock.ts';
import type { WireCode } from './error.ts';
import { FOREVER } from './life.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { MemoryStore } from './memory-store.ts';
import type { Level } from './message.ts';
import { orCell } from './or-cell.ts';
import { repeatMs } from './postponed.ts';
import { Sender } from './sender.ts';
import { compareStamps, type Stamp } from './stamp.ts';
import type { Store, StoredOp } from './store.ts';
import type { Value } from './value.ts';

const HOUR = 3_600_000;
const NOW = 1_800_000_000_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

interface Sent {
  readonly id: number;
  readonly key: string;
  readonly cell: Cell;
}

/** A sender on a store, and what it has sent. */
class Bench {
  wallMs = NOW;
  readonly clock: HybridClock = new HybridClock(() => this.wallMs, 'me');
  readonly sent: Sent[] = [];
  frames = 0;
  readonly settled: number[] = [];
  readonly rejected: string[] = [];
  limits: Limits = DEFAULT_LIMITS;
  readonly sender: Sender;

  constructor(store: Store, ack?: Level) {
    this.sender = new Sender({
      writer: 'me',
      clock: this.clock,
      store: Promise.resolve(store),
      ack,
      limits: () => this.limits,
      replicaOf: () => undefined,
      send: (messages) => {
        for (const message of messages) {
          if (message.type !== 'OPS') continue;
          this.frames++;
          const ids = [...idsOf(message.runs)];
          message.block.entries.forEach(({ key, cell }, i) => {
            this.sent.push({ id: ids[i] as number, key, cell });
          });
        }
      },
      settled: (op) => this.settled.push(op.id),
      rejected: ({ item, rejection }) => this.rejected.push(`${item.key} ${rejection.code}`),
      changed: () => {},
    });
  }

  get sentKeys(): string[] {
    return this.sent.map(({ key }) => key);
  }

  write(key: string, value: Value = 1): void {
    const stamp = this.clock.next();
    this.submit(key, { kind: 'value', stamp, value, life: FOREVER }, stamp);
  }

  submit(key: string, cell: Cell, stamp: Stamp): void {
    const id = this.sender.nextId();
    this.sender.submit({ id, map: 'm', key, cell, stamp, by: 0 });
  }

  accept(level: Level): void {
    const runs = this.sent.splice(0).flatMap(({ id }) => [id, 1]);
    this.sender.onAck({ type: 'ACK', level, runs, rejections: [], serverMs: this.wallMs });
  }

  refuse(code: WireCode, serverMs: number): void {
    const opId = this.sent.at(-1)?.id as number;
    const rejections = [{ opId, code, text: '' }];
    this.sender.onAck({ type: 'ACK', level: 2, runs: [], rejections, serverMs });
  }

  async live(
    serverMs: number = this.wallMs,
    highestLevel: Level = 2,
    defaultLevel: Level = 2,
  ): Promise<void> {
    this.clock.correct(serverMs, 0);
    this.sender.goLive({ defaultLevel, highestLevel, serverMs });
    await settle();
  }
}

/** Lets what needs no timer happen. */
async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

function valueCell(stamp: Stamp): Cell {
  return { kind: 'value', stamp, value: 1, life: FOREVER };
}

function stored(id: number, key: string, cell: Cell): StoredOp {
  return { writer: 'gone', id, map: 'm', key, cell: encodeCanonical(key, cell), at: NOW };
}

/** Appends wait until they are let through, one by one. */
class GatedStore extends MemoryStore {
  readonly #waiting: (() => void)[] = [];

  get waiting(): number {
    return this.#waiting.length;
  }

  async letThrough(): Promise<void> {
    this.#waiting.shift()?.();
    await settle();
  }

  override async append(ops: readonly StoredOp[]): Promise<void> {
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    await super.append(ops);
  }
}

describe('an adopted outbox', () => {
  const at = (ms: number): Stamp => ({ ms, counter: 0, writer: 'gone' });

  it('is sent but for what cannot be read', async () => {
    const store = new MemoryStore();
    const broken = { ...stored(2, 'b', valueCell(at(NOW))), cell: Uint8Array.of(0xff) };
    await store.append([stored(1, 'a', valueCell(at(NOW))), broken]);
    await store.append([stored(3, 'c', valueCell(at(NOW)))]);
    const bench = new Bench(store);
    await bench.live();
    await bench.sender.adopt(store, 'gone');
    expect(bench.sentKeys).toEqual(['a', 'c']);
    expect(bench.settled).toHaveLength(1);
    expect(bench.rejected).toEqual(['b MALFORMED']);
  });

  it('may hold what only a server with wider limits takes', async () => {
    let value: Value = 1;
    for (let depth = 0; depth < 40; depth++) value = [value];
    const cell: Cell = { kind: 'value', stamp: at(NOW), value, life: FOREVER };
    const store = new MemoryStore();
    await store.append([stored(1, 'k'.repeat(2_000), cell)]);
    const bench = new Bench(store);
    await bench.live();
    await bench.sender.adopt(store, 'gone');
    expect(bench.sent).toHaveLength(1);
  });
});

describe('an adopted operation', () => {
  const early: Stamp = { ms: NOW + HOUR, counter: 5, writer: 'gone' };

  it('that is refused is told of', async () => {
    const store = new MemoryStore();
    await store.append([stored(1, 'a', valueCell({ ...early, ms: NOW }))]);
    const bench = new Bench(store);
    await bench.live();
    await bench.sender.adopt(store, 'gone');
    bench.refuse('STALE', NOW);
    expect(bench.rejected).toEqual(['a STALE']);
  });

  it('is older than what is written from now on, even on a clock set back', async () => {
    const store = new MemoryStore();
    await store.append([stored(1, 'a', valueCell(early))]);
    const bench = new Bench(store);
    await bench.sender.adopt(store, 'gone');
    expect(compareStamps(bench.clock.next(), early)).toBeGreaterThan(0);
  });

  it('goes on naming the add of the same millisecond when both are stamped again', async () => {
    const store = new MemoryStore();
    const removed = [{ stamp: early, value: undefined, removedMs: early.ms }];
    const added = [{ stamp: early, value: 'x', removedMs: 0 }];
    await store.append([stored(1, 'a', orCell(added)), stored(2, 'a', orCell(removed))]);
    const bench = new Bench(store);
    await bench.sender.adopt(store, 'gone');
    await bench.live(NOW);
    const [add, remove] = bench.sent.map(({ cell }) => (cell.kind === 'or' ? cell.tags[0] : null));
    expect(add?.stamp.ms).toBeLessThan(NOW + HOUR);
    expect(remove?.stamp).toEqual(add?.stamp);
  });
});

describe('a server whose clock stepped back', () => {
  it('is not asked again at once to take what it must refuse', async () => {
    const bench = new Bench(new MemoryStore());
    await bench.live();
    bench.clock.observe(NOW + HOUR, 0);
    bench.write('a');
    await settle();
    bench.refuse('FUTURE_STAMP', NOW);
    await settle();
    expect(bench.sentKeys).toEqual(['a']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(bench.sentKeys).toEqual(['a', 'a']);
  });

  it('is not asked again at once to remove a tag from its future', async () => {
    const bench = new Bench(new MemoryStore());
    await bench.live();
    const seen = { ms: NOW + HOUR, counter: 0, writer: 'other' };
    const cell = orCell([{ stamp: seen, value: undefined, removedMs: NOW }]);
    bench.submit('a', cell, bench.clock.next());
    await settle();
    bench.refuse('FUTURE_STAMP', NOW);
    await settle();
    expect(bench.sentKeys).toEqual(['a']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(bench.sentKeys).toEqual(['a', 'a']);
  });
});

describe('an operation that this server cannot carry', () => {
  it('is refused here when it is larger than a frame may be, and the others are sent', async () => {
    const bench = new Bench(new MemoryStore());
    bench.write('large', 'x'.repeat(20_000));
    bench.write('small');
    bench.limits = { ...DEFAULT_LIMITS, frameBytesMax: 10_000 };
    await bench.live();
    expect(bench.rejected).toEqual(['large VALUE_TOO_LARGE']);
    expect(bench.sentKeys).toEqual(['small']);
  });

  it('to the level wanted is kept, and sent again only to one that can', async () => {
    const bench = new Bench(new MemoryStore(), 3);
    await bench.live(NOW, 2);
    bench.write('a');
    await settle();
    bench.accept(2);
    await vi.advanceTimersByTimeAsync(60_000);
    bench.sender.goOffline();
    await bench.live(NOW, 2);
    expect(bench.sent).toEqual([]);
    expect(bench.sender.outbox.size).toBe(1);
    bench.sender.goOffline();
    await bench.live(NOW, 3);
    expect(bench.sentKeys).toEqual(['a']);
    bench.accept(3);
    expect(bench.sender.outbox.size).toBe(0);
  });
});

describe('an operation that was taken below the level wanted', () => {
  /** Two of them, in a cluster that replicates, which is what a client wants that does not say. */
  async function taken(): Promise<Bench> {
    const bench = new Bench(new MemoryStore());
    await bench.live(NOW, 3, 3);
    bench.write('a');
    bench.write('b');
    await settle();
    bench.accept(2);
    return bench;
  }

  it('is kept and sent again, each time later, with those it came with, until that is reached', async () => {
    const bench = await taken();
    bench.frames = 0;
    for (const waitMs of [1_500, 2_500, 4_500, 8_000, 8_000]) {
      await vi.advanceTimersByTimeAsync(waitMs - 1);
      expect(bench.sent).toEqual([]);
      await vi.advanceTimersByTimeAsync(1);
      expect(bench.sentKeys).toEqual(['a', 'b']);
      expect(bench.sender.outbox.size).toBe(2);
      bench.accept(2);
    }
    expect(bench.frames).toBe(5);
    await vi.advanceTimersByTimeAsync(8_000);
    bench.accept(3);
    expect([bench.sender.outbox.size, bench.settled]).toEqual([0, [1, 2]]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(bench.frames).toBe(6);
  });

  it('is sent at once to another node, and not a second time when its wait is over', async () => {
    const bench = await taken();
    bench.sender.goOffline();
    await bench.live(NOW, 3, 3);
    expect(bench.sentKeys).toEqual(['a', 'b']);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(bench.sentKeys).toEqual(['a', 'b']);
  });

  it('is sent again when a server turns out to do better than it said', async () => {
    const bench = new Bench(new MemoryStore(), 3);
    await bench.live(NOW, 2);
    bench.write('a');
    await settle();
    bench.accept(2);
    bench.write('b');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(bench.sentKeys).toEqual(['b']);
    bench.accept(3);
    expect(bench.sentKeys).toEqual(['a']);
    bench.accept(3);
    expect(bench.sender.outbox.size).toBe(0);
  });

  it('waits between 1 s and 15 s', () => {
    expect([repeatMs(0, 0), repeatMs(9, 0)]).toEqual([1_000, 1_000]);
    expect([repeatMs(0, 1), repeatMs(1, 1), repeatMs(50, 1)]).toEqual([2_000, 4_000, 15_000]);
  });
});

describe('an acknowledgement', () => {
  it('of more operations than there can be settles those there are', async () => {
    const bench = new Bench(new MemoryStore());
    await bench.live();
    bench.write('a');
    bench.write('b');
    await settle();
    const runs = [2, Number.MAX_SAFE_INTEGER - 2];
    bench.sender.onAck({ type: 'ACK', level: 2, runs, rejections: [], serverMs: NOW });
    expect(bench.settled).toEqual([2]);
  });
});

describe('an operation with a stamp from the future', () => {
  it('is sent once, and only when its new stamp is stored', async () => {
    const store = new GatedStore();
    const bench = new Bench(store);
    bench.wallMs = NOW + HOUR;
    bench.write('a');
    await settle();
    expect(store.waiting).toBe(1);
    await bench.live(NOW);
    await store.letThrough();
    expect(bench.sent).toEqual([]);
    await store.letThrough();
    expect(bench.sentKeys).toEqual(['a']);
    expect(store.waiting).toBe(0);
    const [kept] = await store.adopt('me', 'other', 1);
    expect(kept?.cell).toEqual(encodeCanonical('a', (bench.sent[0] as Sent).cell));
  });

  it('is not sent a second time when the back-off of an earlier refusal is over', async () => {
    const bench = new Bench(new MemoryStore());
    await bench.live();
    bench.write('a');
    await settle();
    bench.refuse('OVERLOADED', NOW);
    bench.sender.goOffline();
    await bench.live(NOW - HOUR);
    expect(bench.sentKeys).toEqual(['a', 'a']);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(bench.sentKeys).toEqual(['a', 'a']);
  });
});
