import type { CborReader } from './cbor-reader.ts';
import { TopGunError } from './error.ts';
import type { FieldsCell } from './fields-cell.ts';

/** How a cell refers to writers and names in what is read, and what the cells of one block share. */
export interface ReadRefs {
  readonly baseMs: number;
  /** The block's names whose index is one byte. */
  readonly names: readonly string[];
  /** Checked to be the id of a writer. */
  readonly writer: (reader: CborReader) => string;
  readonly name: (reader: CborReader) => string;
  /** The names of the last fields cell, to be shared by the next one if they are the same. */
  shape: string[];
  /** The greatest stamp so far. */
  newestMs: number;
  newestCounter: number;
  /** Where those names are among the block's; -1: further back than one byte says. */
  indices: readonly number[];
  /** Reads what was left for later, where cells may be left. */
  readAt: ((at: number) => FieldsCell) | undefined;
}

/** Of which nothing was read. */
export function readRefs(
  baseMs: number,
  names: readonly string[],
  writer: ReadRefs['writer'],
  name: ReadRefs['name'],
): ReadRefs {
  return {
    baseMs,
    names,
    writer,
    name,
    shape: [],
    indices: [],
    newestMs: 0,
    newestCounter: 0,
    readAt: undefined,
  };
}

export function refuseWriter(): never {
  throw new TopGunError('INVALID_STAMP', 'not the id of a writer');
}
