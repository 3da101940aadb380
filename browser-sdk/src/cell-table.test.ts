import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf, digestsOf } from '../test/support/plain-digests.ts';
import { isLasting } from './cell.ts';
import { CellTable } from './cell-table.ts';
import { prefixAt } from './digest.ts';
import { FOREVER } from './life.ts';
import { type ValueCell, valueCell } from './value-cell.ts';

const KEYS = ['a', 'b', 'c', 'd', 'customer/1', 'customer/2'];
/** One is removed, and one expires. */
const cell = (value: number): ValueCell =>
  valueCell(
    { ms: 1_000 + value, counter: 0, writer: 'w' },
    value === 3 ? undefined : value,
    value === 5 ? { expiresMs: 9_000, idleMs: 0, touchedMs: 0 } : FOREVER,
  );

interface Step {
  readonly action: 'set' | 'merge' | 'delete' | 'ask';
  readonly key: string;
  readonly value: number;
}

const steps = fc.array(
  fc.record({
    action: fc.constantFrom('set', 'merge', 'delete', 'ask'),
    key: fc.constantFrom(...KEYS),
    value: fc.nat(9),
  }),
  { maxLength: 60 },
);

describe('a table of cells', () => {
  it('is a map, whose digests are those of what is in it, whenever they are asked for', () => {
    fc.assert(fc.property(steps, (all) => checkAlike(all, new CellTable())));
  });

  it('would be found out if it kept the digest of a cell that has changed', () => {
    expect(() => fc.assert(fc.property(steps, (all) => checkAlike(all, forgetful())))).toThrow();
  });
});

/** Has the digests it had before, as long as it has as many cells. */
function forgetful(): CellTable {
  const table = new CellTable();
  const known: Map<string, Uint8Array<ArrayBuffer>> = new Map();
  table.digests = (depth) => {
    const name = `${depth} ${table.size}`;
    const digests = known.get(name) ?? CellTable.prototype.digests.call(table, depth);
    known.set(name, digests);
    return digests;
  };
  return table;
}

function checkAlike(all: readonly Step[], table: CellTable): void {
  const map: Map<string, ValueCell> = new Map();
  for (const { action, key, value } of all) {
    if (action === 'ask') expectDigests(table, map);
    else if (action === 'delete') {
      table.delete(key);
      map.delete(key);
    } else {
      if (action === 'set') table.set(key, cell(value));
      else merge(table, key, cell(value));
      map.set(key, cell(value));
    }
  }
  expect([...table]).toEqual([...map]);
  expect(table.size).toBe(map.size);
  for (const key of KEYS) {
    expect(table.get(key)).toEqual(map.get(key));
  }
  expectDigests(table, map);
}

/** What lasts supersedes nothing, and what is older and lasts, too; all else is for the caller to decide. */
function merge(table: CellTable, key: string, after: ValueCell): void {
  const before = table.get(key) as ValueCell | undefined;
  const isNewer = before === undefined || (before.ms < after.ms && isLasting(before));
  const isDone = table.supersede(key, after);
  expect(isDone).toBe(isNewer && isLasting(after));
  if (!isDone) table.set(key, after);
}

function expectDigests(table: CellTable, map: ReadonlyMap<string, ValueCell>): void {
  for (const depth of [0, 1]) expect(table.digests(depth)).toEqual(digestsOf(map, depth));
  for (const [key, value] of map) {
    expect(table.prefixOf(key, 3)).toBe(prefixAt(digestOf(key, value), 0, 3));
  }
}
