import type { LocalResult, OutboxItem, ServerResult } from './api.ts';
import type { Cell } from './cell.ts';
import type { NewOp } from './new-op.ts';
import type { Stamp } from './stamp.ts';

/** An operation that the server has not confirmed. */
export interface PendingOp extends Omit<NewOp, 'cell' | 'stamp'> {
  /** Under whose name it is stored. */
  readonly writer: string;
  cell: Cell;
  /** When it was made; of a counter, the name of the share that it adds to. */
  stamp: Stamp;
  /** In canonical form. */
  bytes: Uint8Array<ArrayBuffer>;
  readonly at: number;
  /** `accepted`: taken, below the level wanted; to be sent again later, or to a server that can do better. */
  state: 'saving' | 'unsent' | 'in-flight' | 'postponed' | 'accepted';
  /** Once it is stored it is postponed, as the server refused it a moment ago. */
  backsOff: boolean;
  /** It was sent, or may have been before it was taken over, and the server has not said that it did not take it. */
  mayBeTaken: boolean;
  attempts: number;
  readonly isAdopted: boolean;
  /** Made by reading: nobody need know if it is refused. */
  readonly isQuiet: boolean;
  readonly settleLocal: (result: LocalResult) => void;
  readonly settleServer: (result: ServerResult) => void;
}

/** What a frame of operations may hold at most. */
export interface BatchLimits {
  readonly opsMax: number;
  readonly bytesMax: number;
}

/**
 * Which operations are unsent, and which are in flight: each is sent once, and again only when it is
 * known to be neither acknowledged nor on its way.
 */
export class OutboxState {
  readonly #ops: Map<number, PendingOp> = new Map();
  #unsent: PendingOp[] = [];
  #inFlight = 0;

  get size(): number {
    return this.#ops.size;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  all(): IterableIterator<PendingOp> {
    return this.#ops.values();
  }

  get(id: number): PendingOp | undefined {
    return this.#ops.get(id);
  }

  /** Those in flight whose ids are in some runs, however long the runs claim to be. */
  inFlightIn(runs: readonly number[]): PendingOp[] {
    const found: PendingOp[] = [];
    const take = (op: PendingOp | undefined): void => {
      if (op?.state === 'in-flight') found.push(op);
    };
    for (let i = 0; i + 1 < runs.length; i += 2) {
      const [first = 0, count = 0] = [runs[i], runs[i + 1]];
      if (count <= this.#ops.size) {
        for (let id = first; id < first + count; id++) take(this.#ops.get(id));
      } else {
        for (const op of this.#ops.values()) if (op.id >= first && op.id - first < count) take(op);
      }
    }
    return found;
  }

  /** Takes in an operation that is `saving`. */
  add(op: PendingOp): void {
    this.#ops.set(op.id, op);
  }

  /** The operation may be sent, unless it was settled meanwhile. */
  ready(op: PendingOp): void {
    if (!this.#ops.has(op.id) || op.state === 'unsent') return;
    if (op.state === 'in-flight') this.#inFlight--;
    op.state = 'unsent';
    this.#unsent.push(op);
  }

  /** The next operations to send, now in flight. */
  nextBatch(limits: BatchLimits): PendingOp[] {
    const batch: PendingOp[] = [];
    let bytes = 0;
    let passed = 0;
    for (const op of this.#unsent) {
      if (op.state === 'unsent') {
        bytes += op.bytes.length + op.map.length + PER_OP_BYTES;
        if (batch.length === limits.opsMax || (batch.length > 0 && bytes > limits.bytesMax)) break;
        op.state = 'in-flight';
        op.mayBeTaken = true;
        batch.push(op);
      }
      passed++;
    }
    this.#unsent.splice(0, passed);
    this.#inFlight += batch.length;
    return batch;
  }

  /** The operation waits for its storage, a repeat or another server; `#unsent` may still name it. */
  hold(op: PendingOp, state: 'saving' | 'postponed' | 'accepted'): void {
    if (op.state === 'in-flight') this.#inFlight--;
    op.state = state;
  }

  /** The operation is done, one way or the other. */
  remove(op: PendingOp): void {
    this.hold(op, 'saving');
    this.#ops.delete(op.id);
  }

  /** The connection is gone: what was in flight is to be sent again, first and in its order. */
  unsendAll(): void {
    if (this.#inFlight === 0) return;
    const unsent: PendingOp[] = [];
    for (const op of this.#ops.values()) {
      if (op.state !== 'in-flight' && op.state !== 'unsent') continue;
      op.state = 'unsent';
      unsent.push(op);
    }
    this.#unsent = unsent;
    this.#inFlight = 0;
  }

  list(): OutboxItem[] {
    return Array.from(this.#ops.values(), itemOf);
  }
}

/** A server has it, or will soon. */
export function isSent(op: PendingOp): boolean {
  return op.state === 'in-flight' || op.state === 'accepted';
}

export function itemOf(op: PendingOp): OutboxItem {
  const { id, map, key, at } = op;
  return { id, map, key, at, state: isSent(op) ? 'in-flight' : 'unsent' };
}

/** Covers an operation's share of the frame's heads, runs and indices. */
const PER_OP_BYTES = 32;
