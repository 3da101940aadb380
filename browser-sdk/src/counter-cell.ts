import type { Stamp } from './stamp.ts';
import { areSame, mergeByStamp } from './stamped.ts';

/** For how long behind its stamp a writer adds to a share; a constant of the protocol. */
export const SHARE_MS = 86_400_000;

/** What was added up, and what was taken off: each 0 to 2^53-1, not both 0. */
export interface Sums {
  readonly plus: number;
  readonly minus: number;
}

/** What one writer has counted since its stamp, which names the share. */
export interface Share extends Sums {
  readonly stamp: Stamp;
}

/** The shares that the frontier has passed, in one. */
export interface Folded extends Sums {
  /** The greatest of their stamps. */
  readonly ms: number;
}

/** A PN-counter. */
export interface CounterCell {
  readonly kind: 'counter';
  readonly folded: Folded | null;
  /** By stamp, all newer than what is folded. */
  readonly shares: readonly Share[];
}

export function counterCell(folded: Folded | null, shares: readonly Share[]): CounterCell {
  return { kind: 'counter', folded, shares };
}

export function mergeCounters(a: CounterCell, b: CounterCell): CounterCell {
  const folded = laterFolded(a.folded, b.folded);
  const shares = mergeByStamp(a.shares, b.shares, mergeShare).filter(
    ({ stamp }) => folded === null || stamp.ms > folded.ms,
  );
  return folded === a.folded && areSame(shares, a.shares) ? a : counterCell(folded, shares);
}

function mergeShare(a: Share, b: Share): Share {
  if (b.plus <= a.plus && b.minus <= a.minus) return a;
  return {
    stamp: a.stamp,
    plus: Math.max(a.plus, b.plus),
    minus: Math.max(a.minus, b.minus),
  };
}

function laterFolded(a: Folded | null, b: Folded | null): Folded | null {
  if (a === null || b === null) return a ?? b;
  return (b.ms - a.ms || b.plus - a.plus || b.minus - a.minus) > 0 ? b : a;
}

export function pruneCounter(cell: CounterCell, frontierMs: number): CounterCell {
  const passed = cell.shares.filter(({ stamp }) => stamp.ms + SHARE_MS <= frontierMs);
  if (passed.length === 0) return cell;
  const sums = [...(cell.folded === null ? [] : [cell.folded]), ...passed].reduce(add, ZERO);
  // The shares are in the order of their stamps and behind what is folded.
  const { ms } = (passed.at(-1) as Share).stamp;
  return counterCell({ ms, ...sums }, cell.shares.slice(passed.length));
}

export const ZERO: Sums = { plus: 0, minus: 0 };

/** Both sums stop at 2^53-1, so their order does not matter. */
export function add(a: Sums, b: Sums): Sums {
  return {
    plus: Math.min(Number.MAX_SAFE_INTEGER, a.plus + b.plus),
    minus: Math.min(Number.MAX_SAFE_INTEGER, a.minus + b.minus),
  };
}

/** The share with something more added, or taken off. */
export function counted(share: Share, by: number): Share {
  const { stamp, plus, minus } = share;
  return by > 0 ? { stamp, plus: plus + by, minus } : { stamp, plus, minus: minus - by };
}

/** What an application sees. */
export function countOf(cell: CounterCell): number {
  const { plus, minus } = cell.shares.reduce(add, cell.folded ?? ZERO);
  return plus - minus;
}
