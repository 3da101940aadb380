import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type ClientOptions, type ServerResult, TopGunClient } from '../../src/index.ts';
import { NodeProcess } from '../support/node-process.ts';
import { until } from '../support/until.ts';

/* Three nodes, of which the tests kill some and start them again. */

let nodes: readonly NodeProcess[] = [];
const clients: TopGunClient[] = [];
let mapNumber = 0;

beforeAll(async () => {
  const first = await NodeProcess.start();
  nodes = [first];
  nodes = [first, ...(await Promise.all([1, 2].map(() => NodeProcess.start('', first))))];
});

afterAll(async () => {
  await Promise.all(nodes.map((node) => node.remove()));
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

const node = (at: number): NodeProcess => nodes[at] as NodeProcess;

function connect(at: number, options: Partial<ClientOptions> = {}): TopGunClient {
  const { url } = node(at);
  const client = new TopGunClient({ url, WebSocket, storage: 'memory', ...options });
  clients.push(client);
  return client;
}

/** A map that no other test uses. */
function freshMap(): string {
  return `map-${++mapNumber}`;
}

/** The bytes that sockets have brought since the last look. */
class Measured extends WebSocket {
  static bytes = 0;

  constructor(url: string, protocol: string) {
    super(url, protocol);
    this.on('message', (data: Buffer | ArrayBuffer) => {
      Measured.bytes += data.byteLength;
    });
  }

  static taken(): number {
    const { bytes } = Measured;
    Measured.bytes = 0;
    return bytes;
  }
}

async function synced(client: TopGunClient, name: string): Promise<void> {
  const map = client.getMap(name);
  await until(`${name} is synced`, () => map.status === 'synced');
}

describe('clients of two nodes', () => {
  it('see each other’s values, sets and counts, at the level of a cluster', async () => {
    const name = freshMap();
    const [a, b] = [connect(0), connect(1)];
    const [one, two] = [a.getMap<number>(name), b.getMap<number>(name)];
    const sets = [a, b].map((client) => client.getORMap<string>(`${name}-tags`));
    const counts = [a, b].map((client) => client.getCounters(`${name}-counts`));
    await Promise.all([one, two, ...sets, ...counts].map((map) => map.synced));
    expect(await one.set('a', 1).server).toMatchObject({ ok: true, level: 'replicated' });
    await until('two has it', () => two.get('a') === 1);
    two.set('a', 2);
    sets.forEach((set, i) => {
      set.add('k', `of ${i}`);
    });
    counts.forEach((counters, i) => {
      counters.add('k', i + 1);
    });
    await until('all have all', () => {
      const areTags = sets.every((set) => [...set.get('k')].sort().join() === 'of 0,of 1');
      return one.get('a') === 2 && areTags && counts.every((counters) => counters.get('k') === 3);
    });
  });
});

describe('the page of a node', () => {
  it.each([
    ['may go on at another one', () => node(0).url, true],
    [
      'is still one that was reached by the name of the machine',
      () => `http://localhost:${node(0).port}`,
      true,
    ],
    ['is none of a node if it is of another origin', () => 'http://127.0.0.1:1', false],
  ])('%s', async (_, origin, isAllowed) => {
    const socket = new WebSocket(`${node(1).url.replace('http', 'ws')}/sync`, 'topgun.1', {
      origin: origin(),
    });
    const answer = await new Promise((resolve) => {
      socket.once('open', () => resolve('open'));
      socket.once('error', (error) => resolve(error.message));
    });
    socket.close();
    expect(answer).toBe(isAllowed ? 'open' : 'Unexpected server response: 403');
  });
});

describe('a client whose node is killed', () => {
  const ENTRIES = 3_000;

  it('goes on at another one, and nothing is lost, miscounted, read backwards or read again', async () => {
    const name = freshMap();
    const victim = 2;
    const client = connect(victim, { WebSocket: Measured as ClientOptions['WebSocket'] & object });
    const watcher = connect(0);
    const map = client.getMap<number>(name);
    const tags = client.getORMap<number>(`${name}-tags`);
    const counters = client.getCounters(`${name}-counts`);
    const watched = watcher.getMap<number>(name);
    await Promise.all([map, tags, counters, watched].map((it) => it.synced));
    const filled = Array.from({ length: ENTRIES }, (_, i) => map.set(`k${i}`, i).server);
    for (const result of await Promise.all(filled)) expect(result.ok).toBe(true);
    const back: string[] = [];
    for (const it of [map, watched]) {
      let last = 0;
      it.subscribe(() => {
        const now = it.get('n') ?? 0;
        if (now < last) back.push(`${last} became ${now}`);
        last = now;
      });
    }
    const results: Promise<ServerResult>[] = [];
    const write = (n: number): void => {
      results.push(map.set('n', n).server, tags.add('k', n).server, counters.add('k').server);
    };
    for (let n = 1; n <= 100; n++) {
      write(n);
      if (n % 10 === 0) await Promise.all(results);
    }
    for (let n = 101; n <= 110; n++) write(n);
    Measured.taken();
    const killedAt = performance.now();
    await node(victim).kill();
    write(111);
    await Promise.all(results);
    const awayMs = performance.now() - killedAt;
    for (const result of await Promise.all(results)) expect(result.ok).toBe(true);
    await synced(client, name);
    const bytes = Measured.taken();
    expect(awayMs).toBeLessThan(10_000);
    // What it has of its maps, to begin anew, is 100 kB; the digests of all partitions are 33 kB.
    expect(bytes).toBeLessThan(60_000);
    for (let n = 112; n <= 120; n++) write(n);
    await Promise.all(results);

    const fresh = connect(1);
    const [values, sets, counts] = [
      fresh.getMap<number>(name),
      fresh.getORMap<number>(`${name}-tags`),
      fresh.getCounters(`${name}-counts`),
    ];
    await until('all is there', () => {
      const hasAll = values.size === ENTRIES + 1 && values.get('n') === 120;
      return hasAll && sets.get('k').length === 120 && counts.get('k') === 120;
    });
    expect(watched.get('n')).toBe(120);
    expect([counters.get('k'), tags.get('k').length, map.size]).toEqual([120, 120, ENTRIES + 1]);
    expect(back).toEqual([]);

    await node(victim).start();
    const returned = connect(victim).getMap<number>(name);
    await until('it has what it missed', () => returned.size === map.size);
    expect(returned.get('n')).toBe(120);
  }, 300_000);
});

describe('clients of nodes that are restarted one after another', () => {
  it('are told of no error, and have every write on two nodes', async () => {
    const name = freshMap();
    const errors: unknown[] = [];
    const writers = [0, 1, 2].map((at) => {
      const client = connect(at);
      client.outbox.onRejected((write) => errors.push(write));
      const map = client.getMap<number>(name);
      const tags = client.getORMap<string>(`${name}-tags`);
      const counters = client.getCounters(`${name}-counts`);
      for (const it of [map, tags, counters]) {
        it.subscribe(() => it.error === undefined || errors.push(it.error));
      }
      return { at, map, tags, counters };
    });
    await Promise.all(writers.map(({ map }) => map.synced));

    const results: Promise<ServerResult>[] = [];
    let rounds = 0;
    const writing = setInterval(() => {
      rounds++;
      for (const { at, map, tags, counters } of writers) {
        const key = `${at}-${rounds}`;
        results.push(map.set(key, rounds).server, tags.add('k', key).server);
        results.push(counters.add('k').server);
      }
    }, 50);
    try {
      for (const one of nodes) {
        await one.stop();
        await one.start();
      }
    } finally {
      clearInterval(writing);
    }
    for (const result of await Promise.all(results)) {
      expect(result).toMatchObject({ ok: true, level: 'replicated' });
    }
    expect(errors).toEqual([]);

    const fresh = connect(1);
    const values = fresh.getMap<number>(name);
    const sets = fresh.getORMap<string>(`${name}-tags`);
    const counts = fresh.getCounters(`${name}-counts`);
    await until('all is there', () => {
      const all = 3 * rounds;
      return values.size === all && sets.get('k').length === all && counts.get('k') === all;
    });
  }, 300_000);
});
