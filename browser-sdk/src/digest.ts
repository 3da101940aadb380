import type { Cell } from './cell.ts';
import { encodeCanonical } from './cell-writer.ts';
import { murmur3 } from './murmur3.ts';
import { bucketOf } from './partition.ts';

/** The digest of a set of cells at a depth: 8 bytes for each of the 16^depth buckets (PROTOCOL section 1). */
export function digestsOf(
  cells: ReadonlyMap<string, Cell>,
  depth: number,
): Uint8Array<ArrayBuffer> {
  const digests = new Uint8Array(8 * 16 ** depth);
  const view = new DataView(digests.buffer);
  const words = new Int32Array(4);
  for (const [key, cell] of cells) {
    const bytes = encodeCanonical(key, cell);
    murmur3(bytes, 0, bytes.length, words);
    const at = 8 * bucketOf(key, depth);
    view.setInt32(at, view.getInt32(at) ^ (words[0] as number));
    view.setInt32(at + 4, view.getInt32(at + 4) ^ (words[1] as number));
  }
  return digests;
}

/** The buckets whose digests differ; null if the two are not of one depth. */
export function differingBuckets(a: Uint8Array, b: Uint8Array): number[] | null {
  if (a.length !== b.length) return null;
  const buckets: number[] = [];
  for (let at = 0; at < a.length; at += 8) {
    let i = 0;
    while (i < 8 && a[at + i] === b[at + i]) i++;
    if (i < 8) buckets.push(at / 8);
  }
  return buckets;
}

/** The order of two prefixes of digests, each `width` bytes from a place in a list of them. */
export function comparePrefixes(
  a: Uint8Array,
  atA: number,
  b: Uint8Array,
  atB: number,
  width: number,
): number {
  for (let i = 0; i < width; i++) {
    const difference = (a[atA + i] as number) - (b[atB + i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}
