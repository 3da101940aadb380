import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Peer, STORE } from '../test/support/peer.ts';
import { until } from '../test/support/until.ts';
import { blockOf, type Entry } from './block-codec.ts';
import type { Cell } from './cell.ts';
import { TopGunClient } from './client.ts';
import { digestsOf } from './digest.ts';
import { FOREVER } from './life.ts';
import { MemoryStore } from './memory-store.ts';
import type { Fetch, ServerMessage } from './message.ts';
import { bucketOf, partitionOf } from './partition.ts';

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
let server: Map<string, Cell>;
let fetches: Fetch[];

const cell = (value: number, ms: number): Cell => ({
  kind: 'value',
  stamp: { ms, counter: 0, writer: 'w' },
  value,
  life: FOREVER,
});

const entries = (keep: (key: string) => boolean = () => true): Entry[] =>
  Array.from(server, ([key, it]) => ({ map: MAP, key, cell: it })).filter((it) => keep(it.key));

const digest = (subId: number, depth: number): ServerMessage => ({
  type: 'DIGEST',
  subId,
  map: MAP,
  partition: PARTITION,
  ref: 0,
  seq: 900,
  depth,
  digests: digestsOf(server, depth),
});

/** Answers with at most `most` of the buckets that were asked for. */
function answer(fetch: Fetch, most: number): ServerMessage {
  if (fetch.buckets.length === 0) return digest(fetch.subId, fetch.depth);
  const buckets = fetch.buckets.slice(0, most);
  const block = blockOf(entries((key) => buckets.includes(bucketOf(key, fetch.depth))));
  const { subId, depth } = fetch;
  return { type: 'BUCKETS', subId, map: MAP, partition: PARTITION, depth, buckets, block };
}

function connect(): TopGunClient {
  client = new TopGunClient({ url: peer.url, WebSocket, storage });
  return client;
}

beforeEach(async () => {
  peer = await Peer.start();
  storage = new MemoryStore();
  fetches = [];
  server = new Map(KEYS.map((key, i) => [key, cell(i, 1_000)]));
  peer.script = (message) => {
    if (message.type === 'SUBSCRIBE' && message.positions === null) {
      const { subId } = message;
      const block = blockOf(entries());
      return [
        STORE,
        { type: 'SNAPSHOT', subId, partition: PARTITION, ref: 0, seq: 1, more: false, block },
        { type: 'SYNCED', subId },
      ];
    }
    if (message.type === 'SUBSCRIBE') {
      return [STORE, digest(message.subId, 0), { type: 'SYNCED', subId: message.subId }];
    }
    if (message.type !== 'FETCH') return null;
    fetches.push(message);
    return [answer(message, 1)];
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
    expect(fetches).toEqual([]);
    expect(map.size).toBe(KEYS.length);
  });

  it('leads to the buckets that differ, which are replaced, deletes included', async () => {
    const [changed = '', gone = '', added = 'k0'] = KEYS.slice(1);
    server.set(changed, cell(-1, 2_000));
    server.delete(gone);
    server.set(added, cell(-2, 900));
    const map = connect().getMap(MAP);
    await map.synced;
    expect(fetches[0]).toMatchObject({ depth: 2, buckets: [] });
    expect(map.get(changed)).toBe(-1);
    expect(map.has(gone)).toBe(false);
    // From before the frontier, and yet the server's word counts.
    expect(map.get(added)).toBe(-2);
    const asked = new Set(fetches.flatMap((fetch) => fetch.buckets));
    expect(asked).toEqual(new Set([changed, gone, added].map((key) => bucketOf(key, 2))));
    expect(map.size).toBe(KEYS.length - 1);
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
    server.set(changed, cell(-1, 2_000));
    await map.synced;
    expect(map.get(changed)).toBe(7);
  });

  it('keeps what is still in the outbox', async () => {
    const [changed = ''] = KEYS;
    const script = peer.script;
    peer.script = (message, self) => (message.type === 'OPS' ? [] : script(message, self));
    const again = connect();
    const map = again.getMap<number>(MAP);
    map.set(changed, 42);
    server.delete(changed);
    await map.synced;
    expect(map.get(changed)).toBe(42);
    await until('the write is on its way', () => peer.operations.length === 1);
  });

  it('is good again the next time', async () => {
    server.delete(KEYS[0] ?? '');
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
