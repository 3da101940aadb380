import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf, digestsOf } from '../test/support/plain-digests.ts';
import type { Cell } from './cell.ts';
import { CellTable } from './cell-table.ts';
import { prefixAt } from './digest.ts';
import { FOREVER } from './life.ts';
import { valueCell } from './value-cell.ts';

const KEYS = ['a', 'b', 'c', 'd', 'customer/1', 'customer/2'];
const cell = (value: number): Cell =>
  valueCell({ ms: 1_000 + value, counter: 0, writer: 'w' }, value, FOREVER);

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

/** Sets cells behind the back of the digests. */
function forgetful(): CellTable {
  const table = new CellTable();
  table.set = (key, value) => {
    const row = table.row(key);
    if (row === undefined) CellTable.prototype.set.call(table, key, value);
    else row.cell = value;
  };
  return table;
}

function checkAlike(all: readonly Step[], table: CellTable): void {
  const map: Map<string, Cell> = new Map();
  for (const { action, key, value } of all) {
    if (action === 'ask') expectDigests(table, map);
    else if (action === 'delete') {
      table.delete(key);
      map.delete(key);
    } else {
      const row = action === 'merge' ? table.row(key) : undefined;
      if (row === undefined) table.set(key, cell(value));
      else row.set(cell(value));
      map.set(key, cell(value));
    }
  }
  expect([...table]).toEqual([...map]);
  expect([...table.keys()]).toEqual([...map.keys()]);
  expect(table.size).toBe(map.size);
  for (const key of KEYS) {
    expect([table.has(key), table.get(key)]).toEqual([map.has(key), map.get(key)]);
  }
  expectDigests(table, map);
}

function expectDigests(table: CellTable, map: ReadonlyMap<string, Cell>): void {
  for (const depth of [0, 1]) expect(table.digests(depth)).toEqual(digestsOf(map, depth));
  for (const [key, value] of map) {
    expect(table.prefixOf(key, 3)).toBe(prefixAt(digestOf(key, value), 0, 3));
  }
}
