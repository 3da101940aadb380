import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Bench, NOW, type Sent, settle, tagsOf } from '../test/support/sender-bench.ts';
import { encodeCanonical } from './cell-writer.ts';
import { MemoryStore } from './memory-store.ts';
import { orCell } from './or-cell.ts';
import { nameOf, type Stamp } from './stamp.ts';
import type { StoredOp } from './store.ts';

const HOUR = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

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

describe('a tag that the server may have taken', () => {
  const add = (bench: Bench): Stamp => {
    const stamp = bench.clock.next();
    bench.submit('a', orCell([{ stamp, value: 'x', removedMs: 0 }]), stamp);
    return stamp;
  };

  const remove = (bench: Bench, tag: Stamp): void => {
    const stamp = bench.clock.next();
    bench.submit('a', orCell([{ stamp: tag, value: undefined, removedMs: stamp.ms }]), stamp);
  };

  it('keeps its name, also in what removes it, until the server says that it has not', async () => {
    const bench = new Bench(new MemoryStore());
    await bench.live();
    const tag = add(bench);
    await settle();
    bench.sender.goOffline();
    remove(bench, tag);
    await settle();
    bench.sent.splice(0);
    await bench.live(NOW - HOUR);
    expect(tagsOf(bench)).toEqual([tag, tag]);
    await bench.refuseSent('FUTURE_STAMP', NOW - HOUR);
    const [added, removed] = tagsOf(bench);
    expect(added?.ms).toBeLessThan(NOW);
    expect(removed).toEqual(added);
  });

  it('does not share its name with what is stamped while it is on its way', async () => {
    const bench = new Bench(new MemoryStore());
    bench.clock.observe(NOW, 0);
    await bench.live();
    const first = add(bench);
    const second = add(bench);
    await settle();
    await bench.live(NOW - HOUR);
    const third = add(bench);
    expect(new Set([first, second, third].map(nameOf)).size).toBe(3);
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
