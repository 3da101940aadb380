import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Peer } from '../test/support/peer.ts';
import { until } from '../test/support/until.ts';
import type { ClientOptions } from './api.ts';
import { TopGunClient } from './client.ts';
import { type CounterCell, counterCell, type Share } from './counter-cell.ts';
import { MemoryStore } from './memory-store.ts';

const HOUR = 3_600_000;

let peer: Peer;
const clients: TopGunClient[] = [];

beforeEach(async () => {
  peer = await Peer.start();
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await peer.stop();
});

function connect(options: Partial<ClientOptions> = {}): TopGunClient {
  const client = new TopGunClient({ url: peer.url, WebSocket, storage: 'memory', ...options });
  clients.push(client);
  return client;
}

/** The shares that were sent, in order. */
function sent(): Share[] {
  return peer.operations.flatMap(({ cell }) => (cell as CounterCell).shares);
}

describe('a counter', () => {
  it('shows at once what this client adds, and what others have added', async () => {
    const counters = connect().getCounters('likes');
    expect(counters.get('page')).toBe(0);
    expect(counters.add('page').id).toBeGreaterThan(0);
    await counters.add('page', -3).server;
    const seen: unknown[] = [];
    counters.subscribe(({ changes }) => seen.push(...changes));
    const stamp = { ms: 5, counter: 0, writer: 'other' };
    const cell = counterCell(null, [{ stamp, plus: 10, minus: 0 }]);
    peer.change(1, { map: 'likes', key: 'page', cell });
    await until('the other one is counted', () => counters.get('page') === 8);
    expect([counters.size, [...counters.entries()]]).toEqual([1, [['page', 8]]]);
    expect(seen).toEqual([{ key: 'page', value: 8 }]);
  });

  it('goes on with one share, offline too', async () => {
    const client = connect();
    const counters = client.getCounters('likes');
    await counters.add('page', 5).server;
    client.connection.pause();
    counters.add('page', -2);
    counters.add('page');
    expect(counters.get('page')).toBe(4);
    client.connection.resume();
    await until('all is sent', () => client.outbox.size === 0);
    expect(sent().map(({ plus, minus }) => [plus, minus])).toEqual([
      [5, 0],
      [5, 2],
      [6, 2],
    ]);
    expect(new Set(sent().map(({ stamp }) => JSON.stringify(stamp))).size).toBe(1);
  });

  it('begins another share well before others fold this one', async () => {
    let aheadMs = 0;
    const start = Date.now();
    peer.serverMs = () => start + aheadMs;
    const counters = connect({ now: () => start + aheadMs }).getCounters('likes');
    await counters.add('page').server;
    aheadMs = 22 * HOUR;
    await counters.add('page').server;
    aheadMs = 24 * HOUR;
    await counters.add('page').server;
    expect(sent().map(({ plus }) => plus)).toEqual([1, 2, 1]);
    expect(counters.get('page')).toBe(3);
  });

  it('is not counted twice when a reloaded page takes over what was left, and goes on', async () => {
    const storage = new MemoryStore();
    const gone = connect({ storage });
    gone.connection.pause();
    const before = gone.getCounters('likes');
    before.add('page', 2);
    await before.add('page', 3).local;
    await gone.close();
    const client = connect({ storage });
    const counters = client.getCounters('likes');
    counters.add('page', 10);
    await until('all is sent', () => client.outbox.size === 0 && counters.get('page') === 15);
    expect(new Set(sent().map(({ stamp }) => stamp.writer)).size).toBe(2);
  });

  it('of a clock that is ahead gets one new stamp for all that was added to a share', async () => {
    const client = connect({ now: () => Date.now() + HOUR });
    client.connection.pause();
    const counters = client.getCounters('likes');
    for (const by of [1, 2, -4]) counters.add('page', by);
    client.connection.resume();
    await until('all is sent', () => client.outbox.size === 0);
    const [first, , last] = sent();
    expect(last).toEqual({ stamp: first?.stamp, plus: 3, minus: 4 });
    expect(last?.stamp.ms).toBeLessThan(Date.now() + 5_000);
    expect(counters.get('page')).toBe(-1);
  });

  it('takes back what is refused, and only that', async () => {
    const client = connect();
    const counters = client.getCounters('likes');
    await counters.add('page', 1).server;
    peer.script = (message) =>
      message.type === 'OPS' ? [peer.refuse(message, 'STALE', 'too late')] : null;
    expect(await counters.add('page', 5).server).toMatchObject({ ok: false, code: 'STALE' });
    peer.script = () => null;
    await counters.add('page', 2).server;
    expect(counters.get('page')).toBe(3);
    expect(sent().map(({ plus }) => plus)).toEqual([1, 6, 3]);
  });

  it.each([0, 1.5, Number.NaN, 2 ** 53])('does not count by %d', async (by) => {
    const counters = connect().getCounters('likes');
    expect(await counters.add('page', by).local).toMatchObject({ code: 'INVALID_VALUE' });
    expect(counters.get('page')).toBe(0);
  });

  it('stops before it counts wrong', async () => {
    const counters = connect().getCounters('likes');
    counters.add('page', Number.MAX_SAFE_INTEGER);
    expect(await counters.add('page').local).toMatchObject({ code: 'INVALID_VALUE' });
  });

  it('is no map of values', async () => {
    const client = connect();
    const counters = client.getCounters('likes');
    expect(() => client.getMap('likes')).toThrow(
      expect.objectContaining({ code: 'KIND_MISMATCH' }),
    );
    expect(client.getCounters('likes')).toBe(counters);
  });

  it('takes ten thousand additions to one key in a moment', async () => {
    const client = connect();
    client.connection.pause();
    const counters = client.getCounters('likes');
    for (let i = 0; i < 10_000; i++) counters.add('page');
    client.connection.resume();
    await until('all is sent', () => client.outbox.size === 0);
    expect(counters.get('page')).toBe(10_000);
  });
});
