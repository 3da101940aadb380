import { restamp } from './cell.ts';
import type { HybridClock } from './clock.ts';
import { isSent, type PendingOp } from './outbox.ts';
import { Recount, sharesOf } from './shares.ts';
import { compareStamps, nameOf, type Stamp } from './stamp.ts';

/**
 * Gives new stamps to the operations that are further ahead than `limitMs`, in their order, after a
 * wall clock turned out to be wrong. References follow: a remove goes on naming the tag it has seen, and
 * what was added to one share of a counter goes to one share. What was sent keeps its stamps, because the
 * server may have taken them. Gives what was changed.
 */
export function restampAll(
  ops: readonly PendingOp[],
  clock: HybridClock,
  limitMs: number,
): PendingOp[] {
  const staying = sharesOf(ops, (op) => isSent(op) || op.mayBeTaken);
  const future = ops.filter(
    (op) => op.stamp.ms > limitMs && !isSent(op) && !(op.by !== 0 && staying.has(nameOf(op.stamp))),
  );
  if (future.length === 0 && clock.highWaterMs <= limitMs) return [];
  clock.rewind();
  for (const { stamp } of ops) {
    if (stamp.ms <= limitMs) clock.observe(stamp.ms, stamp.counter);
  }
  const renamed: Map<string, Stamp> = new Map();
  const recount = new Recount();
  for (const op of future.sort((a, b) => compareStamps(a.stamp, b.stamp) || a.id - b.id)) {
    const name = nameOf(op.stamp);
    const stamp = renamed.get(name) ?? clock.next();
    renamed.set(name, stamp);
    if (op.by !== 0) {
      recount.move(op, stamp);
      continue;
    }
    op.cell = restamp(
      op.cell,
      (old) => renamed.get(nameOf(old)) ?? old,
      (ms) => (ms > limitMs ? stamp.ms : ms),
    );
    op.stamp = stamp;
  }
  return future;
}
