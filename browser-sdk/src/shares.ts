import { add, counted, counterCell, type Share, type Sums, ZERO } from './counter-cell.ts';
import type { PendingOp } from './outbox.ts';
import { nameOf, type Stamp } from './stamp.ts';

/*
 * Operations of one counter's share hang together: each holds all that was counted before it. So they get
 * a new stamp together or not at all, and what is refused is taken out of those behind it.
 */

/** The names of the shares of some operations. */
export function sharesOf(
  ops: Iterable<PendingOp>,
  isMeant: (op: PendingOp) => boolean,
): ReadonlySet<string> {
  const names: Set<string> = new Set();
  for (const op of ops) if (op.by !== 0 && isMeant(op)) names.add(nameOf(op.stamp));
  return names;
}

/** The operations that are contained in those that were accepted, and so are accepted with them. */
export function contained(accepted: readonly PendingOp[], all: Iterable<PendingOp>): PendingOp[] {
  const lastIds: Map<string, number> = new Map();
  for (const op of accepted) {
    const name = nameOf(op.stamp);
    if (op.by !== 0) lastIds.set(name, Math.max(op.id, lastIds.get(name) ?? 0));
  }
  if (lastIds.size === 0) return [];
  const isAccepted = new Set(accepted);
  return [...all].filter(
    (op) => op.by !== 0 && op.id < (lastIds.get(nameOf(op.stamp)) ?? 0) && !isAccepted.has(op),
  );
}

/** Counts anew, in their order, the operations of shares that get new stamps. */
export class Recount {
  readonly #shares: Map<string, Share> = new Map();

  move(op: PendingOp, stamp: Stamp): void {
    const name = nameOf(stamp);
    const share = counted(this.#shares.get(name) ?? { stamp, ...ZERO }, op.by);
    this.#shares.set(name, share);
    op.cell = counterCell(null, [share]);
    op.stamp = stamp;
  }
}

/** Takes what was refused out of the operations behind it. Gives those that were changed. */
export function uncount(refused: ReadonlySet<PendingOp>, rest: Iterable<PendingOp>): PendingOp[] {
  const gone: Map<string, Sums> = new Map();
  const changed: PendingOp[] = [];
  const all = [...refused, ...rest].filter((op) => op.by !== 0).sort((a, b) => a.id - b.id);
  for (const op of all) {
    const name = nameOf(op.stamp);
    const sums = gone.get(name) ?? ZERO;
    if (refused.has(op)) {
      gone.set(name, add(sums, op.by > 0 ? { plus: op.by, minus: 0 } : { plus: 0, minus: -op.by }));
    } else if (sums !== ZERO && op.cell.kind === 'counter') {
      op.cell = counterCell(
        null,
        op.cell.shares.map(({ stamp, plus, minus }) => ({
          stamp,
          plus: plus - sums.plus,
          minus: minus - sums.minus,
        })),
      );
      changed.push(op);
    }
  }
  return changed;
}
