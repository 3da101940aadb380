import { describe, expect, it, vi } from 'vitest';
import { connect, live, peer } from '../test/support/clients.ts';
import { until } from '../test/support/until.ts';
import { MemoryStore } from './memory-store.ts';

describe('the outbox', () => {
  it('sends 300 writes made offline as 300 operations', async () => {
    const client = connect();
    const numbers = client.getMap<number>('numbers');
    client.connection.pause();
    for (let i = 0; i < 300; i++) numbers.set(`k${i}`, i);
    expect(client.outbox.size).toBe(300);
    client.connection.resume();
    await until('the outbox is empty', () => client.outbox.size === 0);
    expect(peer.operations).toHaveLength(300);
    expect(new Set(peer.operations.map((op) => op.key)).size).toBe(300);
  });

  it('sends again, after a break, only what was not acknowledged', async () => {
    const client = await live(connect());
    const numbers = client.getMap<number>('numbers');
    await Promise.all([1, 2, 3].map((i) => numbers.set(`done${i}`, i).server));
    peer.script = (message) => (message.type === 'OPS' ? [] : null);
    numbers.set('lost', 4);
    await until('it is in flight', () => peer.operations.length === 4);
    peer.script = () => null;
    peer.received.length = 0;
    peer.drop();
    await until('the outbox is empty', () => client.outbox.size === 0);
    expect(peer.operations.map((op) => op.key)).toEqual(['lost']);
  });

  it('does not send again what is in flight', async () => {
    const client = await live(connect());
    const numbers = client.getMap<number>('numbers');
    peer.script = (message) => (message.type === 'OPS' ? [] : null);
    numbers.set('a', 1);
    await until('a is in flight', () => peer.operations.length === 1);
    numbers.set('b', 2);
    await until('b is in flight', () => peer.operations.length === 2);
    expect(peer.operations.map((op) => op.key)).toEqual(['a', 'b']);
    expect(client.outbox.list().map((item) => item.state)).toEqual(['in-flight', 'in-flight']);
  });

  it('of a client that is gone is taken over, and sent once', async () => {
    const storage = new MemoryStore();
    const gone = connect({ storage });
    gone.connection.pause();
    await gone.getMap<number>('numbers').set('a', 1).local;
    await gone.close();
    expect(peer.operations).toHaveLength(0);
    const client = connect({ storage });
    const numbers = client.getMap<number>('numbers');
    await until('the outbox is empty', () => client.outbox.size === 0 && numbers.has('a'));
    await client.close();
    expect(await storage.writers()).toEqual([]);
    expect(peer.operations.map((op) => op.key)).toEqual(['a']);
  });

  it('of a client that lives is left alone', async () => {
    const storage = new MemoryStore();
    const one = connect({ storage });
    one.connection.pause();
    await one.getMap<number>('numbers').set('a', 1).local;
    const two = await live(connect({ storage }));
    await two.getMap<number>('numbers').set('b', 2).server;
    expect(peer.operations.map((op) => op.key)).toEqual(['b']);
    one.connection.resume();
    await until('one is done', () => one.outbox.size === 0);
    expect(peer.operations.map((op) => op.key)).toEqual(['b', 'a']);
  });
});

describe('a storage that fails', () => {
  class Full extends MemoryStore {
    override async append(): Promise<void> {
      throw new Error('the disk is full');
    }
    override async commit(): Promise<void> {
      throw new Error('the disk is full');
    }
  }

  it('is told to the writer, and the write is sent all the same', async () => {
    const client = connect({ storage: new Full() });
    const write = client.getMap<number>('numbers').set('a', 1);
    expect(await write.local).toMatchObject({ ok: false, code: 'STORAGE_FAILED' });
    expect(await write.server).toMatchObject({ ok: true });
    expect(peer.operations).toHaveLength(1);
  });

  it('that cannot be opened keeps nothing, says so, and is not used', async () => {
    class Locked extends MemoryStore {
      appends = 0;
      override async open(): Promise<number> {
        throw new Error('not in private mode');
      }
      override async append(): Promise<void> {
        this.appends++;
      }
    }
    const storage = new Locked();
    const client = await live(connect({ storage }));
    expect(client.storage).toBe('custom');
    const write = client.getMap<number>('numbers').set('a', 1);
    expect(await write.local).toMatchObject({ ok: false, code: 'STORAGE_FAILED' });
    expect(await write.server).toMatchObject({ ok: true });
    expect(storage.appends).toBe(0);
    expect(client.connection.error?.code).toBe('STORAGE_FAILED');
  });

  it('is shown until it works again, whatever the server says meanwhile', async () => {
    const client = connect({ storage: new Full() });
    await client.getMap<number>('numbers').set('a', 1).server;
    await until('it is shown', () => client.connection.error?.code === 'STORAGE_FAILED');
    const states = new Set<string>();
    client.connection.subscribe(({ state }) => states.add(state));
    peer.drop();
    await until('the client was away', () => states.size > 1 && states.has('live'));
    expect(client.connection.error?.code).toBe('STORAGE_FAILED');
  });

  it('that is locked against other tabs by nobody is memory', async () => {
    vi.stubGlobal('navigator', {
      locks: { request: () => Promise.reject(new Error('not in a sandbox')) },
    });
    const client = await live(connect({ storage: new MemoryStore() }));
    const write = client.getMap<number>('numbers').set('a', 1);
    expect(await write.local).toMatchObject({ ok: false, code: 'STORAGE_FAILED' });
    expect(await write.server).toMatchObject({ ok: true });
  });
});
