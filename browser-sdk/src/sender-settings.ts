import type { RejectedWrite } from './api.ts';
import type { HybridClock } from './clock.ts';
import type { Limits } from './limits.ts';
import type { Level, Message } from './message.ts';
import type { Replica } from './replica.ts';
import type { OpName, Store } from './store.ts';

/** What a `Sender` works with, and whom it tells. */
export interface SenderSettings {
  readonly writer: string;
  readonly clock: HybridClock;
  readonly store: Promise<Store>;
  /** Without it the server's default counts. */
  readonly ack: Level | undefined;
  readonly limits: () => Limits;
  readonly replicaOf: (map: string) => Replica | undefined;
  readonly send: (messages: readonly Message[]) => void;
  /** The operation is done and its record may go. */
  readonly settled: (op: OpName) => void;
  readonly rejected: (write: RejectedWrite) => void;
  readonly changed: () => void;
}
