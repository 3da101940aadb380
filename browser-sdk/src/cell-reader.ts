import type { Entry } from './block-codec.ts';
import type { CborReader } from './cbor-reader.ts';
import type { Cell } from './cell.ts';
import { COUNTER, EXPIRES, FIELDS, IDLES, OR, PRESENT, VALUE } from './cell-form.ts';
import {
  type CounterCell,
  counterCell,
  type Folded,
  type Share,
  type Sums,
} from './counter-cell.ts';
import { invalidValue, TopGunError } from './error.ts';
import { type Base, type FieldsCell, fieldsCell } from './fields-cell.ts';
import { FOREVER, type Life } from './life.ts';
import { isKey } from './limits.ts';
import { type OrCell, orCell, type Tag } from './or-cell.ts';
import { type ReadRefs, readRefs, refuseWriter } from './read-refs.ts';
import { COUNTER_MAX, compareStamps, isWriter, MS_MAX, type Stamp } from './stamp.ts';
import { compareText } from './text.ts';
import { UnreadFields } from './unread-fields.ts';
import type { Value } from './value.ts';
import { valueCell } from './value-cell.ts';

export function decodeCanonical(reader: CborReader): [key: string, cell: Cell] {
  const { key, cell } = readEntry(reader, '', canonicalRefs());
  return [key, cell];
}

function canonicalRefs(): ReadRefs {
  return readRefs(
    0,
    [],
    (reader) => {
      const text = reader.text();
      return isWriter(text) ? text : refuseWriter();
    },
    (reader) => reader.text(),
  );
}

export function readEntry(reader: CborReader, map: string, refs: ReadRefs): Entry {
  const length = reader.array() - 2;
  const key = reader.text();
  // Of a text that was read one character has three bytes at most: few keys need be counted.
  const { keyBytesMax } = reader.limits;
  const isShort = key !== '' && 3 * key.length <= keyBytesMax;
  if (!isShort && !isKey(key, keyBytesMax)) throw new TopGunError('INVALID_KEY', 'not a key');
  return { map, key, cell: readCell(reader, length, refs) };
}

function readCell(reader: CborReader, length: number, refs: ReadRefs): Cell {
  switch (reader.unsigned()) {
    case VALUE:
      return readValue(reader, length, refs);
    case FIELDS:
      return readFields(reader, length, refs);
    case OR:
      return readTags(reader, length, refs);
    case COUNTER:
      return readCounter(reader, length, refs);
    default:
      throw new TopGunError('UNKNOWN_KIND', 'a cell of an unknown kind');
  }
}

function readStamp(reader: CborReader, refs: ReadRefs): Stamp {
  const ms = refs.baseMs + reader.integer();
  const counter = reader.unsigned();
  const writer = refs.writer(reader);
  if (ms < 0 || ms > MS_MAX || counter > COUNTER_MAX) {
    throw new TopGunError('INVALID_STAMP', 'a stamp out of range');
  }
  if (ms > refs.newestMs || (ms === refs.newestMs && counter > refs.newestCounter)) {
    refs.newestMs = ms;
    refs.newestCounter = counter;
  }
  return { ms, counter, writer };
}

function readMs(reader: CborReader, refs: ReadRefs): number {
  const ms = refs.baseMs + reader.integer();
  if (ms < 0 || ms > MS_MAX) throw new TopGunError('INVALID_STAMP', 'a time out of range');
  return ms;
}

function readExpiry(reader: CborReader, refs: ReadRefs): number {
  const ms = refs.baseMs + reader.integer();
  if (ms <= 0 || ms > MS_MAX) throw invalidValue('a time out of range');
  return ms;
}

function readIdle(reader: CborReader, expiresMs: number, refs: ReadRefs): Life {
  const idleMs = reader.unsigned();
  const touchedMs = refs.baseMs + reader.integer();
  if (idleMs === 0 || idleMs > MS_MAX || touchedMs < 0 || touchedMs > MS_MAX) {
    throw invalidValue('a time out of range');
  }
  return { expiresMs, idleMs, touchedMs };
}

function readOptional(reader: CborReader): Value | undefined {
  return reader.takeUndefined() ? undefined : reader.value();
}

function readValue(reader: CborReader, length: number, refs: ReadRefs): Cell {
  if (length !== 4 && length !== 5 && length !== 7)
    throw invalidValue('an array of a wrong length');
  const stamp = readStamp(reader, refs);
  const value = readOptional(reader);
  if (length === 4) return valueCell(stamp, value, FOREVER);
  if (value === undefined) throw invalidValue('a removed value has no life');
  const expiresMs = length === 7 && reader.takeNull() ? 0 : readExpiry(reader, refs);
  const life = length === 7 ? readIdle(reader, expiresMs, refs) : expiring(expiresMs);
  return valueCell(stamp, value, life);
}

export function readFields(reader: CborReader, length: number, refs: ReadRefs): FieldsCell {
  if (length < 1) throw invalidValue('an empty cell');
  const at = reader.position;
  if (reader.takeNull()) {
    if (length === 1) throw invalidValue('an empty cell');
    return readGroups(reader, length - 1, null, NO_FIELDS, refs);
  }
  const count = reader.array();
  const stamp = readStamp(reader, refs);
  const flags = reader.unsigned();
  const { readAt, indices } = refs;
  if (readAt && length === 1 && flags === PRESENT && count === 4 + 2 * indices.length) {
    if (reader.passFields(indices)) return new UnreadFields(readAt, at);
  }
  const life = flags <= PRESENT ? FOREVER : readLife(reader, flags, refs);
  const rest = count - 4 - (flags & EXPIRES ? 1 : 0) - (flags & IDLES ? 2 : 0);
  if (rest < 0 || rest % 2 !== 0) throw invalidValue('an array of a wrong length');
  if (rest > 0 && !(flags & PRESENT)) throw invalidValue('fields in an absent base');
  const base = { stamp, present: (flags & PRESENT) !== 0, life };
  const fields = readBaseFields(reader, rest / 2, refs);
  if (length > 1) return readGroups(reader, length - 1, base, fields, refs);
  return fieldsCell(base, fields.names, fields.values, null);
}

