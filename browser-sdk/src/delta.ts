import { type Cell, isVisible, lifeOf } from './cell.ts';
import { type CounterCell, counted, counterCell, SHARE_MS, type Share } from './counter-cell.ts';
import { invalidValue, TopGunError } from './error.ts';
import { fieldsCell } from './fields-cell.ts';
import { FOREVER, type Life } from './life.ts';
import type { Limits } from './limits.ts';
import { type OrCell, orCell } from './or-cell.ts';
import { COUNTER_MAX, compareStamps, nameOf as nameOfStamp, type Stamp } from './stamp.ts';
import { compareText, utf8Length } from './text.ts';
import { isPlainObject, normalize, type Value } from './value.ts';
import { valueCell } from './value-cell.ts';
import { compareValues, encodeValue } from './value-order.ts';

/*
 * What an application's calls become: deltas. Everything here throws a `TopGunError` for input that
 * the server would refuse.
 */

/** A whole entry: fields for a plain object, else a value. Fields that are `undefined` are left out. */
export function setDelta(input: unknown, stamp: Stamp, life: Life, limits: Limits): Cell {
  if (!isPlainObject(input)) {
    return valueCell(stamp, checked(input, limits), life);
  }
  const fields = fieldsOf(input, limits).filter(([, value]) => value !== undefined);
  const base = { stamp, present: true, life };
  return fieldsCell(base, fields.map(nameOf), fields.map(contentOf), null);
}

/** Some fields of an entry; `undefined` removes one. */
export function updateDelta(input: unknown, stamp: Stamp, limits: Limits): Cell {
  if (!isPlainObject(input)) throw invalidValue('update takes an object of fields');
  const fields = fieldsOf(input, limits);
  if (fields.length === 0) throw invalidValue('update without a field');
  const stamps = fields.map(() => stamp);
  return fieldsCell(null, fields.map(nameOf), fields.map(contentOf), stamps);
}

/** A tombstone of the kind that is there. */
export function deleteDelta(kind: 'value' | 'fields', stamp: Stamp): Cell {
  if (kind === 'value') return valueCell(stamp, undefined, FOREVER);
  return fieldsCell({ stamp, present: false, life: FOREVER }, [], [], null);
}

export function addDelta(input: unknown, stamp: Stamp, limits: Limits): OrCell {
  return orCell([{ stamp, value: checked(input, limits), removedMs: 0 }]);
}

/**
 * Removes the tags of a cell that hold an equal value; null if there are none. A tag that its writer
 * made later, while the remove waited for the cell to be loaded, is not among what it had seen.
 */
export function removeDelta(
  cell: OrCell | undefined,
  input: unknown,
  stamp: Stamp,
  limits: Limits,
): OrCell | null {
  const wanted = checked(input, limits);
  const tags = (cell?.tags ?? []).filter(
    (tag) =>
      tag.value !== undefined &&
      compareValues(tag.value, wanted) === 0 &&
      !(tag.stamp.writer === stamp.writer && compareStamps(tag.stamp, stamp) > 0),
  );
  if (tags.length === 0) return null;
  return orCell(tags.map((tag) => ({ stamp: tag.stamp, value: undefined, removedMs: stamp.ms })));
}

/** A writer's clock and others' may differ by less than this, so it begins another share so much earlier. */
const SHARE_MARGIN_MS = 3_600_000;

/** What this writer has counted, `by` included: goes on with its own share while that is young and not closed. */
export function countDelta(
  cell: CounterCell | undefined,
  by: number,
  stamp: Stamp,
  limits: Limits,
  closed: ReadonlySet<string>,
): CounterCell {
  if (!Number.isSafeInteger(by) || by === 0)
    throw invalidValue('to count takes a whole number, not 0');
  const shares = cell?.shares ?? [];
  const fromMs = stamp.ms - (SHARE_MS - SHARE_MARGIN_MS);
  const own = shares.findLast(
    (it) =>
      it.stamp.writer === stamp.writer &&
      it.stamp.ms > fromMs &&
      !closed.has(nameOfStamp(it.stamp)),
  );
  if (own === undefined && shares.length >= limits.sharesMax) {
    throw new TopGunError('TOO_MANY_FIELDS', 'too many have counted here of late');
  }
  const share = counted(own ?? { stamp, plus: 0, minus: 0 }, by);
  if (Math.max(share.plus, share.minus) > Number.MAX_SAFE_INTEGER)
    throw invalidValue('2^53 is too far');
  return counterCell(null, [share]);
}

/** Touches an entry; null if there is none that can go idle. */
export function touchDelta(cell: Cell | undefined, nowMs: number): Cell | null {
  if (cell === undefined || !isVisible(cell, nowMs)) return null;
  const { idleMs, touchedMs } = lifeOf(cell);
  if (idleMs === 0 || nowMs <= touchedMs) return null;
  const life = { ...lifeOf(cell), touchedMs: nowMs };
  if (cell.kind === 'value') return valueCell(cell, cell.value, life);
  if (cell.kind !== 'fields' || cell.base === null) return null;
  return fieldsCell({ ...cell.base, life }, [], [], null);
}

/**
 * The stamp under which a delta was made, read from the delta. A remove does not hold its own: it is
 * taken to be the last of its millisecond, behind the adds that it names.
 */
export function stampOfDelta(cell: Cell, writer: string): Stamp {
  if (cell.kind === 'value') return { ms: cell.ms, counter: cell.counter, writer: cell.writer };
  if (cell.kind === 'fields') return (cell.base?.stamp ?? cell.stamps?.[0]) as Stamp;
  if (cell.kind === 'counter') return (cell.shares[0] as Share).stamp;
  const [tag] = cell.tags;
  return tag === undefined || tag.value === undefined
    ? { ms: tag?.removedMs ?? 0, counter: COUNTER_MAX, writer }
    : tag.stamp;
}

type Field = readonly [name: string, value: Value | undefined];

const nameOf = (field: Field): string => field[0];
const contentOf = (field: Field): Value | undefined => field[1];

function fieldsOf(input: { readonly [name: string]: unknown }, limits: Limits): Field[] {
  const fields: Field[] = [];
  for (const name of Object.keys(input)) {
    const length = utf8Length(name);
    if (length < 1 || length > limits.keyBytesMax) throw invalidValue('a field name out of bounds');
    const value = input[name];
    fields.push([name, value === undefined ? undefined : checked(value, limits)]);
  }
  if (fields.length > limits.fieldsMax) throw new TopGunError('TOO_MANY_FIELDS', 'too many fields');
  return fields.sort((a, b) => compareText(a[0], b[0]));
}

function checked(input: unknown, limits: Limits): Value {
  const value = normalize(input, limits.depthMax);
  if (mayExceed(value, limits.valueBytesMax) && encodeValue(value).length > limits.valueBytesMax) {
    throw new TopGunError('VALUE_TOO_LARGE', `more than ${limits.valueBytesMax} bytes`);
  }
  return value;
}

/** Whether it has to be encoded to know: three bytes for each of a text's units, and the head, are the most. */
function mayExceed(value: Value, bytesMax: number): boolean {
  return typeof value === 'string'
    ? value.length * 3 + 9 > bytesMax
    : typeof value === 'object' && value !== null;
}
