import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Peer } from '../test/support/peer.ts';
import { until } from '../test/support/until.ts';
import type { ClientOptions, RejectedWrite } from './api.ts';
import { lifeOf } from './cell.ts';
import { TopGunClient } from './client.ts';

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

/** A client that is offline, with a clock under the test's hand. */
function offline(): { client: TopGunClient; turnTo: (ms: number) => void } {
  const start = Date.now();
  let atMs = 0;
  const client = connect({ now: () => start + atMs });
  client.connection.pause();
  const turnTo = (ms: number): void => {
    atMs = ms;
  };
  return { client, turnTo };
}

describe('an entry with an idle time', () => {
  it('goes when nobody has touched it, and the listeners are told', async () => {
    const map = connect().getMap<number>('sessions');
    const gone: string[] = [];
    map.subscribe(({ changes }) => {
      for (const { key, value } of changes) if (value === undefined) gone.push(key);
    });
    await map.set('a', 1, { maxIdleMs: 200 }).server;
    await until('it is over', () => map.size === 0);
    expect([map.has('a'), gone]).toEqual([false, ['a']]);
  });

  it('is touched by reading it, once a quarter of that time has passed', () => {
    const { client, turnTo } = offline();
    const map = client.getMap<number>('sessions');
    map.set('a', 1, { maxIdleMs: 1_000 });
    turnTo(240);
    map.get('a');
    expect(client.outbox.size).toBe(1);
    turnTo(250);
    expect([map.get('a'), map.get('a')]).toEqual([1, 1]);
    expect(client.outbox.size).toBe(2);
    turnTo(600);
    map.get('a');
    // Of what waits the last one counts.
    expect(client.outbox.size).toBe(2);
    turnTo(1_590);
    expect(map.has('a')).toBe(true);
    turnTo(1_610);
    expect(map.get('a')).toBeUndefined();
  });

  it('is not touched by listing or asking for it, nor are listeners told of a touch', async () => {
    const { client, turnTo } = offline();
    const map = client.getMap<object>('sessions');
    await map.set('a', { by: 'ada' }, { maxIdleMs: 1_000 }).local;
    const before = map.get('a');
    const told: string[] = [];
    map.subscribe(({ changes }) => told.push(...changes.map(({ key }) => key)));
    turnTo(900);
    expect([map.has('a'), [...map.entries()].length, client.outbox.size]).toEqual([true, 1, 1]);
    await map.touch('a').local;
    await map.set('end', {}).local;
    turnTo(1_500);
    expect(map.get('a')).toBe(before);
    expect(told).toEqual(['end']);
  });

  it('keeps its idle time, and what it holds, when its stamp is corrected', async () => {
    let atMs = HOUR;
    const client = connect({ now: () => Date.now() + atMs });
    client.connection.pause();
    const map = client.getMap<object>('sessions');
    map.set('a', { by: 'ada' }, { maxIdleMs: 60_000 });
    atMs += 5_000;
    map.touch('a');
    client.connection.resume();
    await until('both are sent', () => client.outbox.size === 0);
    const [set, touch] = peer.operations.map(({ cell }) => cell);
    if (set?.kind !== 'fields' || touch?.kind !== 'fields') throw new Error('no fields');
    expect(touch.base?.stamp).toEqual(set.base?.stamp);
    for (const cell of [set, touch]) {
      expect(lifeOf(cell)).toMatchObject({ expiresMs: 0, idleMs: 60_000 });
      expect(lifeOf(cell).touchedMs).toBeLessThan(Date.now() + 1_000);
    }
    expect(map.get('a')).toEqual({ by: 'ada' });
  });

  it('can expire besides', () => {
    const { client, turnTo } = offline();
    const map = client.getMap<number>('sessions');
    map.set('a', 1, { maxIdleMs: 1_000, ttlMs: 1_500 });
    turnTo(900);
    map.touch('a');
    turnTo(1_499);
    expect(map.has('a')).toBe(true);
    turnTo(1_500);
    expect(map.has('a')).toBe(false);
  });

  it('may be gone when a reader’s touch arrives, and nobody is told', async () => {
    const { client, turnTo } = offline();
    const map = client.getMap<number>('sessions');
    const refused: RejectedWrite[] = [];
    client.outbox.onRejected((write) => refused.push(write));
    map.set('a', 1, { maxIdleMs: 1_000 });
    turnTo(500);
    map.get('a');
    peer.script = (message) =>
      message.type === 'OPS' ? [peer.ack(message), peer.refuse(message, 'STALE')] : null;
    client.connection.resume();
    await until('the outbox is empty', () => client.outbox.size === 0);
    expect(refused).toEqual([]);
  });

  it.each([0, -1, Number.NaN, 2 ** 48, '5', true])('cannot idle for %s ms', async (value) => {
    const maxIdleMs = value as number;
    const write = connect().getMap<number>('sessions').set('a', 1, { maxIdleMs });
    expect(await write.local).toMatchObject({ ok: false, code: 'INVALID_VALUE' });
  });

  it('is there to be touched, or there is nothing to do', async () => {
    const { client } = offline();
    expect(await client.getMap('sessions').touch('nobody').server).toMatchObject({ ok: true });
    expect(client.outbox.size).toBe(0);
  });
});
