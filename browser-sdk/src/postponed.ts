import { backOffMs } from './connection.ts';
import type { OutboxState, PendingOp } from './outbox.ts';
import { sharesOf } from './shares.ts';
import { nameOf } from './stamp.ts';

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
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        // It may have been stamped again, and sent, since.
        if (op.state !== 'postponed') return;
        this.#outbox.ready(op);
        this.#flush();
      },
      backOffMs(op.attempts++, Math.random()),
    );
    this.#timers.add(timer);
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

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }
}
