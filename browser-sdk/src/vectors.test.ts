import { describe, expect, it } from 'vitest';
import {
  cellFrom,
  hex,
  type Json,
  type JsonCell,
  unhex,
  valueFrom,
  vectors,
} from '../test/support/json-cells.ts';
import { digestsOf } from '../test/support/plain-digests.ts';
import { blockOf, type Entry } from './block-codec.ts';
import { CborReader } from './cbor-reader.ts';
import { CborWriter } from './cbor-writer.ts';
import { type Cell, merge, prune } from './cell.ts';
import { decodeCanonical } from './cell-reader.ts';
import { encodeCanonical } from './cell-writer.ts';
import { TopGunError } from './error.ts';
import type { Message } from './message.ts';
import { decodeFrame, encodeFrame } from './message-codec.ts';
import { keyHash, partitionOf } from './partition.ts';
import { compareStamps, type Stamp } from './stamp.ts';

interface JsonEntry {
  readonly map: string;
  readonly key: string;
  readonly cell: JsonCell;
}

function messageOf(json: { [name: string]: Json }): Message {
  const message: { [name: string]: unknown } = { ...json };
  if (json.block !== undefined) {
    const entries = json.block as unknown as JsonEntry[];
    message.block = blockOf(
      entries.map(({ map, key, cell }): Entry => ({ map, key, cell: cellFrom(cell) })),
    );
  }
  const bytesOf = (at: unknown): string => (at as { $bytes: string }).$bytes;
  if (json.storeId !== undefined) message.storeId = bytesOf(json.storeId);
  if (json.digests !== undefined) message.digests = unhex(bytesOf(json.digests));
  if (Array.isArray(json.prefixes)) {
    const { prefixes } = json;
    message.prefixes = prefixes.flatMap((bucket, i) =>
      i % 2 === 0 ? [{ bucket, prefixes: unhex(bytesOf(prefixes[i + 1])) }] : [],
    );
  }
  if (Array.isArray(json.positions)) {
    message.positions = (json.positions as [Json, number, number[]][]).map(
      ([storeId, incarnation, seqs]) => ({ storeId: bytesOf(storeId), incarnation, seqs }),
    );
  }
  return message as unknown as Message;
}

describe('values', () => {
  interface Vector {
    readonly name: string;
    readonly json: Json;
    readonly hex: string;
    readonly oneWay?: boolean;
  }
  it.each(vectors<Vector>('values'))('$name', ({ json, hex: expected, oneWay }) => {
    const value = valueFrom(json);
    const writer = new CborWriter();
    writer.value(value);
    expect(hex(writer.finish())).toBe(expected);
    const reader = new CborReader(unhex(expected));
    const decoded = reader.value();
    reader.end();
    if (oneWay !== true) expect(decoded).toStrictEqual(value);
  });
});

describe('what is refused', () => {
  interface Vector {
    readonly name: string;
    readonly hex: string;
    readonly as: 'value' | 'frame';
    readonly code: string;
  }
  it.each(vectors<Vector>('refused'))('$name', ({ hex: bytes, as, code }) => {
    if (as === 'frame') {
      expect(() => decodeFrame(unhex(bytes))).toThrow(expect.objectContaining({ code }));
      return;
    }
    const read = (): void => {
      const reader = new CborReader(unhex(bytes));
      reader.value();
      reader.end();
    };
    expect(read).toThrow(TopGunError);
  });
});

describe('a frame with an operation that a node rejects alone', () => {
  // A client is never sent one: it refuses the frame.
  it.each(vectors<{ name: string; hex: string }>('rejected'))('$name', ({ hex: bytes }) => {
    expect(() => decodeFrame(unhex(bytes))).toThrow(TopGunError);
  });
});

describe('hashes', () => {
  interface Vector {
    readonly key: string;
    readonly words: readonly number[];
    readonly partition: number;
  }
  it.each(vectors<Vector>('hashes'))('of $key', ({ key, words, partition }) => {
    expect(keyHash(key)).toEqual(words);
    expect(partitionOf(key)).toBe(partition);
  });
});

describe('stamps', () => {
  it.each(vectors<Stamp[]>('stamps').map((list) => [list]))('are in order', (list) => {
    const shuffled = [...list].reverse().sort(compareStamps);
    expect(shuffled).toEqual(list);
  });
});

describe('cells', () => {
  interface Vector {
    readonly name: string;
    readonly key: string;
    readonly cell: JsonCell;
    readonly canonicalHex: string;
    readonly digestHex: string;
  }
  it.each(vectors<Vector>('cells'))('$name', ({ key, cell: json, canonicalHex, digestHex }) => {
    const cell = cellFrom(json);
    expect(hex(encodeCanonical(key, cell))).toBe(canonicalHex);
    const [decodedKey, decoded] = decodeCanonical(new CborReader(unhex(canonicalHex)));
    expect(decodedKey).toBe(key);
    expect(hex(encodeCanonical(key, decoded))).toBe(canonicalHex);
    expect(hex(digestsOf([[key, decoded]], 0))).toBe(digestHex);
  });
});

describe('merges', () => {
  interface Vector {
    readonly name: string;
    readonly a: JsonCell;
    readonly b: JsonCell;
    readonly merged: JsonCell;
  }
  const canonical = (cell: Cell): string => hex(encodeCanonical('k', cell));
  it.each(vectors<Vector>('merges'))('$name', ({ a, b, merged }) => {
    expect(canonical(merge(cellFrom(a), cellFrom(b)))).toBe(canonical(cellFrom(merged)));
    expect(canonical(merge(cellFrom(b), cellFrom(a)))).toBe(canonical(cellFrom(merged)));
  });
});

describe('what the frontier leaves', () => {
  interface Vector {
    readonly name: string;
    readonly frontierMs: number;
    readonly cell: JsonCell;
    readonly pruned: JsonCell | null;
  }
  const canonical = (cell: Cell | null): string | null =>
    cell === null ? null : hex(encodeCanonical('k', cell));
  it.each(vectors<Vector>('pruned'))('$name', ({ frontierMs, cell, pruned }) => {
    const expected = pruned === null ? null : cellFrom(pruned);
    expect(canonical(prune(cellFrom(cell), frontierMs))).toBe(canonical(expected));
  });
});

describe('messages', () => {
  interface Vector {
    readonly name: string;
    readonly message: { [name: string]: Json };
    readonly hex: string;
  }
  it.each(vectors<Vector>('messages'))('$name', ({ message: json, hex: expected }) => {
    const message = messageOf(json);
    expect(hex(encodeFrame([message]))).toBe(expected);
    const [decoded, ...others] = decodeFrame(unhex(expected));
    expect(others).toEqual([]);
    expect(decoded?.type).toBe(message.type);
    expect(hex(encodeFrame([decoded as Message]))).toBe(expected);
    if (!('block' in message)) expect(decoded).toEqual(message);
  });
});
