import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Cell } from './cell.ts';
import { encodeCanonical } from './cell-writer.ts';
import { HybridClock } from './clock.ts';
import type { WireCode } from './error.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { MemoryStore } from './memory-store.ts';
import { idsOf, type Level } from './message.ts';
import { Sender } from './sender.ts';
import type { Stamp } from './stamp.ts';
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
  readonly settled: number[] = [];
  readonly sender: Sender;

  constructor(store: Store) {
    this.sender = new Sender({
      writer: 'me',
      clock: this.clock,
      store: Promise.resolve(store),
      ack: undefined,
      limits: () => DEFAULT_LIMITS,
      replicaOf: () => undefined,
      send: (messages) => {
        for (const message of messages) {
          if (message.type !== 'OPS') continue;
          const ids = [...idsOf(message.runs)];
          message.block.entries.forEach(({ key, cell }, i) => {
            this.sent.push({ id: ids[i] as number, key, cell });
          });
        }
      },
      settled: (op) => this.settled.push(op.id),
      changed: () => {},
    });
  }

  get sentKeys(): string[] {
    return this.sent.map(({ key }) => key);
  }

  write(key: string): void {
    const stamp = this.clock.next();
    this.sender.submit(this.sender.nextId(), 'm', key, valueCell(stamp), stamp);
  }

  refuse(code: WireCode, serverMs: number): void {
    const opId = this.sent.at(-1)?.id as number;
    const rejections = [{ opId, code, text: '' }];
    this.sender.onAck({ type: 'ACK', level: 2, runs: [], rejections, serverMs });
  }

  async live(serverMs: number = this.wallMs, level: Level = 2): Promise<void> {
    this.clock.correct(serverMs, 0);
    this.sender.goLive(level, serverMs);
    await settle();
  }
}

/** Lets what needs no timer happen. */
async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

function valueCell(stamp: Stamp): Cell {
  return { kind: 'value', stamp, value: 1, expiresMs: 0 };
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
  });

  it('may hold what only a server with wider limits takes', async () => {
    let value: Value = 1;
    for (let depth = 0; depth < 40; depth++) value = [value];
    const cell: Cell = { kind: 'value', stamp: at(NOW), value, expiresMs: 0 };
    const store = new MemoryStore();
    await store.append([stored(1, 'k'.repeat(2_000), cell)]);
    const bench = new Bench(store);
    await bench.live();
    await bench.sender.adopt(store, 'gone');
    expect(bench.sent).toHaveLength(1);
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
