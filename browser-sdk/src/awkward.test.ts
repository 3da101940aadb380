import { describe, expect, it } from 'vitest';
import { hex, type Json, unhex, valueFrom, vectors } from '../test/support/json-cells.ts';
import { CborReader } from './cbor-reader.ts';
import { CborWriter } from './cbor-writer.ts';
import { decodeCanonical } from './cell-reader.ts';
import { TopGunError } from './error.ts';
import type { Value } from './value.ts';

/** Bytes, and which value they are, or that they are none: `hex`, then `repeat` so many times, then `end`. */
interface Awkward {
  readonly name: string;
  readonly hex: string;
  readonly repeat?: string;
  readonly times?: number;
  readonly end?: string;
  readonly json?: Json;
  readonly code?: string;
}

function bytesOf({ hex: head, repeat = '', times = 0, end = '' }: Awkward): Uint8Array {
  return unhex(head + repeat.repeat(times) + end);
}

function read(bytes: Uint8Array): Value {
  const reader = new CborReader(bytes);
  const value = reader.value();
  reader.end();
  return value;
}

/** The canonical form of a cell with this value. */
function readInCell(bytes: Uint8Array): Value | undefined {
  const form = Buffer.concat([unhex('86616b0105006177'), bytes]);
  const reader = new CborReader(form);
  const [, cell] = decodeCanonical(reader);
  reader.end();
  return cell.kind === 'value' ? cell.value : undefined;
}

describe('awkward values', () => {
  const corpus = vectors<Awkward>('awkward');

  it('are many', () => expect(corpus.length).toBeGreaterThan(1_000));

  it.each(corpus.filter((value) => value.code === undefined))('accepted: $name', (value) => {
    const bytes = bytesOf(value);
    const decoded = read(bytes);
    if (value.json !== undefined) expect(decoded).toStrictEqual(valueFrom(value.json));
    const writer = new CborWriter();
    writer.value(decoded);
    expect(hex(writer.finish()) === hex(bytes)).toBe(true);
    expect(readInCell(bytes)).toStrictEqual(decoded);
  });

  it.each(corpus.filter((value) => value.code !== undefined))('refused: $name', (value) => {
    const bytes = bytesOf(value);
    expect(() => read(bytes)).toThrow(TopGunError);
    // No value, but it may stand where one is removed.
    if (value.hex === 'f7') expect(readInCell(bytes)).toBe(undefined);
    else expect(() => readInCell(bytes)).toThrow(TopGunError);
  });
});
