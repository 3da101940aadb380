import { beforeEach, describe, expect, it } from 'vitest';
import { blockOf, type Entry } from './block-codec.ts';
import type { Cell } from './cell.ts';
import { HybridClock } from './clock.ts';
import { counterCell, SHARE_MS } from './counter-cell.ts';
import { FOREVER, type Life } from './life.ts';
import type { Message } from './message.ts';
import { partitionOf } from './partition.ts';
import { type MapKind, Replica } from './replica.ts';
import { Subscriptions } from './subscriptions.ts';
import { valueCell } from './value-cell.ts';

const KEY = 'k';
const PARTITION = partitionOf(KEY);
/** Of another partition. */
const FAR = 'far away';

const value = (ms: number, content: number | undefined, life: Life = FOREVER): Cell =>
  valueCell({ ms, counter: 0, writer: 'w' }, content, life);

let subscriptions: Subscriptions;

beforeEach(() => {
  subscriptions = new Subscriptions(new HybridClock(() => 0, 'me'), () => {});
  subscriptions.goLive();
  subscriptions.handle({ type: 'STORE', ref: 0, storeId: '00000000000000a1', incarnation: 1 });
});

/** The next subscription: the first one is 1. */
function subscribe(name: string, kind: MapKind = 'map'): Replica {
  const replica = new Replica(
    name,
    kind,
    () => 50,
    () => {},
  );
  replica.setStatus('local');
  subscriptions.add(replica);
  return replica;
}

function snapshot(subId: number, entry: Entry, frontierMs?: number): Message {
  const partition = partitionOf(entry.key);
  const block = blockOf([entry]);
  const chunk = { type: 'SNAPSHOT', subId, partition, ref: 0, seq: 7, more: false, block } as const;
  return frontierMs === undefined ? chunk : { ...chunk, frontierMs };
}

/** A replica that was kept, with the position that it states. */
function asItWasLeft(replica: Replica): void {
  replica.confirm(PARTITION, KEY, value(3, undefined));
  const slice = replica.slices[PARTITION];
  if (slice) slice.position = { storeId: '00000000000000a1', incarnation: 1, seq: 7 };
}

function frontier(frontierMs: number): Message {
  return { type: 'FRONTIER', partition: PARTITION, ref: 0, seq: 9, frontierMs };
}

function digest(digests = new Uint8Array(8)): Message {
  const place = { subId: 1, map: 'one', partition: PARTITION, ref: 0, seq: 7, depth: 0 };
  return { type: 'DIGEST', ...place, digests, frontierMs: 2 };
}

function cellOf(replica: Replica): Cell | undefined {
  return replica.slices[PARTITION]?.cells.get(KEY);
}

