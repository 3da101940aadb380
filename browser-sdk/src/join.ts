import { type Cell, merge } from './cell.ts';
import { COUNTER, FIELDS, OR, VALUE } from './cell-form.ts';

const KINDS: { readonly [K in Cell['kind']]: number } = {
  value: VALUE,
  fields: FIELDS,
  or: OR,
  counter: COUNTER,
};

/**
 * What two replicas have of one key. Servers that were split may have made it as two kinds: of these the one with
 * the lower number wins whole, everywhere. Gives `a` itself when `b` adds nothing.
 */
export function join(a: Cell, b: Cell): Cell {
  if (a.kind === b.kind) return merge(a, b);
  return KINDS[a.kind] < KINDS[b.kind] ? a : b;
}
