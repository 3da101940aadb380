import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { states } from '../test/support/arbitraries.ts';
import { GridSlice } from '../test/support/grid-slice.ts';
import { Peer } from '../test/support/peer.ts';
import { until } from '../test/support/until.ts';
import { blockOf } from './block-codec.ts';
import type { Cell } from './cell.ts';
import { TopGunClient } from './client.ts';
import { HybridClock } from './clock.ts';
import { counterCell } from './counter-cell.ts';
import { addDelta, setDelta } from './delta.ts';
import { join } from './join.ts';
import { FOREVER } from './life.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { Fetch, Message } from './message.ts';
import { partitionOf } from './partition.ts';
import { Replica } from './replica.ts';
import { Subscriptions } from './subscriptions.ts';
import { valueCell } from './value-cell.ts';

/* Servers that were split may have made one key as two kinds (PROTOCOL section 3). */

const MAP = 'm';
const KEY = 'k';
const PARTITION = partitionOf(KEY);

/** One of each kind, the winners first; the later in this order the later they were written. */
const CELLS: readonly Cell[] = [
  valueCell({ ms: 1, counter: 0, writer: 'a' }, 1, FOREVER),
  setDelta({ x: 2 }, { ms: 2, counter: 0, writer: 'b' }, FOREVER, DEFAULT_LIMITS),
  addDelta(3, { ms: 3, counter: 0, writer: 'c' }, DEFAULT_LIMITS),
  counterCell(null, [{ stamp: { ms: 4, counter: 0, writer: 'd' }, plus: 4, minus: 0 }]),
];
const PAIRS = CELLS.flatMap((winner, i) =>
  CELLS.slice(i + 1).map((loser): [string, Cell, Cell] => [
    `a ${winner.kind} over a ${loser.kind}`,
    winner,
    loser,
  ]),
);

describe('what replicas have of a key, of whatever kinds', () => {
  const cells = states.map(([cell]) => cell);

  it('joinIsCommutativeAssociativeIdempotent', () => {
    fc.assert(
      fc.property(cells, cells, cells, (a, b, c) => {
        expect(join(a, b)).toEqual(join(b, a));
        expect(join(join(a, b), c)).toEqual(join(a, join(b, c)));
        expect(join(a, a)).toBe(a);
        expect(join(join(a, b), b)).toEqual(join(a, b));
      }),
    );
  });
});

describe('a client takes, from whatever the server sends,', () => {
  let sent: Message[];
  let replica: Replica;
  let subscriptions: Subscriptions;

  const block = (cell: Cell) => blockOf([{ map: MAP, key: KEY, cell }]);
  const chunk = (cell: Cell): Message => ({
    type: 'SNAPSHOT',
    subId: 1,
    partition: PARTITION,
    ref: 0,
    seq: 7,
    more: false,
    block: block(cell),
  });
  const delta = (cell: Cell): Message => ({
    type: 'DELTA',
    partition: PARTITION,
    ref: 0,
    seq: 8,
    block: block(cell),
  });
  const confirmed = (): Cell | undefined => replica.slices[PARTITION]?.cells.get(KEY);

  beforeEach(() => {
    sent = [];
    replica = new Replica(
      MAP,
      'map',
      () => 50,
      () => {},
    );
    replica.setStatus('local');
    subscriptions = new Subscriptions(new HybridClock(() => 0, 'me'), (messages) => {
      sent.push(...messages);
    });
    subscriptions.add(replica);
    subscriptions.goLive();
    subscriptions.handle({ type: 'STORE', ref: 0, storeId: '00000000000000a1', incarnation: 1 });
  });

  it.each(PAIRS)('%s, in either order', (_, winner, loser) => {
    for (const [first, second] of [
      [chunk(loser), delta(winner)],
      [chunk(winner), delta(loser)],
      [delta(loser), chunk(winner)],
      [delta(winner), chunk(loser)],
    ] as const) {
      replica.put(PARTITION, KEY, undefined);
      subscriptions.handle(first);
      subscriptions.handle(second);
      expect(confirmed()).toEqual(winner);
    }
  });

  it.each(PAIRS)('%s, when it repairs', async (_, winner, loser) => {
    replica.confirm(PARTITION, KEY, loser);
    const server = new GridSlice(MAP, PARTITION, [[KEY, winner]]);
    subscriptions.handle(server.digest(1, 0));
    await Promise.resolve();
    subscriptions.handle(server.answer(sent.at(-1) as Fetch));
    expect(confirmed()).toEqual(winner);
    expect(replica.slices[PARTITION]?.position?.seq).toBe(server.seq);
  });

  it('another kind in the place of what was removed and forgotten while it was away', () => {
    const [value, fields] = CELLS as [Cell & { kind: 'value' }, Cell];
    replica.confirm(PARTITION, KEY, { ...value, value: undefined });
    subscriptions.handle({ ...chunk(fields), frontierMs: value.ms } as Message);
    expect(confirmed()).toEqual(fields);
  });
});

describe('a write', () => {
  let peer: Peer;
  let client: TopGunClient;

  beforeEach(async () => {
    peer = await Peer.start();
    client = new TopGunClient({ url: peer.url, WebSocket, storage: 'memory' });
  });

  afterEach(async () => {
    await client.close();
    await peer.stop();
  });

  it('of a kind that lost meanwhile is refused and rolled back, and what won is shown', async () => {
    const map = client.getMap<unknown>(MAP);
    await map.synced;
    peer.script = (message) => (message.type === 'OPS' ? [] : null);
    const write = map.set(KEY, { x: 1 });
    await until('it is in flight', () => peer.operations.length === 1);
    expect(map.get(KEY)).toEqual({ x: 1 });
    peer.change(1, { map: MAP, key: KEY, cell: CELLS[0] as Cell });
    await until('what won is shown', () => map.get(KEY) === 1);
    const [ops] = peer.of('OPS');
    if (ops !== undefined) peer.send(peer.refuse(ops, 'KIND_MISMATCH'));
    expect(await write.server).toMatchObject({ ok: false, code: 'KIND_MISMATCH' });
    expect([map.get(KEY), map.size, client.outbox.size]).toEqual([1, 1, 0]);
  });
});
