import { backOffMs } from './connection.ts';
import type { OutboxState, PendingOp } from './outbox.ts';
import { sharesOf } from './shares.ts';
import { nameOf } from './stamp.ts';

const REPEAT_LEAST_MS = 1_000;
const REPEAT_MOST_MS = 15_000;

/** At least 1 s, at most 2 s, that doubled by every attempt up to 15 s. `random` is in [0, 1). */
export function repeatMs(attempt: number, random: number): number {
  const mostMs = Math.min(REPEAT_MOST_MS, 2 * REPEAT_LEAST_MS * 2 ** attempt);
  return REPEAT_LEAST_MS + random * (mostMs - REPEAT_LEAST_MS);
}

/** Operations that are not to be sent yet: until a back-off is over, or an answer to others has come. */
export class Postponed {
  readonly #outbox: OutboxState;
  readonly #flush: () => void;
  readonly #timers: Set<ReturnType<typeof setTimeout>> = new Set();
  /** Of shares of which something else is on its way. */
  readonly #held: Set<PendingOp> = new Set();

  constructor(outbox: OutboxState, flush: () => void) {
    this.#outbox = outbox;
    this.#flush = flush;
  }

  backOff(op: PendingOp): void {
    this.#outbox.hold(op, 'postponed');
    op.backsOff = false;
    // It may have been stamped again, and sent, since.
    this.#readyIn(backOffMs(op.attempts++, Math.random()), 'postponed', [op]);
  }

  /** Has what one acknowledgement took below the level wanted sent again, to learn whether that is reached now. */
  repeat(ops: readonly PendingOp[]): void {
    let attempt = 0;
    for (const op of ops) {
      this.#outbox.hold(op, 'accepted');
      attempt = Math.max(attempt, op.attempts++);
    }
    if (ops.length > 0) this.#readyIn(repeatMs(attempt, Math.random()), 'accepted', ops);
  }

  /** Keeps back what was counted until nothing else of its share is on its way. */
  hold(op: PendingOp): void {
    this.#outbox.hold(op, 'postponed');
    this.#held.add(op);
  }

  /** Called when answers have come. */
  release(): void {
    if (this.#held.size === 0) return;
    const coming = sharesOf(this.#outbox.all(), (op) => op.mayBeTaken && op.state !== 'accepted');
    for (const op of this.#held) {
      if (op.state === 'postponed' && coming.has(nameOf(op.stamp))) continue;
      this.#held.delete(op);
      if (op.state === 'postponed') this.backOff(op);
    }
  }

  #readyIn(ms: number, state: PendingOp['state'], ops: readonly PendingOp[]): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      for (const op of ops) if (op.state === state) this.#outbox.ready(op);
      this.#flush();
    }, ms);
    this.#timers.add(timer);
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }
}
