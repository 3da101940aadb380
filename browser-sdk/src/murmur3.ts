/**
 * MurmurHash3 x86_128, seed 0 (Appleby 2011), of the first bytes: the hash of keys and of cells.
 * The four words are left in `out` as signed 32-bit integers; `>>> 0` gives the unsigned ones.
 * Its rotations and mixing are written out: V8 inlines only so much, and calls made it three times as slow.
 */
export function murmur3(view: DataView, length: number, out: Int32Array): void {
  let h1 = 0;
  let h2 = 0;
  let h3 = 0;
  let h4 = 0;
  let k = 0;
  const blocksEnd = length & ~15;
  for (let i = 0; i < blocksEnd; i += 16) {
    k = Math.imul(view.getInt32(i, true), C1);
    h1 ^= Math.imul((k << 15) | (k >>> 17), C2);
    h1 = (Math.imul(((h1 << 19) | (h1 >>> 13)) + h2, 5) + 0x561ccd1b) | 0;
    k = Math.imul(view.getInt32(i + 4, true), C2);
    h2 ^= Math.imul((k << 16) | (k >>> 16), C3);
    h2 = (Math.imul(((h2 << 17) | (h2 >>> 15)) + h3, 5) + 0x0bcaa747) | 0;
    k = Math.imul(view.getInt32(i + 8, true), C3);
    h3 ^= Math.imul((k << 17) | (k >>> 15), C4);
    h3 = (Math.imul(((h3 << 15) | (h3 >>> 17)) + h4, 5) + 0x96cd1c35) | 0;
    k = Math.imul(view.getInt32(i + 12, true), C4);
    h4 ^= Math.imul((k << 18) | (k >>> 14), C1);
    h4 = (Math.imul(((h4 << 13) | (h4 >>> 19)) + h1, 5) + 0x32ac3b17) | 0;
  }
  k = Math.imul(word(view, blocksEnd, length), C1);
  h1 ^= Math.imul((k << 15) | (k >>> 17), C2);
  k = Math.imul(word(view, blocksEnd + 4, length), C2);
  h2 ^= Math.imul((k << 16) | (k >>> 16), C3);
  k = Math.imul(word(view, blocksEnd + 8, length), C3);
  h3 ^= Math.imul((k << 17) | (k >>> 15), C4);
  k = Math.imul(word(view, blocksEnd + 12, length), C4);
  h4 ^= Math.imul((k << 18) | (k >>> 14), C1);

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

/** A word of the last, partial block: bytes past the end count as 0, and a word of 0 mixes to 0. */
function word(view: DataView, at: number, end: number): number {
  if (at + 4 <= end) return view.getInt32(at, true);
  let k = 0;
  for (let i = end - 1; i >= at; i--) k = (k << 8) | view.getUint8(i);
  return k;
}

function finish(h: number): number {
  const a = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  const b = Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return b ^ (b >>> 16);
}
