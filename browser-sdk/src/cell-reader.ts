import type { CborReader } from './cbor-reader.ts';
import {
  type Base,
  type Cell,
  type FieldsCell,
  fieldsCell,
  type OrCell,
  orCell,
  type Tag,
} from './cell.ts';
import { EXPIRES, FIELDS, OR, PRESENT, VALUE } from './cell-form.ts';
import { TopGunError } from './error.ts';
import { isKey } from './limits.ts';
import { COUNTER_MAX, compareStamps, isWriter, MS_MAX, type Stamp } from './stamp.ts';
import { compareText } from './text.ts';
import type { Value } from './value.ts';

/** How a cell refers to writers and names in what is read, and what the cells of one block share. */
export interface ReadRefs {
  readonly baseMs: number;
  writer(reader: CborReader): string;
  name(reader: CborReader): string;
  /** The names of the last fields cell, to be shared by the next one if they are the same. */
  shape: readonly string[];
  /** The greatest stamp so far. */
  newestMs: number;
  newestCounter: number;
}

export function decodeCanonical(reader: CborReader): [key: string, cell: Cell] {
  return readCell(reader, canonicalRefs());
}

function canonicalRefs(): ReadRefs {
  const text = (reader: CborReader): string => reader.text();
  return { baseMs: 0, writer: text, name: text, shape: [], newestMs: 0, newestCounter: 0 };
}

export function readCell(reader: CborReader, refs: ReadRefs): [key: string, cell: Cell] {
  const length = reader.array();
  const key = reader.text();
  if (!isKey(key, reader.limits.keyBytesMax)) throw new TopGunError('INVALID_KEY', 'not a key');
  switch (reader.unsigned()) {
    case VALUE:
      return [key, readValue(reader, length - 2, refs)];
    case FIELDS:
      return [key, readFields(reader, length - 2, refs)];
    case OR:
      return [key, readTags(reader, length - 2, refs)];
    default:
      throw new TopGunError('UNKNOWN_KIND', 'a cell of an unknown kind');
  }
}

function readStamp(reader: CborReader, refs: ReadRefs): Stamp {
  const ms = refs.baseMs + reader.integer();
  const counter = reader.unsigned();
  const writer = refs.writer(reader);
  if (ms < 0 || ms > MS_MAX || counter > COUNTER_MAX || !isWriter(writer)) {
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
  if (ms <= 0 || ms > MS_MAX) throw invalid('an expiry out of range');
  return ms;
}

function readOptional(reader: CborReader): Value | undefined {
  return reader.takeUndefined() ? undefined : reader.value();
}

function readValue(reader: CborReader, length: number, refs: ReadRefs): Cell {
  if (length !== 4 && length !== 5) throw invalid('a value cell of a wrong length');
  const stamp = readStamp(reader, refs);
  const value = readOptional(reader);
  if (value === undefined && length === 5) throw invalid('a removed value does not expire');
  return { kind: 'value', stamp, value, expiresMs: length === 5 ? readExpiry(reader, refs) : 0 };
}

function readFields(reader: CborReader, length: number, refs: ReadRefs): FieldsCell {
  if (length < 1) throw invalid('a fields cell without a base');
  if (reader.takeNull()) {
    if (length === 1) throw invalid('neither a base nor fields');
    return readGroups(reader, length - 1, null, NO_FIELDS, refs);
  }
  const count = reader.array();
  const stamp = readStamp(reader, refs);
  const flags = reader.unsigned();
  if (flags > (PRESENT | EXPIRES)) throw invalid('unknown flags');
  if (flags === EXPIRES) throw invalid('a deleted entry does not expire');
  const expiresMs = flags & EXPIRES ? readExpiry(reader, refs) : 0;
  const rest = count - (flags & EXPIRES ? 5 : 4);
  if (rest < 0 || rest % 2 !== 0) throw invalid('a base of a wrong length');
  if (rest > 0 && !(flags & PRESENT)) throw invalid('fields in an absent base');
  const base = { stamp, present: (flags & PRESENT) !== 0, expiresMs };
  const fields = readBaseFields(reader, rest / 2, refs);
  if (length > 1) return readGroups(reader, length - 1, base, fields, refs);
  return fieldsCell(base, fields.names, fields.values, null);
}

interface BaseFields {
  readonly names: readonly string[];
  readonly values: readonly (Value | undefined)[];
}

const NO_FIELDS: BaseFields = { names: [], values: [] };

/** Takes the last cell's names if they are the same, so that 100,000 rows share one array. */
function readBaseFields(reader: CborReader, count: number, refs: ReadRefs): BaseFields {
  const { shape } = refs;
  const values: Value[] = new Array(count);
  let names: string[] | null = null;
  for (let i = 0; i < count; i++) {
    const name = refs.name(reader);
    if (names !== null) names.push(name);
    else if (name !== shape[i]) names = [...shape.slice(0, i), name];
    values[i] = reader.value();
  }
  if (names === null && count === shape.length) return { names: shape, values };
  names ??= shape.slice(0, count);
  checkNames(names);
  refs.shape = names;
  return { names, values };
}

function checkNames(names: readonly string[]): void {
  for (let i = 0; i < names.length; i++) {
    if (names[i] === '') throw invalid('an empty name');
    if (i > 0 && compareText(names[i - 1] as string, names[i] as string) >= 0) {
      throw invalid('names are not in text order');
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
    if (length < 2 || length % 2 !== 0) throw invalid('a group of a wrong length');
    if (last !== undefined && compareStamps(last, stamp) >= 0) throw invalid('groups out of order');
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
  if (count < 1) throw invalid('an OR-Map cell without a tag');
  const tags: Tag[] = [];
  for (let i = 0; i < count; i++) {
    const length = reader.array();
    const stamp = readStamp(reader, refs);
    const previous = tags[i - 1];
    if (previous !== undefined && compareStamps(previous.stamp, stamp) >= 0) {
      throw invalid('tags out of order');
    }
    const value = readOptional(reader);
    if (length !== (value === undefined ? 5 : 4)) throw invalid('a tag of a wrong length');
    tags.push({ stamp, value, removedMs: value === undefined ? readMs(reader, refs) : 0 });
  }
  return orCell(tags);
}

function invalid(text: string): TopGunError {
  return new TopGunError('INVALID_VALUE', text);
}
