import { compareStamps, type Stamp } from './stamp.ts';
import type { Value } from './value.ts';
import { compareValues } from './value-order.ts';

/** One added value of an OR-Map, removed if it has no value. */
export interface Tag {
  readonly stamp: Stamp;
  readonly value: Value | undefined;
  /** 0 unless removed. */
  readonly removedMs: number;
}

/** The values under one key of an OR-Map. */
export interface OrCell {
  readonly kind: 'or';
  /** By stamp. */
  readonly tags: readonly Tag[];
  view: readonly Value[] | undefined;
}

export function orCell(tags: readonly Tag[]): OrCell {
  return { kind: 'or', tags, view: undefined };
}

export function mergeTags(a: OrCell, b: OrCell): OrCell {
  const tags: Tag[] = [];
  let isA = true;
  let i = 0;
  let j = 0;
  while (i < a.tags.length || j < b.tags.length) {
    const left = a.tags[i];
    const right = b.tags[j];
    const order = compareTags(left, right);
    if (order <= 0) i++;
    if (order >= 0) j++;
    const tag = order < 0 ? left : order > 0 ? right : mergeTag(left as Tag, right as Tag);
    if (tag !== left) isA = false;
    tags.push(tag as Tag);
  }
  return isA ? a : orCell(tags);
}

function compareTags(a: Tag | undefined, b: Tag | undefined): number {
  if (a === undefined) return 1;
  return b === undefined ? -1 : compareStamps(a.stamp, b.stamp);
}

/** A tag that is removed in either state is removed, at the greater time. */
function mergeTag(a: Tag, b: Tag): Tag {
  if (a.value !== undefined && b.value !== undefined) {
    return compareValues(b.value, a.value) > 0 ? b : a;
  }
  if (b.value !== undefined) return a;
  return a.value !== undefined || b.removedMs > a.removedMs ? b : a;
}

export function pruneTags(cell: OrCell, frontierMs: number): OrCell | null {
  const kept = cell.tags.filter(
    ({ value, stamp, removedMs }) =>
      value !== undefined || stamp.ms > frontierMs || removedMs > frontierMs,
  );
  if (kept.length === 0) return null;
  return kept.length === cell.tags.length ? cell : orCell(kept);
}

/** The values that an application sees, oldest first; frozen, and always the same list. */
export function valuesOf(cell: OrCell): readonly Value[] {
  cell.view ??= Object.freeze(
    cell.tags.flatMap((tag) => (tag.value === undefined ? [] : [tag.value])),
  );
  return cell.view;
}
