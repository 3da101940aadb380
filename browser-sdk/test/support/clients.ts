import { afterEach, beforeEach, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { ClientOptions } from '../../src/api.ts';
import { TopGunClient } from '../../src/client.ts';
import { Peer } from './peer.ts';
import { until } from './until.ts';

/** The server of the test that runs. */
export let peer: Peer;
const clients: TopGunClient[] = [];

beforeEach(async () => {
  peer = await Peer.start();
});

afterEach(async () => {
  vi.unstubAllGlobals();
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await peer.stop();
});

/** A client of that server, closed with the test. */
export function connect(options: Partial<ClientOptions> = {}): TopGunClient {
  const client = new TopGunClient({ url: peer.url, WebSocket, storage: 'memory', ...options });
  clients.push(client);
  return client;
}

export async function live(client: TopGunClient): Promise<TopGunClient> {
  await until('the client is live', () => client.connection.state === 'live');
  return client;
}
