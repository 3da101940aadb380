import { compareStamps, MS_MAX, type Stamp } from './stamp.ts';
import { compareText } from './text.ts';
import { defineField, type Value } from './value.ts';
import { compareValues } from './value-order.ts';

/*
 * The state-based delta CRDTs of PROTOCOL section 3. Cells are never changed once made; `merge` gives
 * back its first argument itself when the second adds nothing.
 */

/** A last-writer-wins register. Without a value it is a tombstone. */
export interface ValueCell {
  readonly kind: 'value';
  readonly stamp: Stamp;
  readonly value: Value | undefined;
  /** 0: never. */
  readonly expiresMs: number;
}

/** The register that says whether an object exists. */
export interface Base {
  readonly stamp: Stamp;
  readonly present: boolean;
  /** 0: never. */
  readonly expiresMs: number;
}

/** An object with one last-writer-wins register per field. */
export interface FieldsCell {
  readonly kind: 'fields';
  readonly base: Base | null;
  /** In text order. */
  readonly names: readonly string[];
  /** By the order of `names`; `undefined`: the field was removed. */
  readonly values: readonly (Value | undefined)[];
  /** By the order of `names`; null when every field has the stamp of the base. */
  readonly stamps: readonly Stamp[] | null;
  /** The object as an application sees it, made when it is first asked for. */
  view: Value | undefined;
}

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

export type Cell = ValueCell | FieldsCell | OrCell;

export function fieldsCell(
  base: Base | null,
  names: readonly string[],
  values: readonly (Value | undefined)[],
  stamps: readonly Stamp[] | null,
): FieldsCell {
  return { kind: 'fields', base, names, values, stamps, view: undefined };
}

export function orCell(tags: readonly Tag[]): OrCell {
  return { kind: 'or', tags, view: undefined };
}

/** Cells of different kinds never merge; callers check `kind` first. */
export function merge(a: Cell, b: Cell): Cell {
  if (a.kind === 'value' && b.kind === 'value') {
    return compareRegisters(b, a) > 0 ? b : a;
  }
  if (a.kind === 'fields' && b.kind === 'fields') return mergeFields(a, b);
  if (a.kind === 'or' && b.kind === 'or') return mergeTags(a, b);
  throw new TypeError(`a ${a.kind} cell cannot be merged with a ${b.kind} cell`);
}

/*
 * Past the stamps, the orders only matter if a writer used one twice: replicas agree even then.
 */
function compareRegisters(a: ValueCell, b: ValueCell): number {
  return (
    compareStamps(a.stamp, b.stamp) || compareValues(a.value, b.value) || a.expiresMs - b.expiresMs
  );
}

function compareBases(a: Base, b: Base): number {
  return (
    compareStamps(a.stamp, b.stamp) ||
    Number(b.present) - Number(a.present) ||
    a.expiresMs - b.expiresMs
  );
}

export function stampOfField(cell: FieldsCell, index: number): Stamp {
  return (cell.stamps === null ? cell.base?.stamp : cell.stamps[index]) as Stamp;
}

function mergeFields(a: FieldsCell, b: FieldsCell): FieldsCell {
  const base = laterBase(a.base, b.base);
  const names: string[] = [];
  const values: (Value | undefined)[] = [];
  const stamps: Stamp[] = [];
  let isA = base === a.base;
  let isUniform = base !== null;
  const keep = (cell: FieldsCell, index: number): void => {
    const stamp = stampOfField(cell, index);
    if (base !== null) {
      const order = compareStamps(stamp, base.stamp);
      if (order < 0 || (order === 0 && (!base.present || cell.values[index] === undefined))) {
        if (cell === a) isA = false;
        return;
      }
      if (order > 0) isUniform = false;
    }
    if (cell !== a) isA = false;
    names.push(cell.names[index] as string);
    values.push(cell.values[index]);
    stamps.push(stamp);
  };
  let i = 0;
  let j = 0;
  while (i < a.names.length || j < b.names.length) {
    const order = compareAt(a.names[i], b.names[j]);
    if (order < 0) keep(a, i++);
    else if (order > 0) keep(b, j++);
    else {
      const later = compareStamps(stampOfField(b, j), stampOfField(a, i));
      if ((later || compareValues(b.values[j], a.values[i])) > 0) keep(b, j);
      else keep(a, i);
      i++;
      j++;
    }
  }
  return isA ? a : fieldsCell(base, names, values, isUniform ? null : stamps);
}