describe('the frontier of a partition', () => {
  it('takes what it has passed from all maps, and moves their positions', () => {
    const [one, two] = [subscribe('one'), subscribe('two')];
    subscriptions.handle(snapshot(1, { map: 'one', key: KEY, cell: value(3, undefined) }));
    subscriptions.handle(snapshot(2, { map: 'two', key: KEY, cell: value(4, undefined) }));
    for (const replica of [one, two]) replica.dirty.clear();
    subscriptions.handle(frontier(3));
    expect([cellOf(one), cellOf(two)]).toEqual([undefined, value(4, undefined)]);
    expect([one.dirty.has(PARTITION), two.dirty.size]).toEqual([true, 0]);
    for (const replica of [one, two]) {
      expect(replica.slices[PARTITION]?.position?.seq).toBe(9);
    }
  });

  it('comes with the last chunk, for the map of that chunk', () => {
    const [one, two] = [subscribe('one'), subscribe('two')];
    two.confirm(PARTITION, KEY, value(3, undefined));
    subscriptions.handle(snapshot(1, { map: 'one', key: KEY, cell: value(3, undefined) }, 3));
    expect([cellOf(one), cellOf(two)]).toEqual([undefined, value(3, undefined)]);
  });

  it('waits until the client is caught up, as a touch may be missing', () => {
    const life = { expiresMs: 0, idleMs: 5, touchedMs: 1 };
    const one = subscribe('one');
    one.confirm(PARTITION, KEY, value(1, 1, life));
    subscriptions.handle(frontier(30));
    const touched = value(1, 1, { ...life, touchedMs: 48 });
    subscriptions.handle(snapshot(1, { map: 'one', key: KEY, cell: touched }, 30));
    expect(one.get(KEY)).toBe(1);
    expect(one.slices[partitionOf(FAR)]?.isCaughtUp).toBe(false);
  });

  it('is taken behind a chunk that it overtook', () => {
    const one = subscribe('one');
    subscriptions.handle(frontier(3));
    subscriptions.handle(snapshot(1, { map: 'one', key: KEY, cell: value(3, undefined) }, 2));
    expect(cellOf(one)).toBeUndefined();
  });

  it('is taken behind a digest that it overtook', () => {
    const one = subscribe('one');
    one.confirm(PARTITION, KEY, value(3, undefined));
    subscriptions.handle(frontier(3));
    subscriptions.handle(digest(one.slices[PARTITION]?.cells.digests(0)));
    expect(one.slices[PARTITION]?.isCaughtUp).toBe(true);
    expect(cellOf(one)).toBeUndefined();
  });

  it('is taken behind buckets that it overtook', () => {
    const one = subscribe('one');
    subscriptions.handle(digest(new Uint8Array(8).fill(1)));
    subscriptions.handle(frontier(3));
    const block = blockOf([{ map: 'one', key: KEY, cell: value(3, undefined) }]);
    const place = { subId: 1, map: 'one', partition: PARTITION, depth: 0 };
    subscriptions.handle({ type: 'BUCKETS', ...place, buckets: [0], block });
    expect(one.slices[PARTITION]?.isCaughtUp).toBe(true);
    expect(cellOf(one)).toBeUndefined();
  });

  it('is taken once all is said to be sent where nothing else was', () => {
    const one = subscribe('one');
    asItWasLeft(one);
    subscriptions.handle(frontier(3));
    expect(cellOf(one)).toEqual(value(3, undefined));
    subscriptions.handle({ type: 'SYNCED', subId: 1 });
    expect(cellOf(one)).toBeUndefined();
    expect(one.slices[PARTITION]?.position?.seq).toBe(7);
    subscriptions.handle(frontier(4));
    expect(one.slices[PARTITION]?.position?.seq).toBe(9);
  });

  it('waits for the end of a repair, whatever else is said to be sent', () => {
    const one = subscribe('one');
    asItWasLeft(one);
    subscriptions.handle(digest(new Uint8Array(8).fill(1)));
    subscriptions.handle(frontier(3));
    subscriptions.handle({ type: 'SYNCED', subId: 1 });
    expect(cellOf(one)).toEqual(value(3, undefined));
    expect(one.slices[PARTITION]?.isCaughtUp).toBe(false);
  });

  it('is forgotten with the connection that told it', () => {
    const one = subscribe('one');
    asItWasLeft(one);
    subscriptions.handle(frontier(3));
    subscriptions.goOffline();
    subscriptions.goLive();
    subscriptions.handle({ type: 'STORE', ref: 0, storeId: '00000000000000a1', incarnation: 1 });
    subscriptions.handle({ type: 'SYNCED', subId: 1 });
    expect(cellOf(one)).toEqual(value(3, undefined));
  });

  it('says nothing of what another store has, nor of what another connection tells', () => {
    const one = subscribe('one');
    const chunk = snapshot(1, { map: 'one', key: KEY, cell: value(3, undefined) });
    subscriptions.handle(frontier(3));
    subscriptions.handle({ type: 'STORE', ref: 1, storeId: '00000000000000a2', incarnation: 1 });
    subscriptions.handle({ ...chunk, ref: 1 } as Message);
    expect(cellOf(one)).toEqual(value(3, undefined));
    subscriptions.goOffline();
    subscriptions.goLive();
    subscriptions.handle({ type: 'STORE', ref: 0, storeId: '00000000000000a1', incarnation: 1 });
    subscriptions.handle(chunk);
    expect(cellOf(one)).toEqual(value(3, undefined));
  });

  it('folds what was counted, of which nobody is told', () => {
    const counters = subscribe('likes', 'counters');
    const told: unknown[] = [];
    const share = { stamp: { ms: 5, counter: 0, writer: 'w' }, plus: 3, minus: 1 };
    const cell = counterCell(null, [share]);
    subscriptions.handle(snapshot(1, { map: 'likes', key: KEY, cell }));
    counters.subscribe(({ changes }) => told.push(...changes));
    counters.notify();
    subscriptions.handle(frontier(5 + SHARE_MS));
    counters.notify();
    expect(cellOf(counters)).toEqual(counterCell({ ms: 5, plus: 3, minus: 1 }, []));
    expect([counters.get(KEY), counters.size, told]).toEqual([2, 1, []]);
  });

  it('leaves what is not confirmed', () => {
    const one = subscribe('one');
    subscriptions.handle(snapshot(1, { map: 'one', key: KEY, cell: value(3, undefined) }));
    one.addPending(KEY, { cell: value(2, 7) });
    expect(one.get(KEY)).toBeUndefined();
    subscriptions.handle(frontier(3));
    // The server will say what becomes of it.
    expect([one.get(KEY), one.size]).toEqual([7, 1]);
  });
});