function readLife(reader: CborReader, flags: number, refs: ReadRefs): Life {
  if (flags > (PRESENT | EXPIRES | IDLES)) throw invalidValue('unknown flags');
  if (!(flags & PRESENT)) throw invalidValue('a deleted entry has no life');
  const expiresMs = flags & EXPIRES ? readExpiry(reader, refs) : 0;
  return flags & IDLES ? readIdle(reader, expiresMs, refs) : expiring(expiresMs);
}

function expiring(expiresMs: number): Life {
  return { expiresMs, idleMs: 0, touchedMs: 0 };
}

interface BaseFields {
  readonly names: readonly string[];
  readonly values: readonly (Value | undefined)[];
}

const NO_FIELDS: BaseFields = { names: [], values: [] };

/** Takes the last cell's names if they are the same, so that 100,000 rows share one array. */
function readBaseFields(reader: CborReader, count: number, refs: ReadRefs): BaseFields {
  const values: Value[] = new Array(count);
  let names = refs.shape;
  for (let i = 0; i < count; i++) {
    const name = refs.name(reader);
    if (name !== names[i]) {
      if (names === refs.shape) names = names.slice(0, i);
      names.push(name);
    }
    values[i] = reader.value();
  }
  if (names.length > count) names = names.slice(0, count);
  if (names !== refs.shape) {
    checkNames(names);
    refs.shape = names;
    refs.indices = names.map((it) => refs.names.indexOf(it));
  }
  return { names, values };
}

function checkNames(names: readonly string[]): void {
  for (let i = 0; i < names.length; i++) {
    if (names[i] === '') throw invalidValue('an empty name');
    if (i > 0 && compareText(names[i - 1] as string, names[i] as string) >= 0) {
      throw invalidValue('names are not in text order');
    }
  }
}

interface Field {
  readonly name: string;
  readonly value: Value | undefined;
  readonly stamp: Stamp;
}

function readGroups(
  reader: CborReader,
  count: number,
  base: Base | null,
  baseFields: BaseFields,
  refs: ReadRefs,
): FieldsCell {
  const fields: Field[] = baseFields.names.map((name, i) => ({
    name,
    value: baseFields.values[i],
    stamp: base?.stamp as Stamp,
  }));
  let last = base?.stamp;
  for (let i = 0; i < count; i++) {
    const length = reader.array() - 3;
    const stamp = readStamp(reader, refs);
    if (length < 2 || length % 2 !== 0) throw invalidValue('an array of a wrong length');
    if (last !== undefined && compareStamps(last, stamp) >= 0)
      throw invalidValue('stamps out of order');
    last = stamp;
    const own: string[] = [];
    for (let j = 0; j < length; j += 2) {
      const name = refs.name(reader);
      own.push(name);
      fields.push({ name, value: readOptional(reader), stamp });
    }
    checkNames(own);
  }
  fields.sort((a, b) => compareText(a.name, b.name));
  const sorted = fields.map((field) => field.name);
  checkNames(sorted);
  return fieldsCell(
    base,
    sorted,
    fields.map((field) => field.value),
    fields.map((field) => field.stamp),
  );
}

function readTags(reader: CborReader, count: number, refs: ReadRefs): OrCell {
  if (count < 1) throw invalidValue('an empty cell');
  const tags: Tag[] = [];
  for (let i = 0; i < count; i++) {
    const length = reader.array();
    const stamp = readStamp(reader, refs);
    const previous = tags[i - 1];
    if (previous !== undefined && compareStamps(previous.stamp, stamp) >= 0) {
      throw invalidValue('stamps out of order');
    }
    const value = readOptional(reader);
    if (length !== (value === undefined ? 5 : 4)) throw invalidValue('an array of a wrong length');
    tags.push({ stamp, value, removedMs: value === undefined ? readMs(reader, refs) : 0 });
  }
  return orCell(tags);
}

function readCounter(reader: CborReader, length: number, refs: ReadRefs): CounterCell {
  if (length < 1) throw invalidValue('an empty cell');
  const folded = reader.takeNull() ? null : readFolded(reader, refs);
  if (folded === null && length === 1) throw invalidValue('an empty cell');
  const shares: Share[] = [];
  for (let i = 1; i < length; i++) {
    if (reader.array() !== 5) throw invalidValue('an array of a wrong length');
    const stamp = readStamp(reader, refs);
    const previous = shares.at(-1);
    if (previous !== undefined && compareStamps(previous.stamp, stamp) >= 0) {
      throw invalidValue('stamps out of order');
    }
    if (folded !== null && stamp.ms <= folded.ms) throw invalidValue('stamps out of order');
    shares.push({ stamp, ...readSums(reader) });
  }
  return counterCell(folded, shares);
}

function readFolded(reader: CborReader, refs: ReadRefs): Folded {
  if (reader.array() !== 3) throw invalidValue('an array of a wrong length');
  return { ms: readMs(reader, refs), ...readSums(reader) };
}

function readSums(reader: CborReader): Sums {
  const plus = reader.unsigned();
  const minus = reader.unsigned();
  if (plus === 0 && minus === 0) throw invalidValue('a sum of nothing');
  return { plus, minus };
}
