import { PARTITIONS } from './partition.ts';

/** Some of the partitions. To add one again, as every merge does, costs next to nothing. */
export class PartitionSet {
  readonly #has: Uint8Array = new Uint8Array(PARTITIONS);
  size = 0;

  has(partition: number): boolean {
    return this.#has[partition] === 1;
  }

  add(partition: number): void {
    if (this.#has[partition] === 1) return;
    this.#has[partition] = 1;
    this.size++;
  }

  /** Whether it was among them. */
  delete(partition: number): boolean {
    if (this.#has[partition] !== 1) return false;
    this.#has[partition] = 0;
    this.size--;
    return true;
  }

  clear(): void {
    this.#has.fill(0);
    this.size = 0;
  }

  *[Symbol.iterator](): IterableIterator<number> {
    for (let it = 0; it < PARTITIONS; it++) if (this.has(it)) yield it;
  }
}
