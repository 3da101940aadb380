import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type ClientOptions, MemoryStore, TopGunClient } from '../../src/index.ts';
import { decodeFrame } from '../../src/message-codec.ts';
import { NodeProcess } from '../support/node-process.ts';
import { until } from '../support/until.ts';

let node: NodeProcess;
const clients: TopGunClient[] = [];
let mapNumber = 0;

beforeAll(async () => {
  node = await NodeProcess.start();
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

/** A map that no other test uses. */
function freshMap(): string {
  return `map-${++mapNumber}`;
}

interface Todo {
  readonly text: string;
  readonly done: boolean;
}

describe('two clients', () => {
  it('see each other’s writes', async () => {
    const name = freshMap();
    const [one, two] = [connect().getMap<Todo>(name), connect().getMap<Todo>(name)];
    await two.synced;
    const result = await one.set('a', { text: 'milk', done: false }).server;
    expect(result).toMatchObject({ ok: true, level: 'persisted' });
    await until('two has a', () => two.has('a'));
    await two.update('a', { done: true }).server;
    await until('one has it done', () => one.get('a')?.done === true);
    expect(one.get('a')).toEqual({ text: 'milk', done: true });
    await one.delete('a').server;
    await until('two has not', () => !two.has('a'));
    expect([one.size, two.size]).toEqual([0, 0]);
  });

  it('that edit two fields of one entry offline both win', async () => {
    const name = freshMap();
    const [a, b] = [connect(), connect()];
    const [one, two] = [a.getMap<Todo>(name), b.getMap<Todo>(name)];
    await one.set('a', { text: 'milk', done: false }).server;
    await until('two has a', () => two.has('a'));
    a.connection.pause();
    b.connection.pause();
    one.update('a', { text: 'oat milk' });
    two.update('a', { done: true });
    a.connection.resume();
    b.connection.resume();
    // Names come back in text order.
    const both = { done: true, text: 'oat milk' };
    await until('they agree', () => [one, two].every((map) => same(map.get('a'), both)));
  });

  it('agree on the later of two offline writes, whichever is delivered last', async () => {
    const name = freshMap();
    let laterMs = 0;
    const [a, b] = [connect(), connect({ now: () => Date.now() + laterMs })];
    const [one, two] = [a.getMap<number>(name), b.getMap<number>(name)];
    await Promise.all([one.synced, two.synced]);
    a.connection.pause();
    b.connection.pause();
    one.set('a', 1);
    laterMs = 1_000;
    two.set('a', 2);
    b.connection.resume();
    await until('the later one is delivered', () => b.outbox.size === 0);
    a.connection.resume();
    await until('the earlier one is delivered', () => a.outbox.size === 0);
    await until('they agree', () => one.get('a') === 2 && two.get('a') === 2);
    expect(await read(name, 'a')).toBe(2);
  });

  it('keep in an OR-Map what is added while another removes', async () => {
    const name = freshMap();
    const [a, b] = [connect(), connect()];
    const [one, two] = [a.getORMap<string>(name), b.getORMap<string>(name)];
    await one.add('tags', 'x').server;
    await until('two has x', () => same(two.get('tags'), ['x']));
    a.connection.pause();
    b.connection.pause();
    one.remove('tags', 'x');
    two.add('tags', 'x');
    two.add('tags', 'y');
    a.connection.resume();
    b.connection.resume();
    await until('they agree', () =>
      [one, two].every((map) => same([...map.get('tags')].sort(), ['x', 'y'])),
    );
    await two.remove('tags', 'x').server;
    await until('x is gone everywhere', () => same(one.get('tags'), ['y']));
  });

  it('count together, offline too', async () => {
    const name = freshMap();
    const [a, b] = [connect(), connect()];
    const [one, two] = [a.getCounters(name), b.getCounters(name)];
    await one.add('page', 10).server;
    await until('two has it', () => two.get('page') === 10);
    a.connection.pause();
    b.connection.pause();
    for (let i = 0; i < 100; i++) {
      one.add('page');
      two.add('page', -3);
    }
    a.connection.resume();
    b.connection.resume();
    await until('they agree', () => [one, two].every((it) => it.get('page') === 10 + 100 - 300));
  });

  it('share bytes, big integers and names of JavaScript', async () => {
    const name = freshMap();
    const [one, two] = [connect().getMap<unknown>(name), connect().getMap<unknown>(name)];
    const value = { bytes: Uint8Array.of(0, 255), big: 2n ** 62n, constructor: [1.5, null, 'ä😀'] };
    await one.set('__proto__', value).server;
    await until('two has it', () => two.has('__proto__'));
    expect(two.get('__proto__')).toEqual(value);
  });
});

describe('the node', () => {
  it('rejects a write of another kind, which is rolled back', async () => {
    const name = freshMap();
    const [a, b] = [connect(), connect()];
    const [one, two] = [a.getMap<unknown>(name), b.getMap<unknown>(name)];
    await two.synced;
    b.connection.pause();
    await one.set('a', 1).server;
    const write = two.set('a', { x: 1 });
    expect(two.get('a')).toEqual({ x: 1 });
    b.connection.resume();
    expect(await write.server).toMatchObject({ ok: false, code: 'KIND_MISMATCH' });
    await until('two shows what the server has', () => two.get('a') === 1);
    expect(b.outbox.size).toBe(0);
  });

  it('takes the writes of a client whose clock is an hour ahead, at the right time', async () => {
    const ahead = connect({ now: () => Date.now() + 3_600_000 });
    ahead.connection.pause();
    const map = ahead.getMap<number>(freshMap());
    const offline = map.set('a', 1);
    ahead.connection.resume();
    const result = await offline.server;
    expect(result.ok && result.stamp.ms).toBeLessThan(Date.now() + 5_000);
    expect(ahead.connection.clockOffsetMs).toBeLessThan(-3_590_000);
  });

  it('corrects a clock that jumps ahead while connected', async () => {
    let aheadMs = 0;
    const client = connect({ now: () => Date.now() + aheadMs });
    const map = client.getMap<number>(freshMap());
    await map.synced;
    aheadMs = 3_600_000;
    const result = await map.set('a', 1).server;
    expect(result.ok && result.stamp.ms).toBeLessThan(Date.now() + 5_000);
  });

  it('gives a client that was away what has changed, and nothing else', async () => {
    const name = freshMap();
    const storage = new MemoryStore();
    const writer = connect().getMap<number>(name);
    await Promise.all(Array.from({ length: 500 }, (_, i) => writer.set(`k${i}`, i).server));
    const before = connect({ storage });
    await before.getMap(name).synced;
    expect(before.getMap(name).size).toBe(500);
    await before.close();
    await writer.set('k7', -7).server;
    await writer.delete('k8').server;
    const [Socket, cells] = counting();
    const after = connect({ storage, WebSocket: Socket });
    const map = after.getMap<number>(name);
    await map.synced;
    expect([map.size, map.get('k7'), map.has('k8')]).toEqual([499, -7, false]);
    expect(cells()).toBe(2);
  });

  it('takes 20,000 offline writes in a few frames', async () => {
    const client = connect();
    client.connection.pause();
    const name = freshMap();
    const map = client.getMap<Todo>(name);
    for (let i = 0; i < 20_000; i++) map.set(`k${i}`, { text: `todo ${i}`, done: false });
    client.connection.resume();
    await until('the outbox is empty', () => client.outbox.size === 0);
    const other = connect().getMap<Todo>(name);
    await other.synced;
    expect(other.size).toBe(20_000);
  });

  it('reads an entry as absent when its time is over', async () => {
    const name = freshMap();
    const [one, two] = [connect().getMap<number>(name), connect().getMap<number>(name)];
    await one.set('a', 1, { ttlMs: 1_500 }).server;
    await until('two has it', () => two.get('a') === 1);
    const gone: string[] = [];
    two.subscribe(({ changes }) => {
      for (const { key, value } of changes) if (value === undefined) gone.push(key);
    });
    await until('it is over', () => two.size === 0);
    expect([two.has('a'), gone]).toEqual([false, ['a']]);
  });

  it('keeps an entry as long as somebody reads it', async () => {
    const name = freshMap();
    const [a, b] = [connect(), connect()];
    const [one, two] = [a.getMap<number>(name), b.getMap<number>(name)];
    const written = Date.now();
    await one.set('a', 1, { maxIdleMs: 1_500 }).server;
    await until('two has read it past its first idle time', () => {
      return two.get('a') === 1 && Date.now() > written + 2_500;
    });
    expect(one.has('a')).toBe(true);
    await until('nobody reads it any more', () => one.size === 0 && two.size === 0);
    expect(await read(name, 'a')).toBeUndefined();
  });

  it('refuses a name that is not one before it is sent', () => {
    const client = connect();
    for (const name of ['../../x', '__proto__', '', undefined as unknown as string]) {
      expect(() => client.getMap(name)).toThrow(
        expect.objectContaining({ code: 'INVALID_MAP_NAME' }),
      );
    }
  });
});

describe('a node that is killed', () => {
  it('has every acknowledged write, and takes the others once, after its restart', async () => {
    const name = freshMap();
    const client = connect();
    const map = client.getMap<number>(name);
    const tags = client.getORMap<number>(`${name}-tags`);
    await Promise.all(Array.from({ length: 200 }, (_, i) => map.set(`k${i}`, i).server));
    for (let i = 200; i < 400; i++) map.set(`k${i}`, i);
    for (let i = 0; i < 50; i++) tags.add('all', i);
    await node.kill();
    for (let i = 400; i < 600; i++) map.set(`k${i}`, i);
    for (let i = 50; i < 100; i++) tags.add('all', i);
    expect(map.size).toBe(600);
    await node.start();
    await until('the outbox is empty', () => client.outbox.size === 0, 90_000);
    const other = connect();
    const [seen, seenTags] = [other.getMap<number>(name), other.getORMap<number>(`${name}-tags`)];
    await Promise.all([seen.synced, seenTags.synced]);
    expect(seen.size).toBe(600);
    expect([...seen.entries()].every(([key, value]) => key === `k${value}`)).toBe(true);
    // An operation that was applied twice would be a tag too many.
    expect([...seenTags.get('all')].sort((a, b) => a - b)).toEqual(Array.from(Array(100).keys()));
    expect([...map.entries()].sort()).toEqual([...seen.entries()].sort());
  }, 180_000);
});

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** What a new client is told. */
async function read(name: string, key: string): Promise<unknown> {
  const map = connect().getMap(name);
  await map.synced;
  return map.get(key);
}

/** A WebSocket that counts the cells it receives. */
function counting(): [typeof WebSocket, () => number] {
  let cells = 0;
  class Counting extends WebSocket {
    constructor(url: string, protocol: string) {
      super(url, protocol);
      this.on('message', (data) => {
        for (const message of decodeFrame(new Uint8Array(data as ArrayBuffer))) {
          if ('block' in message) cells += message.block.entries.length;
        }
      });
    }
  }
  return [Counting as typeof WebSocket, () => cells];
}
