import fc from 'fast-check';
import { expect } from 'vitest';
import { CborReader } from '../../src/cbor-reader.ts';
import { type Cell, viewOf } from '../../src/cell.ts';
import { decodeCanonical } from '../../src/cell-reader.ts';
import { encodeCanonical } from '../../src/cell-writer.ts';
import { SHARE_MS } from '../../src/counter-cell.ts';
import { murmur3 } from '../../src/murmur3.ts';
import { frontiers, history, states } from './arbitraries.ts';

/** What the laws are about; a test of the laws themselves puts a wrong one in. */
export interface Cells {
  merge(a: Cell, b: Cell): Cell;
  prune(cell: Cell, frontierMs: number): Cell | null;
  encode(cell: Cell): Uint8Array;
}

type Law = (cells: Cells, runs: number) => void;

const bytes = (cell: Cell | null): string =>
  cell === null ? '' : Buffer.from(encodeCanonical('k', cell)).toString('hex');

const mergeIsCommutative: Law = ({ merge }, numRuns) => {
  const law = fc.property(states, ([a, b]) => {
    expect(bytes(merge(a, b))).toBe(bytes(merge(b, a)));
  });
  fc.assert(law, { numRuns });
};

const mergeIsAssociative: Law = ({ merge }, numRuns) => {
  const law = fc.property(states, ([a, b, c]) => {
    expect(bytes(merge(merge(a, b), c))).toBe(bytes(merge(a, merge(b, c))));
  });
  fc.assert(law, { numRuns });
};

const mergeIsIdempotentAndGivesItsFirstArgumentBack: Law = ({ merge }, numRuns) => {
  const law = fc.property(states, ([a]) => {
    expect(merge(a, a)).toBe(a);
    expect(merge(a, structuredClone(a))).toBe(a);
  });
  fc.assert(law, { numRuns });
};

const mergeIsMonotone: Law = ({ merge }, numRuns) => {
  const law = fc.property(states, ([a, b]) => {
    const merged = merge(a, b);
    expect(merge(merged, a)).toBe(merged);
    expect(merge(merged, b)).toBe(merged);
  });
  fc.assert(law, { numRuns });
};

const decodingIsTheInverseOfEncoding: Law = ({ merge, encode }, numRuns) => {
  const law = fc.property(states, ([a, b]) => {
    const cell = merge(a, b);
    const reader = new CborReader(encode(cell));
    const [key, decoded] = decodeCanonical(reader);
    reader.end();
    expect(key).toBe('k');
    expect(bytes(decoded)).toBe(bytes(cell));
    expect(viewOf(decoded, 30)).toEqual(viewOf(cell, 30));
  });
  fc.assert(law, { numRuns });
};

const digestsAreEqualIfAndOnlyIfStatesAre: Law = ({ merge, encode }, numRuns) => {
  const digest = (cell: Cell): string => {
    const words = new Int32Array(4);
    const encoded = encode(cell);
    murmur3(new DataView(encoded.buffer, encoded.byteOffset), encoded.length, words);
    return words.toString();
  };
  const law = fc.property(states, ([a, b]) => {
    // Two states are equal if each has all that the other has.
    const areEqual = merge(a, b) === a && merge(b, a) === b;
    expect(digest(a) === digest(b)).toBe(areEqual);
  });
  fc.assert(law, { numRuns });
};

/** Cells, frontiers that pass a part of them, and a delta that is newer than both. */
const frontierCases = fc
  .constantFrom<Cell['kind']>('value', 'fields', 'or', 'counter')
  .chain((kind) =>
    fc
      .tuple(history(kind), frontiers(kind), frontiers(kind), history(kind))
      .map(([deltas, one, other, later]): [Cell[], number, number, Cell[]] => [
        deltas,
        Math.min(one, other),
        Math.max(one, other),
        later.filter((cell) => isNewerThan(cell, Math.max(one, other))),
      ]),
  );

function isNewerThan(cell: Cell, frontierMs: number): boolean {
  switch (cell.kind) {
    case 'value':
      return cell.ms > frontierMs;
    case 'fields':
      return [cell.base?.stamp, ...(cell.stamps ?? [])].every(
        (stamp) => stamp === undefined || stamp.ms > frontierMs,
      );
    case 'or':
      return cell.tags.every((tag) => Math.max(tag.stamp.ms, tag.removedMs) > frontierMs);
    case 'counter':
      return (
        cell.folded === null && cell.shares.every(({ stamp }) => stamp.ms + SHARE_MS > frontierMs)
      );
  }
}

const pruningTwiceIsPruningAtTheLaterFrontier: Law = ({ merge, prune }, numRuns) => {
  const law = fc.property(frontierCases, ([deltas, early, late]) => {
    const cell = deltas.reduce(merge);
    const once = prune(cell, early);
    const twice = once === null ? null : prune(once, late);
    expect(bytes(twice)).toBe(bytes(prune(cell, late)));
    if (once !== null) expect(prune(once, early)).toBe(once);
  });
  fc.assert(law, { numRuns });
};

const pruningChangesNothingThatCanBeSeen: Law = ({ merge, prune }, numRuns) => {
  const law = fc.property(frontierCases, ([deltas, early, late]) => {
    const cell = deltas.reduce(merge);
    const pruned = prune(cell, early);
    // What an application sees of what is not there: nothing, and of a counter 0.
    const seen = pruned === null ? undefined : viewOf(pruned, late);
    expect(seen).toEqual(viewOf(cell, late));
  });
  fc.assert(law, { numRuns });
};

const pruningLosesNothingThatIsNewerThanTheFrontier: Law = ({ merge, prune }, numRuns) => {
  const law = fc.property(frontierCases, ([deltas, , late, later]) => {
    const cell = deltas.reduce(merge);
    const whole = [cell, ...later].reduce(merge);
    const pruned = prune(cell, late);
    const [first, ...rest] = pruned === null ? later : [pruned, ...later];
    const merged = first === undefined ? null : rest.reduce(merge, first);
    expect(bytes(merged === null ? null : prune(merged, late))).toBe(bytes(prune(whole, late)));
  });
  fc.assert(law, { numRuns });
};

interface Laws {
  readonly mergeIsCommutative: Law;
  readonly mergeIsAssociative: Law;
  readonly mergeIsIdempotentAndGivesItsFirstArgumentBack: Law;
  readonly mergeIsMonotone: Law;
  readonly decodingIsTheInverseOfEncoding: Law;
  readonly digestsAreEqualIfAndOnlyIfStatesAre: Law;
  readonly pruningTwiceIsPruningAtTheLaterFrontier: Law;
  readonly pruningChangesNothingThatCanBeSeen: Law;
  readonly pruningLosesNothingThatIsNewerThanTheFrontier: Law;
}

export const LAWS: Laws = {
  mergeIsCommutative,
  mergeIsAssociative,
  mergeIsIdempotentAndGivesItsFirstArgumentBack,
  mergeIsMonotone,
  decodingIsTheInverseOfEncoding,
  digestsAreEqualIfAndOnlyIfStatesAre,
  pruningTwiceIsPruningAtTheLaterFrontier,
  pruningChangesNothingThatCanBeSeen,
  pruningLosesNothingThatIsNewerThanTheFrontier,
};
