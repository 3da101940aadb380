import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { WebSocketClass } from '../../src/api.ts';
import type { Entry } from '../../src/block-codec.ts';
import type { Cell } from '../../src/cell.ts';
import { type ClientOptions, MemoryStore, TopGunClient } from '../../src/index.ts';
import { FOREVER } from '../../src/life.ts';
import { decodeFrame } from '../../src/message-codec.ts';
import { orCell } from '../../src/or-cell.ts';
import { partitionOf } from '../../src/partition.ts';
import type { Stamp } from '../../src/stamp.ts';
import { valueCell } from '../../src/value-cell.ts';
import { NodeProcess } from '../support/node-process.ts';
import { digestsOf } from '../support/plain-digests.ts';
import { until } from '../support/until.ts';
import { WireClient } from '../support/wire-client.ts';

/* Failures that were seen in another system of this kind, each by the name under which it was reported. */

const DAY_MS = 86_400_000;
const PERSISTED = 2;

let node: NodeProcess;
let wire: WireClient;
let mapNumber = 0;
const clients: TopGunClient[] = [];

beforeAll(async () => {
  node = await NodeProcess.start();
  wire = await WireClient.open(node.url);
});

afterAll(async () => {
  wire?.close();
  await node?.remove();
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

function connect(options: Partial<ClientOptions> = {}): TopGunClient {
  const client = new TopGunClient({ url: node.url, WebSocket, storage: 'memory', ...options });
  clients.push(client);
  return client;
}

function freshMap(): string {
  return `failure-${++mapNumber}`;
}

function stampAt(ms: number, counter = 0): Stamp {
  return { ms, counter, writer: 'wire' };
}

function valueAt(map: string, key: string, ms: number, value: string): Entry {
  return { map, key, cell: valueCell(stampAt(ms), value, FOREVER) };
}

/** What a client is shown that has never been here. */
async function read(map: string, key: string): Promise<unknown> {
  const live = connect().getMap(map);
  await live.synced;
  return live.get(key);
}

/** A WebSocket that counts the operations it sends and the cells it receives. */
function counting(): { Socket: WebSocketClass; sent: () => number; received: () => number } {
  const counts = { sent: 0, received: 0 };
  const cellsOf = (frame: Uint8Array): number =>
    decodeFrame(frame).reduce((sum, it) => sum + ('block' in it ? it.block.entries.length : 0), 0);
  class Socket extends WebSocket {
    constructor(url: string, protocol: string) {
      super(url, protocol);
      this.on('message', (data) => {
        counts.received += cellsOf(new Uint8Array(data as ArrayBuffer));
      });
    }

    override send(data: unknown): void {
      counts.sent += cellsOf(data as Uint8Array);
      super.send(data as Uint8Array);
    }
  }
  return { Socket, sent: () => counts.sent, received: () => counts.received };
}

describe('1: the server stamps writes again', () => {
  it('an edit stamped 24 hours before and delivered later does not win', async () => {
    const map = freshMap();
    const yesterday = Date.now() - DAY_MS;
    const live = connect().getMap<string>(map);
    await live.set('a', 'today').server;
    const ack = await wire.write(
      PERSISTED,
      valueAt(map, 'a', yesterday, 'yesterday'),
      valueAt(map, 'b', yesterday, 'yesterday'),
    );
    expect(ack.rejections).toEqual([]);
    await until('what was delivered later is here', () => live.get('b') === 'yesterday');
    expect(live.get('a')).toBe('today');
    expect(await read(map, 'a')).toBe('today');
    const b = (await wire.cells(map)).find(({ key }) => key === 'b');
    expect(b?.cell).toMatchObject(stampAt(yesterday));
  });
});

describe('2: deletes leave no tombstone', () => {
  it('a remote delete reaches the other client, and a stale put does not bring the key back', async () => {
    const map = freshMap();
    const before = Date.now();
    const [one, two] = [connect().getMap<string>(map), connect().getMap<string>(map)];
    await one.set('a', 'here').server;
    await until('two has it', () => two.get('a') === 'here');
    await one.delete('a').server;
    await until('two has it no more', () => !two.has('a'));
    const ack = await wire.write(
      PERSISTED,
      valueAt(map, 'a', before - 1, 'stale'),
      valueAt(map, 'b', before - 1, 'behind it'),
    );
    expect(ack.rejections).toEqual([]);
    await until('two has what came behind the stale put', () => two.has('b'));
    expect([one.has('a'), two.has('a'), await read(map, 'a')]).toEqual([false, false, undefined]);
  });
});

describe('3: the server makes tags of its own', () => {
  it('add and then remove leave nothing on others, and to send again duplicates nothing', async () => {
    const map = freshMap();
    const stamp = stampAt(Date.now() - 1_000);
    const tag = (key: string): Entry => ({
      map,
      key,
      cell: orCell([{ stamp, value: 'x', removedMs: 0 }]),
    });
    const two = connect().getORMap<string>(map);
    const [added, kept] = [tag('gone'), tag('kept')];
    await wire.write(PERSISTED, added, kept);
    await wire.write(PERSISTED, added, kept);
    await until('two has them', () => two.size === 2);
    expect([two.get('gone'), two.get('kept')]).toEqual([['x'], ['x']]);
    const removed = orCell([{ stamp, value: undefined, removedMs: Date.now() }]);
    await wire.write(PERSISTED, { map, key: 'gone', cell: removed });
    await until('two has one', () => two.size === 1);
    await wire.write(PERSISTED, added, kept, tag('behind'));
    await until('two has what came behind', () => two.get('behind').length === 1);
    expect([two.get('gone'), two.get('kept')]).toEqual([[], ['x']]);
  });
});

describe('4: each write sends all that is not acknowledged', () => {
  it('300 writes are 300 operations, online and offline', async () => {
    const { Socket, sent } = counting();
    const client = connect({ WebSocket: Socket });
    const map = client.getMap<number>(freshMap());
    await map.synced;
    for (let i = 0; i < 300; i++) {
      map.set(`k${i}`, i);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until('all are acknowledged', () => client.outbox.size === 0);
    expect(sent()).toBe(300);
    client.connection.pause();
    for (let i = 0; i < 300; i++) map.set(`k${i}`, -i);
    client.connection.resume();
    await until('all are acknowledged', () => client.outbox.size === 0);
    expect(sent()).toBe(600);
  });
});

describe('5: digests of client and server differ', () => {
  it('a client that comes back is sent nothing if nothing has changed', async () => {
    const name = freshMap();
    const storage = new MemoryStore();
    const before = connect({ storage });
    const map = before.getORMap<number>(name);
    for (let i = 0; i < 200; i++) map.add(`k${i % 20}`, i);
    for (let i = 0; i < 50; i++) map.remove(`k${i % 20}`, i);
    await until('all is acknowledged', () => before.outbox.size === 0);
    await map.synced;
    await before.close();
    // An acknowledgement may overtake the change itself, which this one is then sent.
    const between = connect({ storage });
    await between.getORMap<number>(name).synced;
    await between.close();
    const { Socket, received } = counting();
    const after = connect({ storage, WebSocket: Socket }).getORMap<number>(name);
    await after.synced;
    expect([after.size, received()]).toEqual([20, 0]);
  });

  it('the digest the server states is that of the cells, removed tags included', async () => {
    const name = freshMap();
    const client = connect();
    const map = client.getORMap<number>(name);
    for (let i = 0; i < 20; i++) map.add('k', i);
    for (let i = 0; i < 5; i++) map.remove('k', i);
    await until('all is acknowledged', () => client.outbox.size === 0);
    const cells: Map<string, Cell> = new Map();
    for (const { key, cell } of await wire.cells(name)) cells.set(key, cell);
    const subId = 1_000;
    const seqs = [partitionOf('k'), 1];
    // A position in a store that nobody knows is not good, so the digests are told instead.
    const positions = [{ storeId: '00ff00ff00ff00ff', incarnation: 1, seqs }];
    wire.send({ type: 'SUBSCRIBE', subId, maps: [name], positions });
    const digest = await wire.first('DIGEST');
    expect([digest.map, digest.depth]).toEqual([name, 0]);
    expect(digest.digests).toEqual(digestsOf(cells, 0));
    wire.send({ type: 'UNSUBSCRIBE', subId });
  });

  it('of two writes of one time the same wins everywhere: by the bytes of the writers', async () => {
    const map = freshMap();
    const ms = Date.now() - 1_000;
    const by = (writer: string, key: string): Entry => {
      const stamp = { ms, counter: 0, writer };
      return { map, key, cell: valueCell(stamp, writer, FOREVER) };
    };
    // As numbers, or by some locales, 10 would be behind 9.
    await wire.write(PERSISTED, by('10', 'a'), by('9', 'b'));
    const live = connect().getMap<string>(map);
    await live.synced;
    await wire.write(PERSISTED, by('9', 'a'), by('10', 'b'), by('9', 'c'));
    await until('all is here', () => live.has('c'));
    expect([live.get('a'), live.get('b')]).toEqual(['9', '9']);
    expect([await read(map, 'a'), await read(map, 'b')]).toEqual(['9', '9']);
  });
});

describe('6: every acknowledgement says APPLIED, and the server drops the TTL', () => {
  it('the acknowledgement tells the level that was reached', async () => {
    const map = freshMap();
    const welcome = await wire.first('WELCOME');
    expect(welcome.highestLevel).toBe(PERSISTED);
    const now = Date.now();
    const wanted = await wire.write(PERSISTED, valueAt(map, 'a', now, 'x'));
    const more = await wire.write(3, valueAt(map, 'b', now, 'x'));
    // One node cannot replicate: it says how far it came.
    expect([wanted.level, more.level]).toEqual([PERSISTED, PERSISTED]);
    const result = await connect({ ack: 'persisted' }).getMap(map).set('c', 1).server;
    expect(result).toMatchObject({ ok: true, level: 'persisted' });
  });

  it('the server keeps the TTL of an entry, and nobody is shown it afterwards', async () => {
    const map = freshMap();
    const live = connect().getMap<number>(map);
    await live.set('later', 1, { ttlMs: DAY_MS }).server;
    await live.set('soon', 1, { ttlMs: 500 }).server;
    const later = (await wire.cells(map)).find(({ key }) => key === 'later')?.cell;
    expect(later?.kind === 'value' && later.life.expiresMs - later.ms).toBe(DAY_MS);
    await until('it is over', () => !live.has('soon'));
    expect([await read(map, 'soon'), await read(map, 'later')]).toEqual([undefined, 1]);
  });
});
