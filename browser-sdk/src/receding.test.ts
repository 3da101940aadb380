import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GridSlice } from '../test/support/grid-slice.ts';
import { blockOf } from './block-codec.ts';
import { type Cell, merge } from './cell.ts';
import { HybridClock } from './clock.ts';
import { counterCell } from './counter-cell.ts';
import { addDelta, countDelta, setDelta, updateDelta } from './delta.ts';
import { FOREVER } from './life.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { Fetch, Message } from './message.ts';
import { partitionOf } from './partition.ts';
import { type MapKind, Replica } from './replica.ts';
import type { Stamp } from './stamp.ts';
import { Subscriptions } from './subscriptions.ts';
import { valueCell } from './value-cell.ts';

/* A client that goes on at a replica that does not have yet all that the one before had. */

const MAP = 'm';
const KEY = 'k';
const PARTITION = partitionOf(KEY);
const FRONTIER_MS = 100;
/** Behind the frontier, and newer. */
const [OLD, NEW] = [50, 150];

let sent: Message[];
let replica: Replica;
let subscriptions: Subscriptions;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  sent = [];
  subscriptions = new Subscriptions(new HybridClock(() => 0, 'me'), (messages) => {
    sent.push(...messages);
  });
});

afterEach(() => {
  subscriptions.close();
  vi.useRealTimers();
});

const at = (ms: number, writer = 'w'): Stamp => ({ ms, counter: 0, writer });
const value = (content: number | undefined, ms: number): Cell =>
  valueCell(at(ms), content, FOREVER);

/** A client that got this from one replica and is compared with another. */
async function move(kind: MapKind, from: Cell, to: Cell | undefined, store = 1): Promise<void> {
  replica = new Replica(
    MAP,
    kind,
    () => NEW,
    () => {},
  );
  replica.setStatus('local');
  subscriptions.add(replica);
  subscriptions.goLive();
  for (const ref of [0, 1]) {
    subscriptions.handle({ type: 'STORE', ref, storeId: `00000000000000a${ref}`, incarnation: 1 });
  }
  const block = blockOf([{ map: MAP, key: KEY, cell: from }]);
  const place = { subId: 1, partition: PARTITION, ref: 0 };
  subscriptions.handle({ type: 'SNAPSHOT', ...place, seq: 7, more: false, block });
  const server = new GridSlice(MAP, PARTITION, to === undefined ? [] : [[KEY, to]]);
  server.ref = store;
  server.frontierMs = FRONTIER_MS;
  subscriptions.handle(server.digest(1, 0));
  await Promise.resolve();
  const question = sent.at(-1) as Fetch;
  if (question.type === 'FETCH') subscriptions.handle(server.answer(question));
  expect(replica.slices[PARTITION]?.cells.get(KEY)).toEqual(to);
}

function catchUp(cell: Cell): void {
  const block = blockOf([{ map: MAP, key: KEY, cell }]);
  subscriptions.handle({ type: 'DELTA', partition: PARTITION, ref: 1, seq: 1_000, block });
}

const fields = setDelta({ a: 1 }, at(OLD), FOREVER, DEFAULT_LIMITS);
const edited = merge(fields, updateDelta({ a: 2 }, at(NEW), DEFAULT_LIMITS));
const tags = addDelta('x', at(NEW), DEFAULT_LIMITS);
const share = (plus: number): Cell => counterCell(null, [{ stamp: at(NEW, 'me'), plus, minus: 0 }]);

describe('what a client was shown and the next replica does not have yet', () => {
  it.each<[string, MapKind, Cell, Cell | undefined, unknown, unknown]>([
    ['a value', 'map', value(2, NEW), value(1, OLD), 2, 1],
    ['a value that is new', 'map', value(2, NEW), undefined, 2, undefined],
    ['a removal', 'map', value(undefined, NEW), value(1, OLD), undefined, 1],
    ['a field', 'map', edited, fields, { a: 2 }, { a: 1 }],
    ['a tag', 'or-map', tags, undefined, ['x'], undefined],
    ['a count', 'counters', share(5), share(4), 5, 4],
  ])('as %s, is shown on for a while', async (_, kind, from, to, shown, there) => {
    await move(kind, from, to);
    expect(replica.get(KEY)).toEqual(shown);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(replica.get(KEY)).toEqual(shown);
    await vi.advanceTimersByTimeAsync(1);
    expect(replica.get(KEY)).toEqual(there);
  });

  it('stays when that has it in time, and nobody is told of anything', async () => {
    await move('map', edited, fields);
    replica.notify();
    const told: unknown[] = [];
    replica.subscribe(({ changes }) => told.push(...changes));
    catchUp(edited);
    await vi.advanceTimersByTimeAsync(20_000);
    replica.notify();
    expect([replica.get(KEY), told]).toEqual([{ a: 2 }, []]);
  });

  it('gives way at once to what is newer there', async () => {
    await move('map', value(2, NEW), value(3, NEW + 1));
    expect(replica.get(KEY)).toBe(3);
  });

  it('is not shown if it may have been removed and forgotten there', async () => {
    await move('map', value(2, OLD), undefined);
    expect(replica.get(KEY)).toBeUndefined();
  });

  it('is not shown if it is the same replica, which knows better', async () => {
    await move('map', value(2, NEW), undefined, 0);
    expect(replica.get(KEY)).toBeUndefined();
  });
});

describe('what is added to a counter of which the next replica has less', () => {
  const add = (ms: number): Cell => {
    const cell = replica.cell(KEY);
    const { closedShares } = replica;
    if (cell?.kind !== 'counter') throw new Error('no counter');
    return countDelta(cell, 1, at(ms, 'me'), DEFAULT_LIMITS, closedShares);
  };

  it('counts beside all that was counted before, wherever that is', async () => {
    await move('counters', share(5), share(4));
    await vi.advanceTimersByTimeAsync(10_000);
    const one = add(NEW + 1);
    catchUp(one);
    const two = add(NEW + 2);
    const elsewhere = [share(5), one, two].reduce(merge);
    expect(elsewhere).toEqual(
      counterCell(null, [
        { stamp: at(NEW, 'me'), plus: 5, minus: 0 },
        { stamp: at(NEW + 1, 'me'), plus: 2, minus: 0 },
      ]),
    );
  });
});
