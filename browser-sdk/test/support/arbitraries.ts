import fc from 'fast-check';
import { type Cell, merge } from '../../src/cell.ts';
import { counterCell, SHARE_MS, type Sums } from '../../src/counter-cell.ts';
import { addDelta, deleteDelta, setDelta, updateDelta } from '../../src/delta.ts';
import { fieldsCell } from '../../src/fields-cell.ts';
import { FOREVER, type Life } from '../../src/life.ts';
import { DEFAULT_LIMITS } from '../../src/limits.ts';
import { orCell } from '../../src/or-cell.ts';
import type { Stamp } from '../../src/stamp.ts';
import { normalize, type Value } from '../../src/value.ts';
import { valueCell } from '../../src/value-cell.ts';

const text = fc.string({ unit: 'binary', maxLength: 8 });

/** Any value that the protocol carries, as a replica holds it. */
export const values: fc.Arbitrary<Value> = fc
  .letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constant(null),
      fc.boolean(),
      fc.maxSafeInteger(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      text,
      fc.uint8Array({ maxLength: 40 }),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.oneof(text, fc.constant('__proto__')), tie('value'), { maxKeys: 4 }),
    ),
  }))
  .value.map((value) => normalize(value, 32));

const names = fc.constantFrom('a', 'b', 'title', 'ä', '\ue000', '😀', '__proto__');

/** Stamps are of the first 40 ms, so that lives and frontiers end among them. */
const MS_END = 40;

const lives: fc.Arbitrary<Life> = fc.oneof(
  fc.constant(FOREVER),
  fc.record({
    expiresMs: fc.integer({ min: 1, max: MS_END }),
    idleMs: fc.constant(0),
    touchedMs: fc.constant(0),
  }),
  fc.record({
    expiresMs: fc.constantFrom(0, 20, 5_000),
    idleMs: fc.integer({ min: 1, max: 15 }),
    touchedMs: fc.integer({ min: 0, max: MS_END }),
  }),
);

const amounts = fc.oneof(fc.nat(9), fc.constantFrom(0, Number.MAX_SAFE_INTEGER));
const sums: fc.Arbitrary<Sums> = fc
  .record({ plus: amounts, minus: amounts })
  .filter(({ plus, minus }) => plus + minus > 0);

interface Step {
  readonly ms: number;
  readonly writer: string;
  readonly action: number;
  readonly value: Value;
  readonly fields: { readonly [name: string]: Value };
  readonly life: Life;
  readonly sums: Sums;
}

const step: fc.Arbitrary<Step> = fc.record({
  ms: fc.integer({ min: 1, max: MS_END }),
  writer: fc.constantFrom('a', 'b', '10', '9'),
  action: fc.integer({ min: 0, max: 4 }),
  value: values,
  fields: fc.dictionary(names, values, { minKeys: 1, maxKeys: 3 }),
  life: lives,
  sums,
});

/**
 * Deltas of one kind, as different writers make them. A stamp is used twice only where the protocol has
 * it so: by touches, removes and what is added to a share.
 */
export function history(kind: Cell['kind']): fc.Arbitrary<Cell[]> {
  return fc.array(step, { minLength: 1, maxLength: 12 }).map((steps) => {
    const deltas: Cell[] = [];
    const stamps: Stamp[] = [];
    for (const it of steps) {
      const stamp = { ms: it.ms, counter: deltas.length, writer: it.writer };
      const seen = stamps.filter((_, i) => (i + it.action) % 2 === 0);
      stamps.push(stamp);
      deltas.push(delta(kind, it, stamp, seen, deltas));
    }
    return deltas;
  });
}

function delta(
  kind: Cell['kind'],
  it: Step,
  stamp: Stamp,
  seen: readonly Stamp[],
  before: readonly Cell[],
): Cell {
  switch (kind) {
    case 'value': {
      const touched = before.find((cell) => cell.kind === kind && cell.value !== undefined);
      if (it.action === 4 && touched !== undefined) return touch(touched, it.life);
      if (it.action === 0) return deleteDelta(kind, stamp);
      return valueCell(stamp, it.value, it.life);
    }
    case 'fields': {
      const touched = before.find((cell) => cell.kind === kind && cell.base?.present === true);
      if (it.action === 4 && touched !== undefined) return touch(touched, it.life);
      if (it.action === 0) return deleteDelta(kind, stamp);
      if (it.action === 1) return setDelta(it.fields, stamp, it.life, DEFAULT_LIMITS);
      const [first = 'a'] = Object.keys(it.fields);
      const fields = it.action === 2 ? it.fields : { [first]: undefined };
      return updateDelta(fields, stamp, DEFAULT_LIMITS);
    }
    case 'or': {
      const tags = it.action === 0 ? seen : [];
      if (tags.length === 0) return addDelta(it.value, stamp, DEFAULT_LIMITS);
      const removed = tags.map((tag) =>
        orCell([{ stamp: tag, value: undefined, removedMs: it.ms }]),
      );
      return removed.reduce<Cell>(merge, removed[0] as Cell);
    }
    case 'counter': {
      if (it.action === 4) return counterCell({ ms: it.ms, ...it.sums }, []);
      const name = it.action < 2 ? (seen[0] ?? stamp) : stamp;
      return counterCell(null, [{ stamp: name, ...it.sums }]);
    }
  }
}

function touch(cell: Cell, life: Life): Cell {
  if (cell.kind === 'value') return { ...cell, life };
  if (cell.kind !== 'fields' || cell.base === null) return cell;
  return fieldsCell({ ...cell.base, life }, [], [], null);
}

export const kinds: fc.Arbitrary<Cell['kind']> = fc.constantFrom(
  'value',
  'fields',
  'or',
  'counter',
);

/** Up to three states of one cell, each of some of the deltas of one history. */
export const states: fc.Arbitrary<[Cell, Cell, Cell]> = kinds.chain((kind) =>
  history(kind).chain((deltas) => fc.tuple(part(deltas), part(deltas), part(deltas))),
);

function part(deltas: readonly Cell[]): fc.Arbitrary<Cell> {
  return fc
    .shuffledSubarray([...deltas], { minLength: 1 })
    .map((some) => some.reduce((cell, other) => merge(cell, other)));
}

/** A time among the stamps of `kind`, which the shares of a counter outlive by a day. */
export function frontiers(kind: Cell['kind']): fc.Arbitrary<number> {
  const from = kind === 'counter' ? SHARE_MS : 0;
  return fc.integer({ min: from, max: from + MS_END });
}
