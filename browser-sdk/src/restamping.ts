import { restamp } from './cell.ts';
import type { HybridClock } from './clock.ts';
import type { PendingOp } from './outbox.ts';
import { compareStamps, type Stamp } from './stamp.ts';

/**
 * Gives new stamps to the operations that are further ahead than `limitMs`, in their order, after a
 * wall clock turned out to be wrong. References follow: a remove goes on naming the tag it has seen.
 * What was sent keeps its stamps, because the server may have taken them. Gives what was changed.
 */
export function restampAll(
  ops: readonly PendingOp[],
  clock: HybridClock,
  limitMs: number,
): PendingOp[] {
  const future = ops.filter((op) => op.stamp.ms > limitMs && !isSent(op));
  if (future.length === 0 && clock.highWaterMs <= limitMs) return [];
  clock.rewind();
  for (const { stamp } of ops) {
    if (stamp.ms <= limitMs) clock.observe(stamp.ms, stamp.counter);
  }
  const renamed: Map<string, Stamp> = new Map();
  for (const op of future.sort((a, b) => compareStamps(a.stamp, b.stamp))) {
    const stamp = clock.next();
    renamed.set(nameOf(op.stamp), stamp);
    op.cell = restamp(
      op.cell,
      (old) => renamed.get(nameOf(old)) ?? old,
      (ms) => (ms > limitMs ? stamp.ms : ms),
    );
    op.stamp = stamp;
  }
  return future;
}

function isSent(op: PendingOp): boolean {
  return op.state === 'in-flight' || op.state === 'accepted';
}

function nameOf(stamp: Stamp): string {
  return `${stamp.ms} ${stamp.counter} ${stamp.writer}`;
}
