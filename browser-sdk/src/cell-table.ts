import type { Cell } from './cell.ts';
import { bytesOf, hashCell, prefixAt } from './digest.ts';
import { bucketOf } from './partition.ts';

/** A cell of a table, so that a merge looks its key up once, and the two words of its digest. */
export class Row {
  cell: Cell;
  /** 0: the words are to be made, as nobody has asked for them since the cell changed. */
  word1 = 0;
  word2 = 0;

  constructor(cell: Cell) {
    this.cell = cell;
  }

  set(cell: Cell): void {
    this.cell = cell;
    this.word1 = 0;
  }
}

/** Cells by key. What was hashed for a digest is hashed again only if it has changed. */
export class CellTable {
  readonly #rows: Map<string, Row> = new Map();

  get size(): number {
    return this.#rows.size;
  }

  keys(): IterableIterator<string> {
    return this.#rows.keys();
  }

  *[Symbol.iterator](): IterableIterator<[string, Cell]> {
    for (const [key, row] of this.#rows) yield [key, row.cell];
  }

  has(key: string): boolean {
    return this.#rows.has(key);
  }

  get(key: string): Cell | undefined {
    return this.#rows.get(key)?.cell;
  }

  /** Stays the row of the key until that is deleted. */
  row(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  set(key: string, cell: Cell): void {
    const row = this.#rows.get(key);
    if (row === undefined) this.#rows.set(key, new Row(cell));
    else row.set(cell);
  }

  delete(key: string): void {
    this.#rows.delete(key);
  }

  /** 8 bytes for each of the 16^depth buckets (PROTOCOL section 1). */
  digests(depth: number): Uint8Array<ArrayBuffer> {
    const words = new Int32Array(2 * 16 ** depth);
    for (const [key, row] of this.#rows) {
      if (row.word1 === 0) hash(key, row);
      const at = 2 * bucketOf(key, depth);
      words[at] = (words[at] as number) ^ row.word1;
      words[at + 1] = (words[at + 1] as number) ^ row.word2;
    }
    return bytesOf(words);
  }

  /** What the digest of a cell begins with; empty if there is no such cell. */
  prefixOf(key: string, width: number): string {
    const row = this.#rows.get(key);
    if (row === undefined) return '';
    if (row.word1 === 0) hash(key, row);
    return prefixAt(bytesOf(Int32Array.of(row.word1, row.word2)), 0, width);
  }
}

function hash(key: string, row: Row): void {
  const words = hashCell(key, row.cell);
  row.word1 = words[0] as number;
  row.word2 = words[1] as number;
}
