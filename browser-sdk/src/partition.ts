import { murmur3 } from './murmur3.ts';
import { utf8Length, writeUtf8 } from './text.ts';

/** Partitions of the whole cluster; a constant of the protocol. */
export const PARTITIONS: number = 271;

const words = new Int32Array(4);
let scratch = new Uint8Array(1024);
let view = new DataView(scratch.buffer);

/** The four unsigned words of a key's hash. */
export function keyHash(key: string): [number, number, number, number] {
  hash(key);
  const [h1 = 0, h2 = 0, h3 = 0, h4 = 0] = words;
  return [h1 >>> 0, h2 >>> 0, h3 >>> 0, h4 >>> 0];
}

export function partitionOf(key: string): number {
  hash(key);
  return ((words[0] as number) >>> 0) % PARTITIONS;
}

/** The bucket of a key at a depth: the top 4·depth bits of its second word. */
export function bucketOf(key: string, depth: number): number {
  if (depth === 0) return 0;
  hash(key);
  return (words[1] as number) >>> (32 - 4 * depth);
}

function hash(key: string): void {
  // A lone surrogate is in no key: whoever asks for one is told so, or finds nothing.
  const length = Math.max(0, utf8Length(key));
  if (length > scratch.length) {
    scratch = new Uint8Array(length);
    view = new DataView(scratch.buffer);
  }
  writeUtf8(key, length, scratch, 0);
  murmur3(view, length, words);
}
