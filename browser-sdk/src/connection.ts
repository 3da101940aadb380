import type { ConnectionState } from './api.ts';

/*
 * The connection's states (PROTOCOL section 5) as a pure table. A missing cell does not compile; what
 * a cell asks for is done by `Link`.
 */

export type ConnectionEvent =
  /** The client wants to be connected. */
  | 'open'
  /** The socket is open. */
  | 'opened'
  | 'welcome'
  /** The server will not have us, and asking again would not help. */
  | 'refused'
  /** The socket closed, or an answer did not come in time. */
  | 'lost'
  /** The back-off is over, or the machine is online again. */
  | 'retry'
  | 'pause'
  | 'resume'
  | 'close';

export type Effect =
  | 'openSocket'
  | 'sendHello'
  | 'goLive'
  | 'dropSocket'
  | 'startBackOff'
  | 'unsend';

export interface Transition {
  readonly next: ConnectionState;
  readonly effects: readonly Effect[];
}

type Table = {
  readonly [S in ConnectionState]: { readonly [E in ConnectionEvent]: Transition | 'ignore' };
};

const connect: Transition = { next: 'connecting', effects: ['openSocket'] };
const wait: Transition = { next: 'waiting', effects: ['dropSocket', 'startBackOff'] };
const pause: Transition = { next: 'paused', effects: ['dropSocket'] };
const close: Transition = { next: 'closed', effects: ['dropSocket'] };
const ignore = 'ignore';

export const TABLE: Table = {
  closed: {
    open: connect,
    opened: ignore,
    welcome: ignore,
    refused: ignore,
    lost: ignore,
    retry: ignore,
    pause: ignore,
    resume: ignore,
    close: ignore,
  },
  connecting: {
    open: ignore,
    opened: { next: 'greeting', effects: ['sendHello'] },
    welcome: ignore,
    refused: wait,
    lost: wait,
    retry: ignore,
    pause,
    resume: ignore,
    close,
  },
  greeting: {
    open: ignore,
    opened: ignore,
    welcome: { next: 'live', effects: ['goLive'] },
    refused: { next: 'failed', effects: ['dropSocket'] },
    lost: wait,
    retry: ignore,
    pause,
    resume: ignore,
    close,
  },
  live: {
    open: ignore,
    opened: ignore,
    welcome: ignore,
    refused: { next: 'waiting', effects: ['dropSocket', 'unsend', 'startBackOff'] },
    lost: { next: 'waiting', effects: ['dropSocket', 'unsend', 'startBackOff'] },
    retry: ignore,
    pause: { next: 'paused', effects: ['dropSocket', 'unsend'] },
    resume: ignore,
    close: { next: 'closed', effects: ['dropSocket', 'unsend'] },
  },
  waiting: {
    open: ignore,
    opened: ignore,
    welcome: ignore,
    refused: ignore,
    lost: ignore,
    retry: connect,
    pause,
    resume: ignore,
    close,
  },
  paused: {
    open: ignore,
    opened: ignore,
    welcome: ignore,
    refused: ignore,
    lost: ignore,
    retry: ignore,
    pause: ignore,
    resume: connect,
    close,
  },
  failed: {
    open: ignore,
    opened: ignore,
    welcome: ignore,
    refused: ignore,
    lost: ignore,
    retry: ignore,
    pause,
    resume: connect,
    close,
  },
};

const BACK_OFF_LEAST_MS = 250;
const BACK_OFF_MOST_MS = 30_000;

/** Full jitter: anything up to 0.25 s, doubled by every attempt up to 30 s. `random` is in [0, 1). */
export function backOffMs(attempt: number, random: number): number {
  return random * Math.min(BACK_OFF_MOST_MS, BACK_OFF_LEAST_MS * 2 ** attempt);
}
