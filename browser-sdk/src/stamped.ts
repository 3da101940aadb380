import { compareStamps, type Stamp } from './stamp.ts';

interface Stamped {
  readonly stamp: Stamp;
}

/** Two lists by stamp as one; of what has a stamp in both, what `join` makes of it. */
export function mergeByStamp<T extends Stamped>(
  a: readonly T[],
  b: readonly T[],
  join: (a: T, b: T) => T,
): T[] {
  const merged: T[] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    const left = a[i];
    const right = b[j];
    if (left === undefined) return [...merged, ...b.slice(j)];
    if (right === undefined) return [...merged, ...a.slice(i)];
    const order = compareStamps(left.stamp, right.stamp);
    if (order <= 0) i++;
    if (order >= 0) j++;
    merged.push(order < 0 ? left : order > 0 ? right : join(left, right));
  }
}

export function areSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a === b || (a.length === b.length && a.every((item, i) => Object.is(item, b[i])));
}
