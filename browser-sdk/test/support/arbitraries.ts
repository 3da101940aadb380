import fc from 'fast-check';
import { type Cell, merge, orCell } from '../../src/cell.ts';
import { addDelta, deleteDelta, setDelta, updateDelta } from '../../src/delta.ts';
import { DEFAULT_LIMITS } from '../../src/limits.ts';
import type { Stamp } from '../../src/stamp.ts';
import { normalize, type Value } from '../../src/value.ts';

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

interface Step {
  readonly ms: number;
  readonly writer: string;
  readonly action: number;
  readonly value: Value;
  readonly fields: { readonly [name: string]: Value };
  readonly expiresMs: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  ms: fc.integer({ min: 1, max: 40 }),
  writer: fc.constantFrom('a', 'b', '10', '9'),
  action: fc.integer({ min: 0, max: 3 }),
  value: values,
  fields: fc.dictionary(names, values, { minKeys: 1, maxKeys: 3 }),
  expiresMs: fc.constantFrom(0, 0, 5_000),
});

/** Deltas of one kind, as different writers make them; a stamp is never used twice. */
export function history(kind: Cell['kind']): fc.Arbitrary<Cell[]> {
  return fc.array(step, { minLength: 1, maxLength: 12 }).map((steps) => {
    const stamps: Stamp[] = [];
    return steps.map((it, counter) => {
      const stamp = { ms: it.ms, counter, writer: it.writer };
      const seen = stamps.filter((_, i) => (i + it.action) % 2 === 0);
      stamps.push(stamp);
      return delta(kind, it, stamp, seen);
    });
  });
}

function delta(kind: Cell['kind'], it: Step, stamp: Stamp, seen: readonly Stamp[]): Cell {
  if (kind === 'value') {
    const { value, expiresMs } = it;
    return it.action === 0 ? deleteDelta('value', stamp) : { kind, stamp, value, expiresMs };
  }
  if (kind === 'fields') {
    if (it.action === 0) return deleteDelta('fields', stamp);
    if (it.action === 1) return setDelta(it.fields, stamp, it.expiresMs, DEFAULT_LIMITS);
    const [first = 'a'] = Object.keys(it.fields);
    const fields = it.action === 2 ? it.fields : { [first]: undefined };
    return updateDelta(fields, stamp, DEFAULT_LIMITS);
  }
  const tags = it.action === 0 ? seen : [];
  if (tags.length === 0) return addDelta(it.value, stamp, DEFAULT_LIMITS);
  const sorted = orCell(tags.map((tag) => ({ stamp: tag, value: undefined, removedMs: it.ms })));
  return sorted.tags.map((tag) => orCell([tag]) as Cell).reduce((cell, tag) => merge(cell, tag));
}

export const kinds: fc.Arbitrary<Cell['kind']> = fc.constantFrom('value', 'fields', 'or');

/** Up to three states of one cell, each of some of the deltas of one history. */
export const states: fc.Arbitrary<[Cell, Cell, Cell]> = kinds.chain((kind) =>
  history(kind).chain((deltas) => fc.tuple(part(deltas), part(deltas), part(deltas))),
);

function part(deltas: readonly Cell[]): fc.Arbitrary<Cell> {
  return fc
    .shuffledSubarray([...deltas], { minLength: 1 })
    .map((some) => some.reduce((cell, other) => merge(cell, other)));
}
