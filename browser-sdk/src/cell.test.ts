import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { history, states } from '../test/support/arbitraries.ts';
import { CborReader } from './cbor-reader.ts';
import { type Cell, fieldsCell, merge, stampOfField, viewOf } from './cell.ts';
import { decodeCanonical } from './cell-reader.ts';
import { encodeCanonical } from './cell-writer.ts';
import { digestsOf } from './digest.ts';
import { compareStamps, type Stamp } from './stamp.ts';

const bytes = (cell: Cell): string => Buffer.from(encodeCanonical('k', cell)).toString('hex');
const stamp = (ms: number): Stamp => ({ ms, counter: 0, writer: 'w' });

describe('the laws of merge', () => {
  it('mergeIsCommutative', () => {
    fc.assert(
      fc.property(states, ([a, b]) => {
        expect(bytes(merge(a, b))).toBe(bytes(merge(b, a)));
      }),
    );
  });

  it('mergeIsAssociative', () => {
    fc.assert(
      fc.property(states, ([a, b, c]) => {
        expect(bytes(merge(merge(a, b), c))).toBe(bytes(merge(a, merge(b, c))));
      }),
    );
  });

  it('mergeIsIdempotentAndGivesItsFirstArgumentBack', () => {
    fc.assert(
      fc.property(states, ([a, b]) => {
        const merged = merge(a, b);
        expect(merge(merged, b)).toBe(merged);
        expect(merge(merged, a)).toBe(merged);
        expect(merge(merged, merged)).toBe(merged);
      }),
    );
  });

  it('decodingIsTheInverseOfEncoding', () => {
    fc.assert(
      fc.property(states, ([cell]) => {
        const reader = new CborReader(encodeCanonical('k', cell));
        const [key, decoded] = decodeCanonical(reader);
        reader.end();
        expect(key).toBe('k');
        expect(bytes(decoded)).toBe(bytes(cell));
      }),
    );
  });

  it('digestsAreEqualIfAndOnlyIfStatesAre', () => {
    fc.assert(
      fc.property(states, ([a, b]) => {
        const digest = (cell: Cell): string => digestsOf(new Map([['k', cell]]), 1).toString();
        expect(digest(a) === digest(b)).toBe(bytes(a) === bytes(b));
      }),
    );
  });
});

describe('fields', () => {
  it('are what the greatest stamps say, from the greatest base on', () => {
    fc.assert(
      fc.property(history('fields'), (deltas) => {
        expect(viewOf(deltas.reduce(merge), 0)).toEqual(specification(deltas));
      }),
    );
  });

  it('of a deleted entry stay invisible when somebody updates one', () => {
    const gone = fieldsCell({ stamp: stamp(2), present: false, expiresMs: 0 }, [], [], null);
    const update = fieldsCell(null, ['a'], [1], [stamp(3)]);
    expect(viewOf(merge(gone, update), 0)).toBeUndefined();
  });

  it('of two writers both win', () => {
    const base = { stamp: stamp(1), present: true, expiresMs: 0 };
    const start = fieldsCell(base, ['a', 'b'], [0, 0], null);
    const one = fieldsCell(null, ['a'], [1], [stamp(2)]);
    const two = fieldsCell(null, ['b'], [2], [stamp(3)]);
    expect(viewOf([start, two, one].reduce<Cell>(merge, start), 0)).toEqual({ a: 1, b: 2 });
  });

  it('are gone from their expiry on', () => {
    const cell = fieldsCell({ stamp: stamp(1), present: true, expiresMs: 9 }, ['a'], [1], null);
    expect(viewOf(cell, 8)).toEqual({ a: 1 });
    expect(viewOf(cell, 9)).toBeUndefined();
  });
});

/** What the fields are, said without merging: by looking at all deltas at once. */
function specification(deltas: readonly Cell[]): object | undefined {
  const cells = deltas.filter((cell) => cell.kind === 'fields');
  const bases = cells.flatMap(({ base }) => (base === null ? [] : [base]));
  const base = bases.sort((a, b) => compareStamps(b.stamp, a.stamp))[0];
  if (base === undefined || !base.present) return undefined;
  const writes = cells.flatMap((cell) =>
    cell.names.map((name, i) => ({ name, value: cell.values[i], stamp: stampOfField(cell, i) })),
  );
  const counted = writes.filter((write) => compareStamps(write.stamp, base.stamp) >= 0);
  counted.sort((a, b) => compareStamps(a.stamp, b.stamp));
  const last = new Map(counted.map(({ name, value }) => [name, value]));
  return Object.fromEntries([...last].filter(([, value]) => value !== undefined));
}
