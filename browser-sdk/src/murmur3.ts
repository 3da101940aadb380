/**
 * MurmurHash3 x86_128, seed 0 (Appleby 2011): the hash of keys and of cells.
 * The four words are left in `out` as signed 32-bit integers; `>>> 0` gives the unsigned ones.
 */
export function murmur3(bytes: Uint8Array, from: number, to: number, out: Int32Array): void {
  const length = to - from;
  let h1 = 0;
  let h2 = 0;
  let h3 = 0;
  let h4 = 0;
  const blocksEnd = from + (length & ~15);
  for (let i = from; i < blocksEnd; i += 16) {
    h1 ^= mix(word(bytes, i), C1, 15, C2);
    h1 = (Math.imul(rotl(h1, 19) + h2, 5) + 0x561ccd1b) | 0;
    h2 ^= mix(word(bytes, i + 4), C2, 16, C3);
    h2 = (Math.imul(rotl(h2, 17) + h3, 5) + 0x0bcaa747) | 0;
    h3 ^= mix(word(bytes, i + 8), C3, 17, C4);
    h3 = (Math.imul(rotl(h3, 15) + h4, 5) + 0x96cd1c35) | 0;
    h4 ^= mix(word(bytes, i + 12), C4, 18, C1);
    h4 = (Math.imul(rotl(h4, 13) + h1, 5) + 0x32ac3b17) | 0;
  }
  h1 ^= mix(tail(bytes, blocksEnd, to), C1, 15, C2);
  h2 ^= mix(tail(bytes, blocksEnd + 4, to), C2, 16, C3);
  h3 ^= mix(tail(bytes, blocksEnd + 8, to), C3, 17, C4);
  h4 ^= mix(tail(bytes, blocksEnd + 12, to), C4, 18, C1);

  h1 ^= length;
  h2 ^= length;
  h3 ^= length;
  h4 ^= length;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  h1 = finish(h1);
  h2 = finish(h2);
  h3 = finish(h3);
  h4 = finish(h4);
  h1 = (h1 + h2 + h3 + h4) | 0;
  out[0] = h1;
  out[1] = h2 + h1;
  out[2] = h3 + h1;
  out[3] = h4 + h1;
}

const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

function rotl(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

function mix(k: number, before: number, by: number, after: number): number {
  return Math.imul(rotl(Math.imul(k, before), by), after);
}

function word(bytes: Uint8Array, at: number): number {
  return (
    byte(bytes, at) |
    (byte(bytes, at + 1) << 8) |
    (byte(bytes, at + 2) << 16) |
    (byte(bytes, at + 3) << 24)
  );
}

function byte(bytes: Uint8Array, at: number): number {
  return bytes[at] as number;
}

/** The last, partial word: bytes past the end count as 0, and a word of 0 mixes to 0. */
function tail(bytes: Uint8Array, at: number, to: number): number {
  let k = 0;
  for (let i = Math.min(to, at + 4) - 1; i >= at; i--) k = (k << 8) | byte(bytes, i);
  return k;
}

function finish(h: number): number {
  const a = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  const b = Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return b ^ (b >>> 16);
}
