import { blockOf, type Entry } from '../../src/block-codec.ts';
import { type Cell, merge, prune } from '../../src/cell.ts';
import { DIGEST_BYTES, prefixAt, prefixBytes } from '../../src/digest.ts';
import type {
  Buckets,
  Cells,
  Digest,
  Fetch,
  Keys,
  Pick,
  Prefixes,
  ServerMessage,
} from '../../src/message.ts';
import { bucketOf } from '../../src/partition.ts';
import { digestOf, digestsOf } from './plain-digests.ts';

/** A server's side of one partition of one map, as far as repairs ask for it (PROTOCOL section 4). */
export class GridSlice {
  readonly map: string;
  readonly partition: number;
  readonly cells: Map<string, Cell>;
  ref = 0;
  seq = 900;
  frontierMs = 0;

  constructor(map: string, partition: number, cells: Iterable<readonly [string, Cell]>) {
    this.map = map;
    this.partition = partition;
    this.cells = new Map(cells);
  }

  get entries(): Entry[] {
    return this.#entriesWith(() => true);
  }

  write(key: string, delta: Cell): void {
    const before = this.cells.get(key);
    this.cells.set(key, before === undefined ? delta : merge(before, delta));
    this.seq++;
  }

  advanceFrontier(frontierMs: number): void {
    this.frontierMs = Math.max(this.frontierMs, frontierMs);
    for (const [key, cell] of this.cells) {
      const pruned = prune(cell, this.frontierMs);
      if (pruned === null) this.cells.delete(key);
      else this.cells.set(key, pruned);
    }
    this.seq++;
  }

  digest(subId: number, depth: number, width: number = DIGEST_BYTES): Digest {
    const { map, partition, ref, seq, frontierMs } = this;
    const whole = digestsOf(this.cells, depth);
    const digests = whole.filter((_, i) => i % DIGEST_BYTES < width);
    return { type: 'DIGEST', subId, map, partition, ref, seq, depth, digests, frontierMs };
  }

  /** The answer to a question, with at most `most` buckets or prefixes. */
  answer(question: Fetch | Pick, most: number = Number.POSITIVE_INFINITY): ServerMessage {
    if (question.type === 'PICK') return this.#cells(question, most);
    const { subId, depth, buckets, width } = question;
    if (buckets.length === 0) return this.digest(subId, depth, width);
    const some = buckets.slice(0, most);
    return width === undefined ? this.#buckets(question, some) : this.#keys(question, some, width);
  }

  #buckets({ subId, map, partition, depth }: Fetch, buckets: readonly number[]): Buckets {
    const block = blockOf(this.#entriesWith((key) => buckets.includes(bucketOf(key, depth))));
    return { type: 'BUCKETS', subId, map, partition, depth, buckets, block };
  }

  #keys({ subId, map, partition, depth }: Fetch, buckets: readonly number[], width: number): Keys {
    const prefixes = buckets.map((bucket): Prefixes => {
      const own = this.#entriesWith((key) => bucketOf(key, depth) === bucket);
      return { bucket, prefixes: prefixBytes(own.map((it) => prefixOf(it.key, it.cell, width))) };
    });
    return { type: 'KEYS', subId, map, partition, depth, width, prefixes };
  }

  #cells({ subId, map, partition, depth, width, prefixes }: Pick, most: number): Cells {
    let left = most;
    const answered: Prefixes[] = [];
    const names: Set<string> = new Set();
    for (const { bucket, prefixes: bytes } of prefixes) {
      const count = Math.min(left, bytes.length / width);
      if (count === 0) break;
      left -= count;
      answered.push({ bucket, prefixes: bytes.slice(0, count * width) });
      for (let i = 0; i < count; i++) names.add(`${bucket} ${prefixAt(bytes, i * width, width)}`);
    }
    const block = blockOf(
      this.#entriesWith((key, cell) =>
        names.has(`${bucketOf(key, depth)} ${prefixOf(key, cell, width)}`),
      ),
    );
    return { type: 'CELLS', subId, map, partition, depth, width, prefixes: answered, block };
  }

  #entriesWith(isMeant: (key: string, cell: Cell) => boolean): Entry[] {
    return Array.from(this.cells, ([key, cell]) => ({ map: this.map, key, cell })).filter((it) =>
      isMeant(it.key, it.cell),
    );
  }
}

function prefixOf(key: string, cell: Cell, width: number): string {
  return prefixAt(digestOf(key, cell), 0, width);
}
