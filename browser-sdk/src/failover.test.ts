import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { Peer } from '../test/support/peer.ts';
import { until } from '../test/support/until.ts';
import type { ClientOptions } from './api.ts';
import { TopGunClient } from './client.ts';

/* Of a client whose node dies, with peers that listen on real sockets. */

let here: Peer;
let there: Peer;
const clients: TopGunClient[] = [];

beforeEach(async () => {
  [here, there] = await Promise.all([Peer.start('here'), Peer.start('there')]);
});

afterEach(async () => {
  vi.unstubAllGlobals();
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await Promise.all([here.stop(), there.stop()]);
});

function connect(options: Partial<ClientOptions> = {}): TopGunClient {
  const client = new TopGunClient({ url: here.url, WebSocket, storage: 'memory', ...options });
  clients.push(client);
  return client;
}

async function liveAt(client: TopGunClient, peer: Peer, withinMs?: number): Promise<void> {
  const { connection } = client;
  const isThere = (): boolean => connection.state === 'live' && connection.nodeId === peer.name;
  await until(`the client is live ${peer.name}`, isThere, withinMs);
}

/** Resolves once the client has read what it was sent. */
async function told(peer: Peer, urls: readonly string[]): Promise<void> {
  const pongs = peer.of('PONG').length;
  peer.send({ type: 'NODES', urls }, { type: 'PING', id: 1 });
  await until('the client has read it', () => peer.of('PONG').length > pongs);
}

const httpUrl = (peer: Peer): string => new URL(peer.url.replace('ws', 'http')).origin;

describe('a client whose node dies', () => {
  it('is live on another one that it was told of within a second, with all its writes', async () => {
    const client = connect();
    const numbers = client.getMap<number>('numbers');
    await liveAt(client, here);
    await told(here, [httpUrl(here), httpUrl(there)]);
    here.script = (message) => (message.type === 'OPS' ? [] : null);
    const write = numbers.set('a', 1);
    await until('it is in flight', () => here.operations.length === 1);
    await here.stop();
    await liveAt(client, there, 1_000);
    expect(await write.server).toMatchObject({ ok: true });
    expect(there.operations.map(({ key }) => key)).toEqual(['a']);
  });

  it('gets past others that are dead as well', async () => {
    const dead = await Promise.all([Peer.start('dead'), Peer.start('dead')]);
    await Promise.all(dead.map((peer) => peer.stop()));
    const client = connect({ urls: [...dead.map((peer) => peer.url), there.url] });
    await liveAt(client, here);
    await here.stop();
    await liveAt(client, there, 1_000);
  });

  it('goes back when the other one dies', async () => {
    const client = connect({ urls: [there.url] });
    await liveAt(client, here);
    here.drop();
    await liveAt(client, there, 1_000);
    await there.stop();
    await liveAt(client, here, 1_000);
  });

  it('does not wait long for one that takes the connection and says nothing', async () => {
    const mute = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => mute.once('listening', resolve));
    const address = mute.address();
    if (typeof address !== 'object' || address === null) throw new Error('no port');
    const client = connect({ urls: [`ws://127.0.0.1:${address.port}`, there.url] });
    await liveAt(client, here);
    await here.stop();
    await liveAt(client, there, 5_000);
    mute.close();
  });

  it('leaves one that goes silent while it owes an answer', async () => {
    const client = connect({ urls: [there.url] });
    const numbers = client.getMap<number>('numbers');
    await numbers.synced;
    here.script = (message) => (message.type === 'OPS' || message.type === 'PING' ? [] : null);
    const write = numbers.set('a', 1);
    expect(await write.server).toMatchObject({ ok: true });
    expect([client.connection.nodeId, here.of('PING').length]).toEqual(['there', 1]);
    expect(there.operations.map(({ key }) => key)).toEqual(['a']);
  });

  it('stays at one that owes an answer and is there', async () => {
    const client = connect({ urls: [there.url] });
    await liveAt(client, here);
    here.script = (message) => (message.type === 'OPS' ? [] : null);
    client.getMap<number>('numbers').set('a', 1);
    await until('it was asked whether it is there', () => here.of('PING').length === 1);
    const [ops] = here.of('OPS');
    if (ops !== undefined) here.send(here.ack(ops));
    await until('it has it', () => client.outbox.size === 0);
    expect(there.received).toEqual([]);
  });

  it('asks for no more once those that it was told of are told to be gone', async () => {
    const client = connect();
    await liveAt(client, here);
    await told(here, [httpUrl(there)]);
    await told(here, []);
    here.drop();
    await until('it has come back', () => here.of('HELLO').length === 2);
    expect(there.received).toEqual([]);
  });
});

describe('a page that came over TLS', () => {
  it('does not go on without, and says so', async () => {
    /** As if the peer had a certificate. */
    class Trusting extends WebSocket {
      constructor(url: string, protocol: string) {
        super(url.replace('wss:', 'ws:'), protocol);
      }
    }
    vi.stubGlobal('location', { protocol: 'https:' });
    const url = here.url.replace('ws:', 'wss:');
    const client = connect({ url, WebSocket: Trusting as NonNullable<ClientOptions['WebSocket']> });
    await liveAt(client, here);
    await told(here, [httpUrl(there)]);
    expect(client.connection.error).toBeUndefined();
    await here.stop();
    await until('it says so', () => client.connection.error?.code === 'INVALID_OPTION');
    expect(client.connection.error?.message).toContain(`${there.url} is not tried`);
    expect(there.received).toEqual([]);
  });
});
