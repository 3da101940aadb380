import type { Cell } from '../../src/cell.ts';
import { encodeCanonical } from '../../src/cell-writer.ts';
import { DIGEST_BYTES } from '../../src/digest.ts';
import { murmur3 } from '../../src/murmur3.ts';
import { bucketOf } from '../../src/partition.ts';

/** The digest of a cell (PROTOCOL section 1), made anew each time. */
export function digestOf(key: string, cell: Cell): Uint8Array<ArrayBuffer> {
  const bytes = encodeCanonical(key, cell);
  const words = new Int32Array(4);
  murmur3(new DataView(bytes.buffer), bytes.length, words);
  const digest = new DataView(new ArrayBuffer(DIGEST_BYTES));
  digest.setInt32(0, words[0] as number);
  digest.setInt32(4, words[1] as number);
  return new Uint8Array(digest.buffer);
}

/** Those of the 16^depth buckets, one behind the other. */
export function digestsOf(
  cells: Iterable<readonly [string, Cell]>,
  depth: number,
): Uint8Array<ArrayBuffer> {
  const digests = new Uint8Array(DIGEST_BYTES * 16 ** depth);
  for (const [key, cell] of cells) {
    const at = DIGEST_BYTES * bucketOf(key, depth);
    for (const [i, byte] of digestOf(key, cell).entries()) {
      digests[at + i] = (digests[at + i] as number) ^ byte;
    }
  }
  return digests;
}
