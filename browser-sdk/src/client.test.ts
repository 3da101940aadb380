import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connect, live, peer } from '../test/support/clients.ts';
import { until } from '../test/support/until.ts';
import type { AckLevel, ClientOptions } from './api.ts';
import type { Level } from './message.ts';

interface Todo {
  readonly text: string;
  readonly done: boolean;
}

describe('a write', () => {
  it('is visible at once and settles at the level of the server', async () => {
    const todos = connect().getMap<Todo>('todos');
    const write = todos.set('a', { text: 'milk', done: false });
    expect(todos.get('a')).toEqual({ text: 'milk', done: false });
    expect(await write.local).toEqual({ ok: true });
    expect(await write.server).toMatchObject({ ok: true, level: 'persisted' });
  });

  it('that the server refuses is rolled back with a typed result', async () => {
    peer.script = (message) =>
      message.type === 'OPS' ? [peer.refuse(message, 'STALE', 'too late')] : null;
    const client = connect();
    const todos = client.getMap<Todo>('todos');
    const write = todos.set('a', { text: 'milk', done: false });
    expect(await write.server).toEqual({ ok: false, code: 'STALE', text: 'too late' });
    expect(todos.has('a')).toBe(false);
    expect(client.outbox.size).toBe(0);
  });

  it('is sent again when the server is overloaded', async () => {
    let refusals = 2;
    peer.script = (message) => {
      if (message.type !== 'OPS' || refusals-- <= 0) return null;
      return [peer.refuse(message, 'OVERLOADED')];
    };
    const write = connect().getMap<number>('numbers').set('a', 1);
    expect(await write.server).toMatchObject({ ok: true });
    expect(peer.operations).toHaveLength(3);
  });

  it('counts as done only at the level that is the default of the server', async () => {
    const levels: Level[] = [2, 3];
    peer.script = (message, self) => {
      if (message.type === 'HELLO') {
        return [{ ...self.welcome(), defaultLevel: 3, highestLevel: 3 }];
      }
      return message.type === 'OPS' ? [{ ...self.ack(message), level: levels.shift() ?? 3 }] : null;
    };
    const write = connect().getMap<number>('numbers').set('a', 1);
    expect(await write.server).toMatchObject({ ok: true, level: 'replicated' });
    expect(peer.of('OPS').map(({ level }) => level)).toEqual([3, 3]);
  });

  it.each([
    ['an empty key', '', 1, 'INVALID_KEY'],
    ['NaN', 'a', Number.NaN, 'INVALID_VALUE'],
    ['a lone surrogate', 'a', '\ud800', 'INVALID_VALUE'],
    ['a function', 'a', () => 0, 'INVALID_VALUE'],
    ['a text over the limit', 'a', 'x'.repeat(262_140), 'VALUE_TOO_LARGE'],
    ['a text over the limit in UTF-8', 'a', '\u20ac'.repeat(87_380), 'VALUE_TOO_LARGE'],
  ])('of %s is refused here', async (_, key, value, code) => {
    const write = connect().getMap<unknown>('things').set(key, value);
    expect(await write.local).toMatchObject({ ok: false, code });
    expect(await write.server).toMatchObject({ ok: false, code });
  });

  it.each(['x'.repeat(262_139), '\u20ac'.repeat(87_379)])(
    'of as much text as may be is taken',
    async (text) => {
      const write = connect().getMap<string>('things').set('a', text);
      expect(await write.local).toEqual({ ok: true });
    },
  );

  it.each(['\ud800', `${'a'.repeat(80)}\udc00`])(
    'of a key with a lone surrogate is refused, and nothing is found there',
    async (key) => {
      const things = connect().getMap<unknown>('things');
      expect([things.get(key), things.has(key)]).toEqual([undefined, false]);
      for (const write of [things.set(key, 1), things.update(key, { a: 1 }), things.delete(key)]) {
        expect(await write.server).toMatchObject({ ok: false, code: 'INVALID_KEY' });
      }
      expect(await things.touch(key).server).toMatchObject({ ok: false, code: 'INVALID_KEY' });
    },
  );

  it('of another kind than the key holds is refused at once', async () => {
    const things = connect().getMap<unknown>('things');
    things.set('a', 1);
    expect(await things.set('a', { x: 1 }).server).toMatchObject({ code: 'KIND_MISMATCH' });
    expect(things.get('a')).toBe(1);
  });

  it.each([Number.POSITIVE_INFINITY, 2 ** 48])(
    'that would expire after %d ms is refused',
    async (ttlMs) => {
      const write = connect().getMap<number>('numbers').set('a', 1, { ttlMs });
      expect(await write.local).toMatchObject({ ok: false, code: 'INVALID_VALUE' });
    },
  );

  it('with __proto__ as a key and as a field does no harm', async () => {
    const things = connect().getMap<unknown>('things');
    const evil = JSON.parse('{"__proto__": {"polluted": true}, "a": 1}');
    await things.set('__proto__', evil).server;
    expect(Object.hasOwn(things.get('__proto__') as object, '__proto__')).toBe(true);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('settles as closed when the client is closed before the answer', async () => {
    peer.script = (message) => (message.type === 'OPS' ? [] : null);
    const client = connect();
    const write = client.getMap<number>('numbers').set('a', 1);
    await client.close();
    expect(await write.server).toMatchObject({ ok: false, code: 'CLOSED' });
  });
});

describe('a client', () => {
  it.each([
    ['a scheme that is none of a node', { url: 'ftp://127.0.0.1/' }],
    ['no URL', { url: 'nowhere' }],
    ['an unknown level', { ack: 'twice' as AckLevel }],
  ])('with %s is not made', (_, options) => {
    expect(() => connect(options)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });

  it('does not mind a fragment in its URL', async () => {
    const client = await live(connect({ url: `${peer.url}#cities` }));
    expect(client.connection.nodeId).toBe('peer');
  });

  it('tries the next address when a socket cannot even be made', async () => {
    class Choosy extends WebSocket {
      constructor(url: string, protocol: string) {
        if (url.startsWith('ws://mixed')) throw new DOMException('mixed content', 'SecurityError');
        super(url, protocol);
      }
    }
    const options = { url: 'ws://mixed', urls: [peer.url], WebSocket: Choosy };
    await live(connect(options as Partial<ClientOptions>));
  });

  it('keeps what it was given when that is changed afterwards', async () => {
    const bytes = Buffer.from([1, 2]);
    const map = connect().getMap<Uint8Array>('bytes');
    map.set('a', bytes);
    bytes[0] = 9;
    expect(map.get('a')).toEqual(Uint8Array.of(1, 2));
  });

  it('refuses a value whose getter throws', async () => {
    const evil = {
      get a(): number {
        throw new RangeError('no');
      },
    };
    const write = connect().getMap<object>('things').set('k', evil);
    expect(await write.local).toMatchObject({ ok: false, code: 'INVALID_VALUE' });
  });
});

describe('an OR-Map that is loading', () => {
  it('does not let a remove take what is added after it', async () => {
    const client = connect();
    client.connection.pause();
    const tags = client.getORMap<string>('tags');
    expect(tags.status).toBe('loading');
    tags.add('k', 'x');
    const removed = tags.remove('k', 'x');
    tags.add('k', 'x');
    await removed.local;
    expect(tags.get('k')).toEqual(['x']);
  });
});

describe('listeners', () => {
  it('are called once for what one turn does, and not after they left', async () => {
    const map = (await live(connect())).getMap<number>('numbers');
    await map.loaded;
    const batches: string[][] = [];
    const leave = map.subscribe(({ changes }) => {
      if (changes.length > 0) batches.push(changes.map(({ key, value }) => `${key}=${value}`));
    });
    map.set('a', 1);
    map.set('b', 2);
    map.set('a', 3);
    await map.delete('b').server;
    expect(batches).toEqual([['a=3', 'b=undefined']]);
    leave();
    await map.set('c', 4).server;
    expect(batches).toHaveLength(1);
  });

  it('are told of a write of this client once, not again when it is confirmed', async () => {
    const client = await live(connect());
    const map = client.getMap<Todo>('todos');
    await map.synced;
    const told: string[] = [];
    map.subscribe(({ changes }) => told.push(...changes.map(({ key }) => key)));
    peer.script = (message, self) => {
      const [entry] = message.type === 'OPS' ? message.block.entries : [];
      if (message.type !== 'OPS' || entry === undefined) return null;
      self.change(1, entry);
      return [self.ack(message)];
    };
    await map.set('a', { text: 'milk', done: false }).server;
    const before = map.get('a');
    await map.update('a', { done: true }).server;
    await until('the outbox is empty', () => client.outbox.size === 0);
    await map.set('end', { text: '', done: true }).server;
    expect(told).toEqual(['a', 'a', 'end']);
    expect(before).toEqual({ text: 'milk', done: false });
  });
});

describe('a wrong wall clock', () => {
  const HOUR = 3_600_000;

  it('is corrected before what was written offline is sent', async () => {
    const client = connect({ now: () => Date.now() + HOUR });
    client.connection.pause();
    const tags = client.getORMap<string>('tags');
    tags.add('a', 'x');
    tags.add('a', 'y');
    tags.remove('a', 'x');
    const write = client.getMap<number>('numbers').set('n', 1);
    client.connection.resume();
    const result = await write.server;
    expect(result.ok && result.stamp.ms).toBeLessThan(Date.now() + 5_000);
    await until('the outbox is empty', () => client.outbox.size === 0);
    expect(client.connection.clockOffsetMs).toBeLessThan(-HOUR + 5_000);
    expect(tags.get('a')).toEqual(['y']);
    for (const { cell } of peer.operations) {
      if (cell.kind !== 'or') continue;
      for (const tag of cell.tags) expect(tag.stamp.ms).toBeLessThan(Date.now() + 5_000);
    }
  });

  it('does not lengthen what was given a time to live', async () => {
    const client = connect({ now: () => Date.now() + HOUR });
    client.connection.pause();
    const write = client.getMap<number>('numbers').set('n', 1, { ttlMs: 5_000 });
    client.connection.resume();
    const result = await write.server;
    const cell = peer.operations[0]?.cell;
    expect(result.ok && cell?.kind === 'value' && cell.life.expiresMs - result.stamp.ms).toBe(
      5_000,
    );
  });

  it('is corrected when the server says so', async () => {
    const client = connect({ now: () => Date.now() + HOUR });
    peer.serverMs = () => Date.now() + HOUR;
    await live(client);
    peer.serverMs = Date.now;
    peer.script = (message, self) => {
      const entry = message.type === 'OPS' ? message.block.entries[0] : undefined;
      if (message.type !== 'OPS' || entry?.cell.kind !== 'value') return null;
      if (entry.cell.ms < Date.now() + 60_000) return [self.ack(message)];
      return [self.refuse(message, 'FUTURE_STAMP')];
    };
    const result = await client.getMap<number>('numbers').set('n', 1).server;
    expect(result.ok && result.stamp.ms).toBeLessThan(Date.now() + 5_000);
    expect(peer.operations).toHaveLength(2);
  });
});
