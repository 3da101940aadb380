import { compareLives, isOver, type Life } from './life.ts';
import { compareStamps, type Stamp } from './stamp.ts';
import type { Value } from './value.ts';
import { compareValues } from './value-order.ts';

/** A last-writer-wins register, which is a stamp with something to it. Without a value it is a tombstone. */
export interface ValueCell extends Stamp {
  readonly kind: 'value';
  readonly value: Value | undefined;
  readonly life: Life;
}

export function valueCell(
  { ms, counter, writer }: Stamp,
  value: Value | undefined,
  life: Life,
): ValueCell {
  return { kind: 'value', ms, counter, writer, value, life };
}

/** Past the stamps, the order only matters for touches, and if a writer used a stamp twice. */
export function mergeValues(a: ValueCell, b: ValueCell): ValueCell {
  const order =
    compareStamps(b, a) || compareValues(b.value, a.value) || compareLives(b.life, a.life);
  return order > 0 ? b : a;
}

export function pruneValue(cell: ValueCell, frontierMs: number): ValueCell | null {
  const isGone = cell.value === undefined || isOver(cell.life, frontierMs);
  return isGone && cell.ms <= frontierMs ? null : cell;
}
