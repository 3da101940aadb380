import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Bench, NOW, settle, tagsOf } from '../test/support/sender-bench.ts';
import type { Cell } from './cell.ts';
import { encodeCanonical } from './cell-writer.ts';
import { FOREVER } from './life.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { MemoryStore } from './memory-store.ts';
import { orCell } from './or-cell.ts';
import { repeatMs } from './postponed.ts';
import { compareStamps, type Stamp } from './stamp.ts';
import type { StoredOp } from './store.ts';
import type { Value } from './value.ts';
import { valueCell } from './value-cell.ts';

const HOUR = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function one(stamp: Stamp): Cell {
  return valueCell(stamp, 1, FOREVER);
}

function stored(id: number, key: string, cell: Cell): StoredOp {
  return { writer: 'gone', id, map: 'm', key, cell: encodeCanonical(key, cell), at: NOW };
}

describe('an adopted outbox', () => {
  const at = (ms: number): Stamp => ({ ms, counter: 0, writer: 'gone' });

  it('is sent but for what cannot be read', async () => {
    const store = new MemoryStore();
    const broken = { ...stored(2, 'b', one(at(NOW))), cell: Uint8Array.of(0xff) };
    await store.append([stored(1, 'a', one(at(NOW))), broken]);
    await store.append([stored(3, 'c', one(at(NOW)))]);
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
    const cell = valueCell(at(NOW), value, FOREVER);
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
    await store.append([stored(1, 'a', one({ ...early, ms: NOW }))]);
    const bench = new Bench(store);
    await bench.live();
    await bench.sender.adopt(store, 'gone');
    bench.refuse('STALE', NOW);
    expect(bench.rejected).toEqual(['a STALE']);
  });

  it('is older than what is written from now on, even on a clock set back', async () => {
    const store = new MemoryStore();
    await store.append([stored(1, 'a', one(early))]);
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
    expect(tagsOf(bench)).toEqual([early, early]);
    await bench.refuseSent('FUTURE_STAMP', NOW);
    const [add, remove] = tagsOf(bench);
    expect(add?.ms).toBeLessThan(NOW + HOUR);
    expect(remove).toEqual(add);
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
