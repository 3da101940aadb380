import type { AckLevel, ClientOptions, WebSocketClass } from './api.ts';
import { TopGunError } from './error.ts';
import type { Level } from './message.ts';

/** The addresses to try, as WebSocket URLs. Throws `INVALID_OPTION`. */
export function socketUrls(options: ClientOptions): readonly string[] {
  return [options.url, ...(options.urls ?? [])].map(socketUrl);
}

/** As a WebSocket URL. Throws `INVALID_OPTION`. */
export function socketUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new TopGunError('INVALID_OPTION', `${text} is not a URL`);
  }
  url.protocol = url.protocol.replace('http', 'ws');
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') {
    throw new TopGunError('INVALID_OPTION', `${text} is not the address of a node`);
  }
  // A WebSocket refuses a URL with one.
  url.hash = '';
  if (url.pathname === '/') url.pathname = '/sync';
  return url.href;
}

/** Whether a WebSocket URL is one of TLS. */
export function isSecure(url: string): boolean {
  return url.startsWith('wss:');
}

export function webSocketOf(options: ClientOptions): WebSocketClass {
  const found = options.WebSocket ?? (globalThis.WebSocket as WebSocketClass | undefined);
  if (found !== undefined) return found;
  throw new TopGunError('INVALID_OPTION', 'no WebSocket here: pass a class in');
}

/** By their numbers on the wire, from 1 on. */
export const LEVELS: readonly AckLevel[] = ['applied', 'persisted', 'replicated'];

/** The level that the application wants, if it says so. Throws `INVALID_OPTION`. */
export function ackLevel({ ack }: ClientOptions): Level | undefined {
  if (ack === undefined) return undefined;
  const index = LEVELS.indexOf(ack);
  if (index < 0) throw new TopGunError('INVALID_OPTION', `ack: ${ack} is not a level`);
  return (index + 1) as Level;
}

/** A writer id that nobody has had: 62 random bits. */
export function newWriter(): string {
  const random = crypto.getRandomValues(new BigUint64Array(1))[0] as bigint;
  return (random >> 2n).toString(36);
}
