import { type Cell, isLasting } from './cell.ts';
import { bytesOf, hashCell, prefixAt } from './digest.ts';
import { bucketOf } from './partition.ts';
import { peek, UnreadFields } from './unread-fields.ts';

/**
 * Cells by key, each in a numbered row. What is kept of the rows are columns: most
 * of the time that merging and hashing take is waiting for memory, and in a column what is read lies together.
 */
export class CellTable {
  readonly #rows: Map<string, number> = new Map();
  readonly #cells: (Cell | undefined)[] = [];
  /** The ms of values that last; of all else, and of rows that are free, more than any. */
  readonly #ms: number[] = [];
  /** The digests, two words each; 0 or none: to be made, as nobody has asked for it since the cell changed. */
  readonly #words: number[] = [];
  readonly #free: number[] = [];

  get size(): number {
    return this.#rows.size;
  }

  *[Symbol.iterator](): IterableIterator<[string, Cell]> {
    for (const [key, row] of this.#rows) yield [key, this.#cells[row] as Cell];
  }

  get(key: string): Cell | undefined {
    const row = this.#rows.get(key);
    return row === undefined ? row : this.#cells[row];
  }

  set(key: string, cell: Cell): void {
    this.#put(this.#rows.get(key), key, cell);
  }

  /**
   * Sets a value that lasts if there is nothing or an older value that lasts, as there is for most merges; without a look
   * at what was there.
   */
  supersede(key: string, cell: Cell): boolean {
    const row = this.#rows.get(key);
    if (
      row === undefined
        ? !(cell instanceof UnreadFields || isLasting(cell))
        : !isLasting(cell) || cell.ms <= (this.#ms[row] as number)
    )
      return false;
    this.#put(row, key, cell);
    return true;
  }

  delete(key: string): void {
    const row = this.#rows.get(key);
    if (row === undefined) return;
    this.#rows.delete(key);
    this.#replace(row, undefined);
    this.#free.push(row);
  }

  /** 8 bytes for each of the 16^depth buckets (PROTOCOL section 1). */
  digests(depth: number): Uint8Array<ArrayBuffer> {
    // What is to be hashed is read once before, so that the waiting for memory overlaps.
    let units = 0;
    for (const [key, row] of this.#rows) {
      if (!this.#words[2 * row]) units += key.length + unitsOf(this.#cells[row]);
    }
    const sums = new Int32Array(2 * 16 ** depth);
    for (const [key, row] of this.#rows) {
      if (units > 0) this.#hash(key, row);
      const at = 2 * bucketOf(key, depth);
      sums[at] = (sums[at] as number) ^ (this.#words[2 * row] as number);
      sums[at + 1] = (sums[at + 1] as number) ^ (this.#words[2 * row + 1] as number);
    }
    return bytesOf(sums);
  }

  /** What the digest of a key's cell begins with. */
  prefixOf(key: string, width: number): string {
    const row = this.#rows.get(key) as number;
    this.#hash(key, row);
    return prefixAt(bytesOf(this.#words.slice(2 * row, 2 * row + 2)), 0, width);
  }

  #put(row: number | undefined, key: string, cell: Cell): void {
    const own = row ?? this.#free.pop() ?? this.#cells.length;
    if (row !== own) this.#rows.set(key, own);
    this.#replace(own, cell);
  }

  #replace(row: number, cell: Cell | undefined): void {
    this.#cells[row] = cell;
    this.#ms[row] = isLasting(cell) ? cell.ms : Infinity;
    if (2 * row < this.#words.length) this.#words[2 * row] = 0;
  }

  #hash(key: string, row: number): void {
    const all = this.#words;
    while (all.length <= 2 * row) all.push(0, 0);
    if (all[2 * row] !== 0) return;
    const words = hashCell(key, peek(this.#cells[row] as Cell));
    all[2 * row] = words[0] as number;
    all[2 * row + 1] = words[1] as number;
  }
}

function unitsOf(cell: Cell | undefined): number {
  return cell?.kind === 'value' && typeof cell.value === 'string' ? cell.value.length : 0;
}
