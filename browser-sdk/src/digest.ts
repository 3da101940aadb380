import type { Cell } from './cell.ts';
import { writeCanonical } from './cell-writer.ts';
import { murmur3 } from './murmur3.ts';

/** Of a whole digest. */
export const DIGEST_BYTES = 8;

const words = new Int32Array(4);

/** The words of the hash of a cell, of which the first two are its digest; until the next call. */
export function hashCell(key: string, cell: Cell): Int32Array {
  const writer = writeCanonical(key, cell);
  murmur3(writer.view, writer.length, words);
  return words;
}

/** Digests as they are sent. */
export function bytesOf(digests: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 * digests.length);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = (digests[i >> 2] as number) >>> (24 - 8 * (i & 3));
  }
  return bytes;
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
