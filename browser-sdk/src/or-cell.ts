import type { Stamp } from './stamp.ts';
import { areSame, mergeByStamp } from './stamped.ts';
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
  const tags = mergeByStamp(a.tags, b.tags, mergeTag);
  return areSame(tags, a.tags) ? a : orCell(tags);
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
