import { CborWriter } from './cbor-writer.ts';
import type { Cell } from './cell.ts';
import { COUNTER, EXPIRES, FIELDS, IDLES, OR, PRESENT, VALUE } from './cell-form.ts';
import type { CounterCell } from './counter-cell.ts';
import { type Base, type FieldsCell, stampOfField } from './fields-cell.ts';
import type { Tag } from './or-cell.ts';
import { compareStamps, type Stamp } from './stamp.ts';
import type { Value } from './value.ts';
import type { ValueCell } from './value-cell.ts';
import { encodeValue } from './value-order.ts';

/** How a cell refers to writers and names, and what its times are relative to. */
export interface Refs {
  readonly baseMs: number;
  writer(writer: CborWriter, text: string): void;
  name(writer: CborWriter, text: string): void;
}

let lastWriter = '';
let lastWriterBytes: Uint8Array = Uint8Array.of(0x60);

const CANONICAL: Refs = {
  baseMs: 0,
  // Neighbours mostly have the same writer, and bytes are copied in half the time that a text takes.
  writer: (writer, text) => {
    if (text !== lastWriter) {
      lastWriterBytes = encodeValue(text);
      lastWriter = text;
    }
    writer.raw(lastWriterBytes);
  },
  name: (writer, text) => writer.text(text),
};

/** One for all, as the memory of a new one costs more than what is written. */
const canonical = new CborWriter();

/** A cell alone: what is kept in the outbox, and what is hashed. */
export function encodeCanonical(key: string, cell: Cell): Uint8Array<ArrayBuffer> {
  return writeCanonical(key, cell).finish();
}

/** Gives who has written it, until the next call. */
export function writeCanonical(key: string, cell: Cell): CborWriter {
  canonical.clear();
  writeCell(canonical, key, cell, CANONICAL);
  return canonical;
}

export function writeCell(writer: CborWriter, key: string, cell: Cell, refs: Refs): void {
  switch (cell.kind) {
    case 'value':
      writeValue(writer, key, cell, refs);
      return;
    case 'fields':
      writeFields(writer, key, cell, refs);
      return;
    case 'or':
      writer.array(2 + cell.tags.length);
      writer.text(key);
      writer.integer(OR);
      for (const tag of cell.tags) writeTag(writer, tag, refs);
      return;
    case 'counter':
      writeCounter(writer, key, cell, refs);
  }
}

function writeStamp(writer: CborWriter, stamp: Stamp, refs: Refs): void {
  writer.integer(stamp.ms - refs.baseMs);
  writer.integer(stamp.counter);
  refs.writer(writer, stamp.writer);
}

function writeOptional(writer: CborWriter, value: Value | undefined): void {
  if (value === undefined) writer.undefined();
  else writer.value(value);
}

function writeValue(writer: CborWriter, key: string, cell: ValueCell, refs: Refs): void {
  const { expiresMs, idleMs, touchedMs } = cell.life;
  writer.array(idleMs !== 0 ? 9 : expiresMs !== 0 ? 7 : 6);
  writer.text(key);
  writer.integer(VALUE);
  writeStamp(writer, cell, refs);
  writeOptional(writer, cell.value);
  if (expiresMs !== 0) writer.integer(expiresMs - refs.baseMs);
  if (idleMs === 0) return;
  if (expiresMs === 0) writer.null();
  writer.integer(idleMs);
  writer.integer(touchedMs - refs.baseMs);
}

function writeFields(writer: CborWriter, key: string, cell: FieldsCell, refs: Refs): void {
  const { own, groups } = groupFields(cell);
  writer.array(3 + groups.length);
  writer.text(key);
  writer.integer(FIELDS);
  if (cell.base === null) writer.null();
  else writeBase(writer, cell, cell.base, own, refs);
  for (const group of groups) {
    writer.array(3 + 2 * group.length);
    writeStamp(writer, stampOfField(cell, group[0] as number), refs);
    for (const index of group) writeField(writer, cell, index, refs);
  }
}

function writeBase(
  writer: CborWriter,
  cell: FieldsCell,
  base: Base,
  fields: readonly number[],
  refs: Refs,
): void {
  const { expiresMs, idleMs, touchedMs } = base.life;
  const expires = expiresMs !== 0 ? EXPIRES : 0;
  const idles = idleMs !== 0 ? IDLES : 0;
  writer.array(4 + (expires ? 1 : 0) + (idles ? 2 : 0) + 2 * fields.length);
  writeStamp(writer, base.stamp, refs);
  writer.integer((base.present ? PRESENT : 0) | expires | idles);
  if (expires) writer.integer(expiresMs - refs.baseMs);
  if (idles) {
    writer.integer(idleMs);
    writer.integer(touchedMs - refs.baseMs);
  }
  for (const index of fields) writeField(writer, cell, index, refs);
}

function writeField(writer: CborWriter, cell: FieldsCell, index: number, refs: Refs): void {
  refs.name(writer, cell.names[index] as string);
  writeOptional(writer, cell.values[index]);
}

export interface FieldGroups {
  readonly own: readonly number[];
  readonly groups: readonly (readonly number[])[];
}

const NO_GROUPS: readonly never[] = [];
const RANGES: (readonly number[])[] = [];

/** 0 to `length` - 1, made once. */
function range(length: number): readonly number[] {
  let known = RANGES[length];
  if (known === undefined) {
    known = Array.from({ length }, (_, i) => i);
    RANGES[length] = known;
  }
  return known;
}

/** The indices of the fields with the base's stamp, and those of the others, one group per stamp. */
export function groupFields(cell: FieldsCell): FieldGroups {
  if (cell.stamps === null) return { own: range(cell.names.length), groups: NO_GROUPS };
  const own: number[] = [];
  const groups: number[][] = [];
  for (let i = 0; i < cell.names.length; i++) {
    const stamp = stampOfField(cell, i);
    if (cell.base !== null && compareStamps(stamp, cell.base.stamp) === 0) {
      own.push(i);
      continue;
    }
    const group = groups.find(
      (other) => compareStamps(stampOfField(cell, other[0] as number), stamp) === 0,
    );
    if (group === undefined) groups.push([i]);
    else group.push(i);
  }
  groups.sort((a, b) =>
    compareStamps(stampOfField(cell, a[0] as number), stampOfField(cell, b[0] as number)),
  );
  return { own, groups };
}

function writeTag(writer: CborWriter, tag: Tag, refs: Refs): void {
  writer.array(tag.value === undefined ? 5 : 4);
  writeStamp(writer, tag.stamp, refs);
  writeOptional(writer, tag.value);
  if (tag.value === undefined) writer.integer(tag.removedMs - refs.baseMs);
}

function writeCounter(writer: CborWriter, key: string, cell: CounterCell, refs: Refs): void {
  const { folded, shares } = cell;
  writer.array(3 + shares.length);
  writer.text(key);
  writer.integer(COUNTER);
  if (folded === null) writer.null();
  else {
    writer.array(3);
    writer.integer(folded.ms - refs.baseMs);
    writer.integer(folded.plus);
    writer.integer(folded.minus);
  }
  for (const { stamp, plus, minus } of shares) {
    writer.array(5);
    writeStamp(writer, stamp, refs);
    writer.integer(plus);
    writer.integer(minus);
  }
}
