import { restamp } from './cell.ts';
import type { HybridClock } from './clock.ts';
import { isSent, type PendingOp } from './outbox.ts';
import { Recount } from './shares.ts';
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
  const future = movable(ops, limitMs);
  if (future.length === 0 && clock.highWaterMs <= limitMs) return [];
  clock.rewind();
  const moving = new Set(future);
  const staying = ops.filter((op) => !moving.has(op)).map(({ stamp }) => stamp);
  for (const { ms, counter } of staying.sort(compareStamps)) {
    // The clock may be ahead of the limit by what it has seen, and must not give out again what is in use there.
    if (ms <= Math.max(limitMs, clock.highWaterMs)) clock.observe(ms, counter);
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

/**
 * What may get a new stamp. A share or a tag under a new name counts again, so it keeps its name as long as
 * the server may have taken it, and with it whatever else has the name.
 */
function movable(ops: readonly PendingOp[], limitMs: number): PendingOp[] {
  const staying: Set<string> = new Set();
  const stay = (op: PendingOp): void => {
    for (const name of namesIn(op)) staying.add(name);
  };
  for (const op of ops) if (isSent(op) || op.mayBeTaken) stay(op);
  let moving = ops.filter((op) => op.stamp.ms > limitMs && !isSent(op));
  for (;;) {
    const tied = new Set(moving.filter((op) => namesIn(op).some((name) => staying.has(name))));
    if (tied.size === 0) return moving;
    tied.forEach(stay);
    moving = moving.filter((op) => !tied.has(op));
  }
}

/** The share of a counter, or the tags, that an operation adds or removes. */
function namesIn(op: PendingOp): string[] {
  if (op.by !== 0) return [nameOf(op.stamp)];
  return op.cell.kind === 'or' ? op.cell.tags.map(({ stamp }) => nameOf(stamp)) : [];
}
