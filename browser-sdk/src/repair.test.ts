import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { GridSlice } from '../test/support/grid-slice.ts';
import { Peer, STORE } from '../test/support/peer.ts';
import { until } from '../test/support/until.ts';
import { blockOf } from './block-codec.ts';
import type { Cell } from './cell.ts';
import { TopGunClient } from './client.ts';
import { FOREVER } from './life.ts';
import { MemoryStore } from './memory-store.ts';
import type { Fetch, Pick } from './message.ts';
import { bucketOf, partitionOf } from './partition.ts';
import { valueCell } from './value-cell.ts';

/*
 * A server that does not take a client's positions: it answers with digests, as a node does after the
 * frontier has passed them.
 */

const MAP = 'numbers';
const PARTITION = partitionOf('k0');
/** Keys of one partition. */
const KEYS: readonly string[] = Array.from({ length: 60_000 }, (_, i) => `k${i}`).filter(
  (key) => partitionOf(key) === PARTITION,
);

let peer: Peer;
let storage: MemoryStore;
let client: TopGunClient | undefined;
let server: GridSlice;
let questions: (Fetch | Pick)[];

const cell = (value: number, ms: number): Cell =>
  valueCell({ ms, counter: 0, writer: 'w' }, value, FOREVER);

function connect(): TopGunClient {
  client = new TopGunClient({ url: peer.url, WebSocket, storage });
  return client;
}

beforeEach(async () => {
  peer = await Peer.start();
  storage = new MemoryStore();
  questions = [];
  server = new GridSlice(
    MAP,
    PARTITION,
    KEYS.map((key, i) => [key, cell(i, 1_000)]),
  );
  peer.script = (message) => {
    if (message.type === 'SUBSCRIBE' && message.positions === null) {
      const { subId } = message;
      const block = blockOf(server.entries);
      return [
        STORE,
        { type: 'SNAPSHOT', subId, partition: PARTITION, ref: 0, seq: 1, more: false, block },
        { type: 'SYNCED', subId },
      ];
    }
    if (message.type === 'SUBSCRIBE') {
      return [STORE, server.digest(message.subId, 0), { type: 'SYNCED', subId: message.subId }];
    }
    if (message.type !== 'FETCH' && message.type !== 'PICK') return null;
    questions.push(message);
    return [server.answer(message, 7)];
  };
  const first = connect();
  await first.getMap(MAP).synced;
  await first.close();
});

afterEach(async () => {
  await client?.close();
  await peer.stop();
});

describe('a position that the server does not take', () => {
  it('is replaced without a question when nothing differs', async () => {
    const map = connect().getMap(MAP);
    await map.synced;
    expect(questions).toEqual([]);
    expect(map.size).toBe(KEYS.length);
  });

  it('leads to the few buckets that differ, which are replaced, deletes included', async () => {
    const [changed = '', gone = ''] = KEYS.slice(1);
    server.cells.set(changed, cell(-1, 2_000));
    server.cells.delete(gone);
    const map = connect().getMap(MAP);
    await map.synced;
    expect(map.get(changed)).toBe(-1);
    expect(map.has(gone)).toBe(false);
    expect(map.size).toBe(KEYS.length - 1);
    const [digests, buckets, ...others] = questions as Fetch[];
    expect([digests, buckets, others]).toMatchObject([
      { type: 'FETCH', depth: 1, buckets: [], width: 3 },
      { type: 'FETCH', depth: 1 },
      [],
    ]);
    expect(new Set(buckets?.buckets)).toEqual(
      new Set([changed, gone].map((key) => bucketOf(key, 1))),
    );
  });

  it('leads to the cells that differ, where they are many and apart', async () => {
    const changed = KEYS.filter((_, i) => i % 20 === 3);
    const gone = KEYS.filter((_, i) => i % 40 === 7);
    for (const key of changed) server.cells.set(key, cell(-1, 900));
    for (const key of gone) server.cells.delete(key);
    const map = connect().getMap(MAP);
    const seen: string[] = [];
    map.subscribe(({ changes }) => {
      for (const { key, value } of changes) if (value === undefined) seen.push(key);
    });
    await map.synced;
    // From before the frontier, and yet the server's word counts.
    expect(changed.every((key) => map.get(key) === -1)).toBe(true);
    expect(map.size).toBe(KEYS.length - gone.length);
    // What is replaced is never away.
    expect(seen.sort()).toEqual([...gone].sort());
    const picked = questions.filter((it) => it.type === 'PICK');
    expect(picked.length).toBe(Math.ceil(changed.length / 7));
  });

  it('keeps a live change that came before an older bucket', async () => {
    const [changed = ''] = KEYS;
    const map = connect().getMap<number>(MAP);
    const script = peer.script;
    const live: Cell = cell(7, 9_000);
    peer.script = (message, self) => {
      if (message.type === 'FETCH' && message.buckets.length > 0) {
        self.change(901, { map: MAP, key: changed, cell: live });
      }
      return script(message, self);
    };
    server.cells.set(changed, cell(-1, 2_000));
    await map.synced;
    expect(map.get(changed)).toBe(7);
  });

  it('begins anew when the server tells meanwhile of changes that it could not send', async () => {
    const [changed = ''] = KEYS;
    const missed = KEYS.find((key) => bucketOf(key, 1) !== bucketOf(changed, 1)) ?? '';
    const { script } = peer;
    server.cells.set(changed, cell(-1, 2_000));
    peer.script = (message, self) => {
      if (message.type !== 'FETCH' || message.buckets.length === 0) return script(message, self);
      peer.script = script;
      server.write(missed, cell(-2, 3_000));
      return [server.digest(message.subId, 0), server.answer(message)];
    };
    const map = connect().getMap<number>(MAP);
    await map.synced;
    expect([map.get(changed), map.get(missed)]).toEqual([-1, -2]);
  });

  it('keeps what is still in the outbox', async () => {
    const [changed = ''] = KEYS;
    const script = peer.script;
    peer.script = (message, self) => (message.type === 'OPS' ? [] : script(message, self));
    const again = connect();
    const map = again.getMap<number>(MAP);
    map.set(changed, 42);
    server.cells.delete(changed);
    await map.synced;
    expect(map.get(changed)).toBe(42);
    await until('the write is on its way', () => peer.operations.length === 1);
  });

  it('is good again the next time', async () => {
    server.cells.delete(KEYS[0] ?? '');
    const again = connect();
    await again.getMap(MAP).synced;
    await again.close();
    peer.received.length = 0;
    await connect().getMap(MAP).synced;
    const [group] = peer.of('SUBSCRIBE')[0]?.positions ?? [];
    expect(group).toEqual({
      storeId: '00000000000000a1',
      incarnation: 1,
      seqs: [PARTITION, 900],
    });
  });
});
