import type { PendingOp } from './outbox.ts';
import type { Store } from './store.ts';
import { append, storedOf } from './stored-op.ts';

/** Keeps operations in a store, by group commit: what is made while one append runs goes with the next. */
export class Saver {
  readonly #store: Promise<Store>;
  readonly #onSaved: (ops: readonly PendingOp[]) => void;
  #waiting: PendingOp[] = [];
  #running: Promise<void> | undefined;

  /** `onSaved` is told of what is stored as it is now, or could not be stored. */
  constructor(store: Promise<Store>, onSaved: (ops: readonly PendingOp[]) => void) {
    this.#store = store;
    this.#onSaved = onSaved;
  }

  save(op: PendingOp): void {
    this.#waiting.push(op);
    this.#running ??= this.#saveAll();
  }

  /** Resolves when all that was given so far is stored, or could not be. */
  async saved(): Promise<void> {
    await this.#running;
  }

  async #saveAll(): Promise<void> {
    const store = await this.#store;
    while (this.#waiting.length > 0) {
      const ops = this.#waiting;
      this.#waiting = [];
      const stored = ops.map(storedOf);
      const result = await append(store, stored);
      for (const op of ops) op.settleLocal(result);
      // What was changed meanwhile waits until that is stored, or the next tab would send both.
      this.#onSaved(ops.filter((op, i) => op.bytes === stored[i]?.cell));
    }
    this.#running = undefined;
  }
}
