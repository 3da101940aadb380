import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  type ClientOptions,
  MemoryStore,
  type RejectedWrite,
  TopGunClient,
  type Write,
} from '../../src/index.ts';
import type { Message, Unknown } from '../../src/message.ts';
import { decodeFrame } from '../../src/message-codec.ts';
import { partitionOf } from '../../src/partition.ts';
import { NodeProcess } from '../support/node-process.ts';
import { until } from '../support/until.ts';

/* A node that forgets what was removed after two seconds instead of thirty days. */

const CONFIG = 'topgun.replica { tombstone-retention = 2s, frontier-every = 100ms }';

let node: NodeProcess;
const clients: TopGunClient[] = [];

beforeAll(async () => {
  node = await NodeProcess.start(CONFIG);
});

afterAll(async () => {
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

/** A WebSocket that keeps what it receives. */
function listening(): [typeof WebSocket, (Message | Unknown)[]] {
  const received: (Message | Unknown)[] = [];
  class Listening extends WebSocket {
    constructor(url: string, protocol: string) {
      super(url, protocol);
      this.on('message', (data) => {
        received.push(...decodeFrame(new Uint8Array(data as ArrayBuffer)));
      });
    }
  }
  return [Listening as typeof WebSocket, received];
}

async function msOf(write: Write): Promise<number> {
  const result = await write.server;
  if (!result.ok) throw new Error(result.code);
  return result.stamp.ms;
}

/** The frontier of a partition follows what is written there: writes until the client hears that it is past. */
async function frontierPasses(
  ms: number,
  keys: readonly string[],
  client: TopGunClient,
  received: readonly (Message | Unknown)[],
): Promise<void> {
  const ticks = client.getMap<number>('ticks');
  const isPast = (key: string): boolean =>
    received.some(
      (it) => it.type === 'FRONTIER' && it.partition === partitionOf(key) && it.frontierMs > ms,
    );
  await until('the frontier is past', async () => {
    await Promise.all(keys.map((key) => ticks.set(key, Date.now()).server));
    return keys.every(isPast);
  });
}

interface Todo {
  readonly text: string;
  readonly done: boolean;
}

describe('a client that was away since before the frontier', () => {
  it('syncs anew, keeps its writes, and is told which of them come too late', async () => {
    const storage = new MemoryStore();
    const away = connect({ storage });
    const before = away.getMap<Todo>('todos');
    const keys = ['gone', 'kept', 'undeleted'];
    for (const key of keys) {
      await before.set(key, { text: key, done: false }).server;
    }
    await away.getCounters('counts').add('all', 1).server;
    await Promise.all([before.synced, away.getCounters('counts').synced]);
    away.connection.pause();
    before.set('gone', { text: 'gone', done: true });
    before.update('kept', { done: true });
    before.delete('undeleted');
    await away.getCounters('counts').add('all', 2).local;
    await away.close();

    const [Socket, received] = listening();
    const other = connect({ WebSocket: Socket });
    const seen = other.getMap<Todo>('todos');
    await seen.synced;
    const deletedMs = await msOf(seen.delete('gone'));
    await frontierPasses(deletedMs, [...keys, 'all'], other, received);

    const [BackSocket, answers] = listening();
    const back = connect({ storage, WebSocket: BackSocket });
    const refused: RejectedWrite[] = [];
    back.outbox.onRejected((write) => refused.push(write));
    const after = back.getMap<Todo>('todos');
    await after.synced;
    await until('the outbox is empty', () => back.outbox.size === 0);
    expect(answers.some((it) => it.type === 'DIGEST')).toBe(true);
    const told = refused.map(({ item, rejection }) => `${item.key} ${rejection.code}`);
    expect(told.sort()).toEqual(['gone STALE', 'undeleted STALE']);
    expect(refused.every((it) => it.isAdopted)).toBe(true);
    const expected = {
      kept: { done: true, text: 'kept' },
      undeleted: { done: false, text: 'undeleted' },
    };
    await until('both agree', () =>
      [after, seen].every((map) => map.size === 2 && map.get('kept')?.done === true),
    );
    const fresh = connect().getMap<Todo>('todos');
    await fresh.synced;
    for (const map of [after, seen, fresh])
      expect(Object.fromEntries(map.entries())).toEqual(expected);
    const counts = back.getCounters('counts');
    await until('what was counted is there, once', () => counts.get('all') === 3);
  });
});

describe('a client that is there when the frontier goes by', () => {
  it('forgets what the node forgets, so that digests stay equal', async () => {
    const storage = new MemoryStore();
    const [Socket, received] = listening();
    const client = connect({ storage, WebSocket: Socket });
    const map = client.getMap<number>('numbers');
    await map.synced;
    await map.set('a', 1, { ttlMs: 500 }).server;
    const deletedMs = await msOf(map.delete('b'));
    await frontierPasses(deletedMs + 500, ['a', 'b'], client, received);
    await client.close();
    const slices = await storage.readMap('numbers');
    expect(slices.map((slice) => slice.partition)).toContain(partitionOf('a'));
    // Neither is kept: a block of no cells has three elements.
    expect(slices.filter((slice) => slice.block[0] !== 0x83)).toEqual([]);
    const [BackSocket, answers] = listening();
    const back = connect({ storage, WebSocket: BackSocket }).getMap('numbers');
    await back.synced;
    expect(answers.filter((it) => 'block' in it && it.block.entries.length > 0)).toEqual([]);
  });
});
