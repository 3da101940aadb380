import { compareLives, isOver, type Life } from './life.ts';
import { compareStamps, type Stamp } from './stamp.ts';
import { compareText } from './text.ts';
import { defineField, type Value } from './value.ts';
import { compareValues } from './value-order.ts';

/** The register that says whether an object exists. */
export interface Base {
  readonly stamp: Stamp;
  readonly present: boolean;
  readonly life: Life;
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

export function fieldsCell(
  base: Base | null,
  names: readonly string[],
  values: readonly (Value | undefined)[],
  stamps: readonly Stamp[] | null,
): FieldsCell {
  return { kind: 'fields', base, names, values, stamps, view: undefined };
}

export function stampOfField(cell: FieldsCell, index: number): Stamp {
  return (cell.stamps === null ? cell.base?.stamp : cell.stamps[index]) as Stamp;
}

export function mergeFields(a: FieldsCell, b: FieldsCell): FieldsCell {
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

/** Past the stamps, the order only matters for touches, and if a writer used a stamp twice. */
function compareBases(a: Base, b: Base): number {
  return (
    compareStamps(a.stamp, b.stamp) ||
    Number(b.present) - Number(a.present) ||
    compareLives(a.life, b.life)
  );
}

export function pruneFields(cell: FieldsCell, frontierMs: number): FieldsCell | null {
  const base = cell.base === null || isPassed(cell.base, frontierMs) ? null : cell.base;
  if (base !== null && cell.stamps === null) return cell;
  const kept: number[] = [];
  let isUniform = base !== null;
  for (let i = 0; i < cell.names.length; i++) {
    const stamp = stampOfField(cell, i);
    const isOfBase = cell.base !== null && compareStamps(stamp, cell.base.stamp) === 0;
    const stays = isOfBase
      ? base !== null
      : stamp.ms > frontierMs || (cell.values[i] !== undefined && base?.present === true);
    if (!stays) continue;
    kept.push(i);
    isUniform = isUniform && isOfBase;
  }
  if (base === null && kept.length === 0) return null;
  if (base === cell.base && kept.length === cell.names.length) return cell;
  return fieldsCell(
    base,
    kept.map((i) => cell.names[i] as string),
    kept.map((i) => cell.values[i]),
    isUniform ? null : kept.map((i) => stampOfField(cell, i)),
  );
}

function isPassed(base: Base, frontierMs: number): boolean {
  return base.stamp.ms <= frontierMs && (!base.present || isOver(base.life, frontierMs));
}

/** The object that an application sees; frozen, and always the same one. */
export function objectOf(cell: FieldsCell): Value {
  if (cell.view !== undefined) return cell.view;
  const object: { [name: string]: Value } = {};
  for (let i = 0; i < cell.names.length; i++) {
    const value = cell.values[i];
    if (value !== undefined) defineField(object, cell.names[i] as string, value);
  }
  cell.view = Object.freeze(object);
  return cell.view;
}
