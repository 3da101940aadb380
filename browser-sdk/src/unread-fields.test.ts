import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mutate } from '../test/fuzz/mutate.ts';
import { states, values } from '../test/support/arbitraries.ts';
import { mulberry32 } from '../test/support/mulberry32.ts';
import { type Block, type Entry, encodeBlock, readBlock } from './block-codec.ts';
import { CborReader } from './cbor-reader.ts';
import type { Cell } from './cell.ts';
import { encodeCanonical } from './cell-writer.ts';
import { type FieldsCell, fieldsCell } from './fields-cell.ts';
import { FOREVER } from './life.ts';
import { PARTITIONS, partitionOf } from './partition.ts';
import { Replica } from './replica.ts';
import { compareText } from './text.ts';
import { UnreadFields } from './unread-fields.ts';
import type { Value } from './value.ts';

const name = fc.constantFrom('a', 'id', 'name', 'été', '__proto__');
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.constantFrom(23, 24, 255, 256).map((length) => 'x'.repeat(length)),
);
const row: fc.Arbitrary<Cell> = fc
  .record({
    fields: fc.dictionary(name, fc.oneof(values, text), { maxKeys: 3 }),
    ms: fc.integer({ min: 0, max: 99 }),
    isDeleted: fc.boolean(),
  })
  .map(({ fields, ms, isDeleted }) => rowOf(isDeleted ? {} : fields, ms, !isDeleted));
const cell = fc.oneof(
  { weight: 3, arbitrary: row },
  { weight: 1, arbitrary: states.map(([first]) => first) },
);
const entries: fc.Arbitrary<Entry[]> = fc
  .array(cell, { maxLength: 8 })
  .map((cells) => cells.map((it, i) => ({ map: 'rows', key: `row/${i}`, cell: it })));

function rowOf(fields: { [name: string]: Value }, ms: number, present = true): FieldsCell {
  const sorted = Object.entries(fields).sort(([a], [b]) => compareText(a, b));
  return fieldsCell(
    { stamp: { ms, counter: 0, writer: 'w' }, present, life: FOREVER },
    sorted.map(([it]) => it),
    sorted.map(([, it]) => it),
    null,
  );
}

function read(bytes: Uint8Array, isLazy: boolean): Block {
  return readBlock(new CborReader(bytes), isLazy);
}

/** All of what was read, backwards, as nobody asks for cells in their order; or why it was refused. */
function account(bytes: Uint8Array, isLazy: boolean): unknown {
  try {
    const block = read(bytes, isLazy);
    const cells = block.entries.map(({ key, cell: it }) => ({ key, it })).reverse();
    return { ...block, entries: cells.map(({ key, it }) => encodeCanonical(key, it)) };
  } catch (error) {
    return error;
  }
}

describe('a block that is read lazily', () => {
  it('has the cells that it has if it is read at once', () => {
    fc.assert(
      fc.property(entries, (all) => {
        const bytes = encodeBlock(all);
        expect(account(bytes, true)).toEqual(account(bytes, false));
      }),
    );
  });

  it('is refused for the same reason when it is broken', () => {
    fc.assert(
      fc.property(entries, fc.integer(), (all, seed) => {
        const bytes = mutate([encodeBlock(all)], mulberry32(seed));
        expect(account(bytes, true)).toEqual(account(bytes, false));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([5, true, 'text'])('has its cells however many fields with %j they have', (value) => {
    for (const count of [23, 24, 25, 26, 260]) {
      const all = Array.from({ length: count }, (_, i) => [`${i}`, value]);
      const cells = [1, 2, 3].map((ms) => rowOf(Object.fromEntries(all), ms));
      const bytes = encodeBlock(cells.map((it, i) => ({ map: 'rows', key: `${i}`, cell: it })));
      expect(account(bytes, true)).toEqual(account(bytes, false));
    }
  });

  it('leaves rows unread that look like the one before', () => {
    const rows = ['é', 'two', 'x'.repeat(300), -1, 0.5, null, [1, { deep: true }]];
    const bytes = encodeBlock(
      rows.map((it, i) => ({ map: 'rows', key: `${i}`, cell: rowOf({ id: i, it }, i) })),
    );
    const kinds = read(bytes, true).entries.map(({ cell: it }) => it instanceof UnreadFields);
    expect(kinds).toEqual(rows.map((_, i) => i > 0));
    expect(read(bytes, false).entries.some(({ cell: it }) => it instanceof UnreadFields)).toBe(
      false,
    );
  });
});

describe('an unread cell', () => {
  const counting = (): { readonly unread: UnreadFields; readonly reads: number[] } => {
    const reads: number[] = [];
    const readAt = (at: number): FieldsCell => {
      reads.push(at);
      return rowOf({ id: at }, at);
    };
    return { unread: new UnreadFields(readAt, 7), reads };
  };

  it('is read once, whatever is asked', () => {
    const { unread, reads } = counting();
    expect(unread.kind).toBe('fields');
    expect(reads).toEqual([]);
    const { base, names, values: all, stamps } = unread;
    expect({ kind: 'fields', base, names, values: all, stamps, view: undefined }).toEqual(
      rowOf({ id: 7 }, 7),
    );
    expect(reads).toEqual([7]);
  });

  it('does not keep what is only looked at', () => {
    const { unread, reads } = counting();
    expect(unread.peek()).toEqual(unread.peek());
    expect(unread.peek()).not.toBe(unread.peek());
    expect(unread.read()).toBe(unread.peek());
    expect(reads.length).toBe(5);
  });
});

describe('a replica of unread cells', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('take' as const), entries }),
    fc.record({ kind: fc.constant('write' as const), row: fc.nat(7), cell: row }),
    fc.record({ kind: fc.constant('prune' as const), ms: fc.nat(99) }),
    fc.record({ kind: fc.constant('digest' as const), row: fc.nat(7) }),
    fc.record({ kind: fc.constant('look' as const), row: fc.nat(7) }),
  );

  it('shows and tells what one of read cells does, and has its digests', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), fc.boolean(), (steps, isHeard) => {
        const run = (isLazy: boolean): unknown[] => {
          const replica = new Replica(
            'rows',
            'map',
            () => 50,
            () => {},
          );
          const seen: unknown[] = [];
          if (isHeard) replica.subscribe(({ changes }) => seen.push(changes));
          for (const it of steps) {
            const key = 'row' in it ? `row/${it.row}` : '';
            const of = partitionOf(key);
            if (it.kind === 'take') {
              for (const one of read(encodeBlock(it.entries), isLazy).entries) {
                replica.confirm(partitionOf(one.key), one.key, one.cell);
              }
            } else if (it.kind === 'write') {
              const before = replica.cell(key);
              if (before === undefined || before.kind === 'fields') replica.addPending(key, it);
            } else if (it.kind === 'prune') {
              for (let i = 0; i < PARTITIONS; i++) replica.prune(i, it.ms);
            } else if (it.kind === 'digest') seen.push(replica.slices[of]?.cells.digests(0));
            else seen.push(replica.get(key));
            replica.notify();
            seen.push(replica.size);
          }
          for (const slice of replica.slices) {
            if (slice.cells.size > 0) seen.push(slice.cells.digests(0));
          }
          return [...seen, [...replica.entries()]];
        };
        expect(run(true)).toEqual(run(false));
      }),
      { numRuns: 200 },
    );
  });
});
