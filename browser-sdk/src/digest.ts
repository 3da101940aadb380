import { CborWriter } from './cbor-writer.ts';
import type { Cell } from './cell.ts';
import { writeCanonical } from './cell-writer.ts';
import { murmur3 } from './murmur3.ts';
import { bucketOf } from './partition.ts';

/** Of a whole digest. */
export const DIGEST_BYTES = 8;

const words = new Int32Array(4);
const writer = new CborWriter();

/** The digest of a set of cells at a depth: 8 bytes for each of the 16^depth buckets (PROTOCOL section 1). */
export function digestsOf(
  cells: ReadonlyMap<string, Cell>,
  depth: number,
): Uint8Array<ArrayBuffer> {
  const digests = new Uint8Array(DIGEST_BYTES * 16 ** depth);
  const view = new DataView(digests.buffer);
  for (const [key, cell] of cells) {
    hash(key, cell);
    const at = DIGEST_BYTES * bucketOf(key, depth);
    view.setInt32(at, view.getInt32(at) ^ (words[0] as number));
    view.setInt32(at + 4, view.getInt32(at + 4) ^ (words[1] as number));
  }
  return digests;
}

/** What the digest of a cell begins with. */
export function prefixOf(key: string, cell: Cell, width: number): string {
  hash(key, cell);
  const digest = new DataView(new ArrayBuffer(DIGEST_BYTES));
  digest.setInt32(0, words[0] as number);
  digest.setInt32(4, words[1] as number);
  return prefixAt(new Uint8Array(digest.buffer), 0, width);
}

/** As a text of one character for each byte. */
export function prefixAt(digests: Uint8Array, at: number, width: number): string {
  return String.fromCharCode(...digests.subarray(at, at + width));
}

/** Prefixes one behind the other, ascending, as KEYS and PICK have them. */
export function prefixBytes(prefixes: Iterable<string>): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([...prefixes].sort().join(''), (byte) => byte.charCodeAt(0));
}

/** The buckets whose digests differ in as many bytes as `cut` has of each. */
export function differingBuckets(whole: Uint8Array, cut: Uint8Array): number[] {
  const width = (DIGEST_BYTES * cut.length) / whole.length;
  const buckets: number[] = [];
  for (let bucket = 0; bucket * width < cut.length; bucket++) {
    const order = comparePrefixes(whole, bucket * DIGEST_BYTES, cut, bucket * width, width);
    if (order !== 0) buckets.push(bucket);
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

function hash(key: string, cell: Cell): void {
  writer.clear();
  writeCanonical(writer, key, cell);
  murmur3(writer.view, writer.length, words);
}
