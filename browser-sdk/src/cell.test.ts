import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { history } from '../test/support/arbitraries.ts';
import { type Cells, LAWS } from '../test/support/laws.ts';
import { type Cell, merge, prune, viewOf } from './cell.ts';
import { encodeCanonical } from './cell-writer.ts';
import { type CounterCell, counterCell, SHARE_MS } from './counter-cell.ts';
import { fieldsCell, stampOfField } from './fields-cell.ts';
import { FOREVER, type Life } from './life.ts';
import { orCell } from './or-cell.ts';
import { compareStamps, type Stamp } from './stamp.ts';
import { valueCell } from './value-cell.ts';

const stamp = (ms: number): Stamp => ({ ms, counter: 0, writer: 'w' });

const CELLS: Cells = { merge, prune, encode: (cell) => encodeCanonical('k', cell) };

describe('the laws of cells', () => {
  it.each(Object.entries(LAWS))('%s', (_, law) => law(CELLS, 300));
});

describe('the laws find cells that are wrong', () => {
  type Mutant = readonly [keyof typeof LAWS, string, Partial<Cells>];
  it.each<Mutant>([
    ['mergeIsCommutative', 'of equal stamps the first value wins', { merge: firstOfEqualStamps }],
    ['mergeIsCommutative', 'a share is taken whole', { merge: wholeShares }],
    ['mergeIsAssociative', 'the last folded part wins', { merge: lastFolded }],
    [
      'mergeIsIdempotentAndGivesItsFirstArgumentBack',
      'shares are added up',
      { merge: addedShares },
    ],
    ['mergeIsMonotone', 'removed tags are forgotten', { merge: forgottenTags }],
    ['decodingIsTheInverseOfEncoding', 'a life is not written', { encode: withoutLife }],
    ['digestsAreEqualIfAndOnlyIfStatesAre', 'a life is not hashed', { encode: withoutLife }],
    [
      'pruningTwiceIsPruningAtTheLaterFrontier',
      'what is folded is forgotten',
      { prune: forgetful },
    ],
    ['pruningChangesNothingThatCanBeSeen', 'what is old goes', { prune: heedless }],
    ['pruningLosesNothingThatIsNewerThanTheFrontier', 'tombstones go', { prune: hasty }],
  ])('%s, when %s', (name, _, wrong) => {
    expect(() => LAWS[name]({ ...CELLS, ...wrong }, 5_000)).toThrow();
  });
});

function firstOfEqualStamps(a: Cell, b: Cell): Cell {
  if (a.kind !== 'value' || b.kind !== 'value') return merge(a, b);
  return compareStamps(b, a) > 0 ? b : a;
}

function wholeShares(a: Cell, b: Cell): Cell {
  if (a.kind !== 'counter' || b.kind !== 'counter') return merge(a, b);
  const whole = merge(a, b) as CounterCell;
  const shares = whole.shares.map((share) => {
    const [left, right] = [a, b].map((cell) =>
      cell.shares.find((it) => compareStamps(it.stamp, share.stamp) === 0),
    );
    if (left === undefined || right === undefined) return share;
    return right.plus > left.plus ? right : left;
  });
  return counterCell(whole.folded, shares);
}

function lastFolded(a: Cell, b: Cell): Cell {
  if (a.kind !== 'counter' || b.kind !== 'counter') return merge(a, b);
  const merged = merge(a, b) as CounterCell;
  return a.folded === null || b.folded === null ? merged : counterCell(b.folded, merged.shares);
}

function addedShares(a: Cell, b: Cell): Cell {
  const merged = merge(a, b);
  if (a.kind !== 'counter' || b.kind !== 'counter' || merged.kind !== 'counter') return merged;
  const added = merged.shares.map((share) => {
    const other = b.shares.find((it) => compareStamps(it.stamp, share.stamp) === 0);
    return other === undefined ? share : { ...share, plus: share.plus + other.plus };
  });
  return counterCell(merged.folded, added);
}

function forgottenTags(a: Cell, b: Cell): Cell {
  const merged = merge(a, b);
  if (merged.kind !== 'or') return merged;
  const live = merged.tags.filter((tag) => tag.value !== undefined);
  return live.length === merged.tags.length ? merged : orCell(live);
}

function withoutLife(cell: Cell): Uint8Array {
  if (cell.kind === 'value') return encodeCanonical('k', { ...cell, life: FOREVER });
  if (cell.kind !== 'fields' || cell.base === null) return encodeCanonical('k', cell);
  return encodeCanonical('k', { ...cell, base: { ...cell.base, life: FOREVER } });
}

function forgetful(cell: Cell, frontierMs: number): Cell | null {
  const pruned = prune(cell, frontierMs);
  if (cell.kind !== 'counter' || pruned?.kind !== 'counter') return pruned;
  return pruned === cell ? cell : prune(counterCell(null, cell.shares), frontierMs);
}

function heedless(cell: Cell, frontierMs: number): Cell | null {
  return cell.kind === 'value' && cell.ms <= frontierMs ? null : prune(cell, frontierMs);
}

