/**
 * MurmurHash3 x86_128, seed 0 (Appleby 2011), of the first bytes: the hash of keys and of cells.
 * The four words are left in `out` as signed 32-bit integers; `>>> 0` gives the unsigned ones.
 */
export function murmur3(view: DataView, length: number, out: Int32Array): void {
  let h1 = 0;
  let h2 = 0;
  let h3 = 0;
  let h4 = 0;
  const blocksEnd = length & ~15;
  for (let i = 0; i < blocksEnd; i += 16) {
    h1 ^= mix(view.getInt32(i, true), C1, 15, C2);
    h1 = (Math.imul(rotl(h1, 19) + h2, 5) + 0x561ccd1b) | 0;
    h2 ^= mix(view.getInt32(i + 4, true), C2, 16, C3);
    h2 = (Math.imul(rotl(h2, 17) + h3, 5) + 0x0bcaa747) | 0;
    h3 ^= mix(view.getInt32(i + 8, true), C3, 17, C4);
    h3 = (Math.imul(rotl(h3, 15) + h4, 5) + 0x96cd1c35) | 0;
    h4 ^= mix(view.getInt32(i + 12, true), C4, 18, C1);
    h4 = (Math.imul(rotl(h4, 13) + h1, 5) + 0x32ac3b17) | 0;
  }
  h1 ^= mix(tail(view, blocksEnd, length), C1, 15, C2);
  h2 ^= mix(tail(view, blocksEnd + 4, length), C2, 16, C3);
  h3 ^= mix(tail(view, blocksEnd + 8, length), C3, 17, C4);
  h4 ^= mix(tail(view, blocksEnd + 12, length), C4, 18, C1);

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

/** The last, partial word: bytes past the end count as 0, and a word of 0 mixes to 0. */
function tail(view: DataView, at: number, to: number): number {
  let k = 0;
  for (let i = Math.min(to, at + 4) - 1; i >= at; i--) k = (k << 8) | view.getUint8(i);
  return k;
}

function finish(h: number): number {
  const a = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  const b = Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return b ^ (b >>> 16);
}
