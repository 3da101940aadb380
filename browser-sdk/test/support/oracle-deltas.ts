import { CborReader } from '../../src/cbor-reader.ts';
import type { Cell } from '../../src/cell.ts';
import { counterCell, SHARE_MS, type Share } from '../../src/counter-cell.ts';
import { fieldsCell } from '../../src/fields-cell.ts';
import { FOREVER, type Life } from '../../src/life.ts';
import { orCell } from '../../src/or-cell.ts';
import type { Stamp } from '../../src/stamp.ts';
import type { Value } from '../../src/value.ts';
import { valueCell } from '../../src/value-cell.ts';
import { unhex } from './json-cells.ts';

/* The writes of an oracle, from a few names and values that are awkward to order; as `OracleDeltas.java`. */

export type Kind = Cell['kind'];
export type Random = (bound: number) => number;

/** In text order. */
const NAMES: readonly string[] = [
  ...['a', 'b', 'cc', 'é', '__proto__', 'constructor'],
  ...['\uffff\uffff\uffff\uffff', '𐀀𐀀𐀀'],
];

const VALUES: readonly string[] = [
  ...['00', '20', 'f6', 'f5', '60', '6161', '62c3a9', '63efbfbf', '64f0908080', 'f4', '1903e8'],
  ...['fb3ff8000000000000', 'fbbff8000000000000', 'fb4340000000000000', '1b0020000000000000'],
  ...['1b7fffffffffffffff', '3b7fffffffffffffff', '40', '43ff0001', '80', '820102', 'a0'],
  ...['a26161016162f6', 'a1695f5f70726f746f5f5f00'],
];

const IDLES_MS: readonly number[] = [0, 1, 1_000, 40_000_000, 100_000_000];

export function nextDelta(
  kind: Kind,
  random: Random,
  stamp: Stamp,
  wallMs: number,
  state: Cell | null,
): Cell {
  switch (kind) {
    case 'value':
      return random(4) === 0
        ? valueCell(stamp, undefined, FOREVER)
        : valueCell(stamp, value(random), life(random, wallMs));
    case 'fields':
      return fields(random, stamp, wallMs);
    case 'or':
      return tags(random, stamp, wallMs, state);
    case 'counter':
      return count(random, stamp, state);
  }
}

function value(random: Random): Value {
  return new CborReader(unhex(VALUES[random(VALUES.length)] as string)).value();
}

function life(random: Random, wallMs: number): Life {
  if (random(2) === 0) return FOREVER;
  const expiresMs = random(3) > 0 ? 0 : wallMs - 50_000_000 + random(200_000_000);
  const idleMs = IDLES_MS[random(IDLES_MS.length)] as number;
  if (idleMs !== 0) return { expiresMs, idleMs, touchedMs: wallMs - random(3) };
  return expiresMs === 0 ? FOREVER : { expiresMs, idleMs: 0, touchedMs: 0 };
}

function fields(random: Random, stamp: Stamp, wallMs: number): Cell {
  const choice = random(6);
  if (choice === 0) return fieldsCell({ stamp, present: false, life: FOREVER }, [], [], null);
  const isUpdate = choice > 2;
  let mask = random(1 << NAMES.length);
  if (mask === 0 && isUpdate) mask = 1;
  const names = NAMES.filter((_, i) => (mask & (1 << i)) !== 0);
  const values = names.map(() => (isUpdate && random(4) === 0 ? undefined : value(random)));
  if (isUpdate) {
    return fieldsCell(
      null,
      names,
      values,
      names.map(() => stamp),
    );
  }
  return fieldsCell({ stamp, present: true, life: life(random, wallMs) }, names, values, null);
}

/** A third are removals, of tags that a mask picks. */
function tags(random: Random, stamp: Stamp, wallMs: number, state: Cell | null): Cell {
  if (random(3) === 0 && state?.kind === 'or') {
    const mask = random(256);
    const picked = state.tags.slice(0, 8).filter((_, i) => (mask & (1 << i)) !== 0);
    if (picked.length > 0) {
      return orCell(
        picked.map((tag) => ({ stamp: tag.stamp, value: undefined, removedMs: wallMs })),
      );
    }
  }
  return orCell([{ stamp, value: value(random), removedMs: 0 }]);
}

/** The writer's share grows, or a new one begins. */
function count(random: Random, stamp: Stamp, state: Cell | null): Cell {
  let plus = random(16) === 0 ? Number.MAX_SAFE_INTEGER : random(3);
  const minus = random(3);
  if (plus === 0 && minus === 0) plus = 1;
  const shares: readonly Share[] = state?.kind === 'counter' ? state.shares : [];
  const open = shares.findLast(
    (share) => share.stamp.writer === stamp.writer && stamp.ms - share.stamp.ms <= SHARE_MS,
  );
  const grown = open ?? { stamp, plus: 0, minus: 0 };
  return counterCell(null, [
    {
      stamp: grown.stamp,
      plus: Math.min(Number.MAX_SAFE_INTEGER, grown.plus + plus),
      minus: Math.min(Number.MAX_SAFE_INTEGER, grown.minus + minus),
    },
  ]);
}