function hasty(cell: Cell, frontierMs: number): Cell | null {
  if (cell.kind === 'value' && cell.value === undefined) return null;
  return prune(cell, frontierMs);
}

describe('fields', () => {
  it('are what the greatest stamps say, from the greatest base on', () => {
    fc.assert(
      fc.property(history('fields'), (deltas) => {
        expect(viewOf(deltas.reduce(merge), 0)).toEqual(specification(deltas));
      }),
    );
  });

  it('of a deleted entry stay invisible when somebody updates one', () => {
    const gone = fieldsCell({ stamp: stamp(2), present: false, life: FOREVER }, [], [], null);
    const update = fieldsCell(null, ['a'], [1], [stamp(3)]);
    expect(viewOf(merge(gone, update), 0)).toBeUndefined();
  });

  it('of two writers both win', () => {
    const base = { stamp: stamp(1), present: true, life: FOREVER };
    const start = fieldsCell(base, ['a', 'b'], [0, 0], null);
    const one = fieldsCell(null, ['a'], [1], [stamp(2)]);
    const two = fieldsCell(null, ['b'], [2], [stamp(3)]);
    expect(viewOf([start, two, one].reduce<Cell>(merge, start), 0)).toEqual({ a: 1, b: 2 });
  });
});

describe('a life', () => {
  const object = (life: Life): Cell =>
    fieldsCell({ stamp: stamp(1), present: true, life }, ['a'], [1], null);

  it('ends at its expiry', () => {
    const cell = object({ expiresMs: 9, idleMs: 0, touchedMs: 0 });
    expect([viewOf(cell, 8), viewOf(cell, 9)]).toEqual([{ a: 1 }, undefined]);
  });

  it('ends when nobody has touched it for its idle time, but not later than at its expiry', () => {
    const cell = object({ expiresMs: 20, idleMs: 5, touchedMs: 3 });
    expect([viewOf(cell, 7), viewOf(cell, 8)]).toEqual([{ a: 1 }, undefined]);
    const touch = fieldsCell(
      { stamp: stamp(1), present: true, life: { expiresMs: 20, idleMs: 5, touchedMs: 18 } },
      [],
      [],
      null,
    );
    const touched = merge(cell, touch);
    expect([viewOf(touched, 19), viewOf(touched, 20)]).toEqual([{ a: 1 }, undefined]);
  });
});

describe('a counter', () => {
  const share = (ms: number, plus: number, minus: number) => ({ stamp: stamp(ms), plus, minus });
  const MAX = Number.MAX_SAFE_INTEGER;

  it('counts what each writer has added and taken off', () => {
    const one = counterCell(null, [share(1, 5, 2)]);
    const two = counterCell(null, [share(1, 4, 3), share(2, 10, 0)]);
    expect(viewOf(merge(one, two), 0)).toBe(12);
  });

  it('stops at 2^53-1 on either side', () => {
    const cell = counterCell({ ms: 1, plus: MAX, minus: 1 }, [share(2, MAX, 4)]);
    expect(viewOf(cell, 0)).toBe(MAX - 5);
  });

  it('folds the shares that nobody adds to any more, and then takes no part of them again', () => {
    const cell = counterCell({ ms: 1, plus: 1, minus: 0 }, [share(2, 2, 0), share(3, 0, 4)]);
    const folded = prune(cell, SHARE_MS + 2);
    expect(folded).toEqual(counterCell({ ms: 2, plus: 3, minus: 0 }, [share(3, 0, 4)]));
    expect(merge(folded as Cell, counterCell(null, [share(2, 2, 0)]))).toBe(folded);
  });
});

describe('the frontier', () => {
  const gone = orCell([{ stamp: stamp(1), value: undefined, removedMs: 4 }]);

  it.each<[string, Cell, number]>([
    ['a removed value', valueCell(stamp(4), undefined, FOREVER), 4],
    ['a value that is over', valueCell(stamp(1), 1, { expiresMs: 4, idleMs: 0, touchedMs: 0 }), 4],
    [
      'a deleted object',
      fieldsCell({ stamp: stamp(4), present: false, life: FOREVER }, [], [], null),
      4,
    ],
    ['an update of nothing', fieldsCell(null, ['a'], [1], [stamp(4)]), 4],
    ['removed tags', gone, 4],
  ])('takes %s, not before its time', (_, cell, atMs) => {
    expect(prune(cell, atMs - 1)).toBe(cell);
    expect(prune(cell, atMs)).toBeNull();
  });

  it('takes the removed fields of an object that is there, and no others', () => {
    const base = { stamp: stamp(1), present: true, life: FOREVER };
    const stamps = [stamp(1), stamp(2), stamp(3)];
    const cell = fieldsCell(base, ['a', 'b', 'c'], [1, undefined, 3], stamps);
    const kept = fieldsCell(base, ['a', 'c'], [1, 3], [stamp(1), stamp(3)]);
    expect(prune(cell, 9)).toEqual(kept);
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
