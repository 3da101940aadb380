import {
  type CounterCell,
  counterCell,
  countOf,
  mergeCounters,
  pruneCounter,
} from './counter-cell.ts';
import {
  type Base,
  type FieldsCell,
  fieldsCell,
  mergeFields,
  objectOf,
  pruneFields,
} from './fields-cell.ts';
import { FOREVER, isOver, type Life } from './life.ts';
import { mergeTags, type OrCell, orCell, pruneTags, valuesOf } from './or-cell.ts';
import { compareStamps, MS_MAX, type Stamp } from './stamp.ts';
import { areSame } from './stamped.ts';
import type { Value } from './value.ts';
import { mergeValues, pruneValue, type ValueCell, valueCell } from './value-cell.ts';

/*
 * The state-based delta CRDTs of PROTOCOL section 3: what all kinds have in common. Cells are never
 * changed once made.
 */

export type Cell = ValueCell | FieldsCell | OrCell | CounterCell;

/** Gives `a` itself when `b` adds nothing. Cells of different kinds never merge; callers check `kind` first. */
export function merge(a: Cell, b: Cell): Cell {
  if (a.kind === 'value' && b.kind === 'value') return mergeValues(a, b);
  if (a.kind === 'fields' && b.kind === 'fields') return mergeFields(a, b);
  if (a.kind === 'or' && b.kind === 'or') return mergeTags(a, b);
  if (a.kind === 'counter' && b.kind === 'counter') return mergeCounters(a, b);
  throw new TypeError('two kinds');
}

/**
 * The cell without what can no longer change anything once the frontier is there: the cell itself if
 * nothing goes, null if nothing is left.
 */
export function prune(cell: Cell, frontierMs: number): Cell | null {
  switch (cell.kind) {
    case 'value':
      return pruneValue(cell, frontierMs);
    case 'fields':
      return pruneFields(cell, frontierMs);
    case 'or':
      return pruneTags(cell, frontierMs);
    case 'counter':
      return pruneCounter(cell, frontierMs);
  }
}

export function lifeOf(cell: Cell): Life {
  if (cell.kind === 'value') return cell.life;
  return cell.kind === 'fields' ? (cell.base?.life ?? FOREVER) : FOREVER;
}

/** What an application sees in a cell, frozen; `undefined` if the key reads as absent. */
export function viewOf(cell: Cell, nowMs: number): Value | undefined {
  if (!isVisible(cell, nowMs)) return undefined;
  switch (cell.kind) {
    case 'value':
      return cell.value;
    case 'fields':
      return objectOf(cell);
    case 'or':
      return valuesOf(cell);
    case 'counter':
      return countOf(cell);
  }
}

/** A value that can be seen and does not go by itself, as most are. */
export function isLasting(cell: Cell | undefined): cell is ValueCell {
  return cell?.kind === 'value' && cell.value !== undefined && cell.life === FOREVER;
}

export function isVisible(cell: Cell, nowMs: number): boolean {
  switch (cell.kind) {
    case 'value':
      return cell.value !== undefined && !isOver(cell.life, nowMs);
    case 'fields':
      return cell.base?.present === true && !isOver(cell.base.life, nowMs);
    case 'or':
      return cell.tags.some((tag) => tag.value !== undefined);
    case 'counter':
      return true;
  }
}

/**
 * Whether what an application sees of a key is the same before and after, as when the entry was touched or
 * the frontier went by. Both can be seen. Then they share their view.
 */
export function isSameView(before: Cell, after: Cell): boolean {
  if (before.kind === 'value' && after.kind === 'value') {
    return compareStamps(before, after) === 0;
  }
  if (before.kind === 'fields' && after.kind === 'fields') {
    if (!areSame(before.names, after.names) || !areSame(before.values, after.values)) return false;
    after.view = before.view;
    return true;
  }
  if (before.kind === 'or' && after.kind === 'or') {
    if (!areSame(valuesOf(before), valuesOf(after))) return false;
    after.view = before.view;
    return true;
  }
  return (
    before.kind === 'counter' && after.kind === 'counter' && countOf(before) === countOf(after)
  );
}

/**
 * The same delta with its stamps put through `change`, and its removals and touches through `changeMs`.
 * An expiry keeps its distance to its stamp.
 */
export function restamp(
  cell: Cell,
  change: (stamp: Stamp) => Stamp,
  changeMs: (ms: number) => number,
): Cell {
  switch (cell.kind) {
    case 'value':
      return restampValue(cell, change(cell), changeMs);
    case 'fields': {
      const base = cell.base === null ? null : restampBase(cell.base, change, changeMs);
      return fieldsCell(base, cell.names, cell.values, cell.stamps?.map(change) ?? null);
    }
    case 'or':
      return orCell(
        sorted(
          cell.tags.map((tag) => ({
            stamp: change(tag.stamp),
            value: tag.value,
            removedMs: tag.value === undefined ? changeMs(tag.removedMs) : 0,
          })),
        ),
      );
    case 'counter':
      return counterCell(
        cell.folded,
        sorted(cell.shares.map((share) => ({ ...share, stamp: change(share.stamp) }))),
      );
  }
}

function restampValue(cell: ValueCell, stamp: Stamp, changeMs: (ms: number) => number): ValueCell {
  return valueCell(stamp, cell.value, movedLife(cell.life, stamp.ms - cell.ms, changeMs));
}

function restampBase(
  { stamp: before, present, life }: Base,
  change: (stamp: Stamp) => Stamp,
  changeMs: (ms: number) => number,
): Base {
  const stamp = change(before);
  return { stamp, present, life: movedLife(life, stamp.ms - before.ms, changeMs) };
}

function movedLife(life: Life, byMs: number, changeMs: (ms: number) => number): Life {
  if (life === FOREVER) return life;
  const { expiresMs, idleMs, touchedMs } = life;
  return {
    expiresMs: expiresMs === 0 ? 0 : Math.min(MS_MAX, Math.max(1, expiresMs + byMs)),
    idleMs,
    touchedMs: idleMs === 0 ? 0 : changeMs(touchedMs),
  };
}

function sorted<T extends { readonly stamp: Stamp }>(items: T[]): T[] {
  return items.sort((a, b) => compareStamps(a.stamp, b.stamp));
}