function compareAt(a: string | undefined, b: string | undefined): number {
  if (a === undefined) return 1;
  return b === undefined ? -1 : compareText(a, b);
}

function laterBase(a: Base | null, b: Base | null): Base | null {
  if (a === null || b === null) return a ?? b;
  return compareBases(b, a) > 0 ? b : a;
}

function mergeTags(a: OrCell, b: OrCell): OrCell {
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

/** When the cell will stop being visible by itself; 0: never. */
export function expiresMsOf(cell: Cell): number {
  if (cell.kind === 'value') return cell.expiresMs;
  return cell.kind === 'fields' ? (cell.base?.expiresMs ?? 0) : 0;
}

/** What an application sees in a cell, frozen; `undefined` if the key reads as absent. */
export function viewOf(cell: Cell, nowMs: number): Value | undefined {
  switch (cell.kind) {
    case 'value':
      return isOver(cell.expiresMs, nowMs) ? undefined : cell.value;
    case 'fields':
      if (cell.base === null || !cell.base.present || isOver(cell.base.expiresMs, nowMs)) {
        return undefined;
      }
      cell.view ??= objectOf(cell);
      return cell.view;
    case 'or':
      cell.view ??= Object.freeze(
        cell.tags.flatMap((tag) => (tag.value === undefined ? [] : [tag.value])),
      );
      return cell.view.length === 0 ? undefined : cell.view;
  }
}

export function isVisible(cell: Cell, nowMs: number): boolean {
  switch (cell.kind) {
    case 'value':
      return cell.value !== undefined && !isOver(cell.expiresMs, nowMs);
    case 'fields':
      return cell.base?.present === true && !isOver(cell.base.expiresMs, nowMs);
    case 'or':
      return cell.tags.some((tag) => tag.value !== undefined);
  }
}

function isOver(expiresMs: number, nowMs: number): boolean {
  return expiresMs !== 0 && nowMs >= expiresMs;
}

function objectOf(cell: FieldsCell): Value {
  const object: { [name: string]: Value } = {};
  for (let i = 0; i < cell.names.length; i++) {
    const value = cell.values[i];
    if (value !== undefined) defineField(object, cell.names[i] as string, value);
  }
  return Object.freeze(object);
}

/**
 * The same cell with its stamps put through `change`, and its removals through `changeMs`. An expiry
 * keeps its distance to its stamp.
 */
export function restamp(
  cell: Cell,
  change: (stamp: Stamp) => Stamp,
  changeMs: (ms: number) => number,
): Cell {
  switch (cell.kind) {
    case 'value':
      return restampRegister(cell, change);
    case 'fields': {
      const base = cell.base === null ? null : restampRegister(cell.base, change);
      return fieldsCell(base, cell.names, cell.values, cell.stamps?.map(change) ?? null);
    }
    case 'or':
      return orCell(
        cell.tags
          .map((tag) => ({
            stamp: change(tag.stamp),
            value: tag.value,
            removedMs: tag.value === undefined ? changeMs(tag.removedMs) : 0,
          }))
          .sort((a, b) => compareStamps(a.stamp, b.stamp)),
      );
  }
}

function restampRegister<R extends ValueCell | Base>(
  register: R,
  change: (stamp: Stamp) => Stamp,
): R {
  const stamp = change(register.stamp);
  const moved = register.expiresMs + stamp.ms - register.stamp.ms;
  const expiresMs = register.expiresMs === 0 ? 0 : Math.min(MS_MAX, Math.max(1, moved));
  return { ...register, stamp, expiresMs };
}
