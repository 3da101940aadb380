/* Bytes that were right once, changed in the ways in which they go wrong. */

export type Random = (end: number) => number;

/** Heads that promise much, or what is refused. */
const HEADS: readonly Uint8Array[] = [
  '9b001fffffffffffff',
  'bb001fffffffffffff',
  '5b001fffffffffffff',
  '7b001fffffffffffff',
  '9affffffff',
  '9a000fffff',
  'ba000fffff',
  '5a000fffff',
  '99ffff',
  'b9ffff',
  '9f',
  'bf',
  'ff',
  'c0',
  'f7',
  'f97e00',
  'fb7ff8000000000000',
  '1bffffffffffffffff',
  '3b7fffffffffffffff',
  '1b001fffffffffffff',
  '81'.repeat(300),
  'a16161'.repeat(40),
  '80'.repeat(500),
  'a0'.repeat(500),
].map((hex) => Uint8Array.from(Buffer.from(hex, 'hex')));

/** One to four changes. */
export function mutate(seeds: readonly Uint8Array[], random: Random): Uint8Array {
  let bytes = pick(seeds, random);
  for (let count = 1 + random(4); count > 0; count--) bytes = change(bytes, seeds, random);
  return bytes;
}

function change(bytes: Uint8Array, seeds: readonly Uint8Array[], random: Random): Uint8Array {
  const at = random(bytes.length + 1);
  const end = Math.min(bytes.length, at + 1 + random(9));
  switch (random(8)) {
    case 0:
      return bytes.map((byte, i) => (i === at ? byte ^ (1 << random(8)) : byte));
    case 1:
      return bytes.map((byte, i) => (i === at ? random(256) : byte));
    case 2:
      return bytes.slice(0, at);
    case 3:
      return splice(bytes, at, end, new Uint8Array(0));
    case 4:
      return splice(bytes, at, at, bytes.slice(at, end));
    case 5:
      return splice(bytes, at, random(2) === 0 ? at : end, pick(HEADS, random));
    case 6: {
      const other = pick(seeds, random);
      const from = random(other.length + 1);
      return splice(bytes, at, end, other.slice(from, from + 1 + random(30)));
    }
    default:
      return splice(bytes, bytes.length, bytes.length, pick(seeds, random));
  }
}

function splice(bytes: Uint8Array, from: number, to: number, between: Uint8Array): Uint8Array {
  const spliced = new Uint8Array(bytes.length - (to - from) + between.length);
  spliced.set(bytes.subarray(0, from));
  spliced.set(between, from);
  spliced.set(bytes.subarray(to), from + between.length);
  return spliced;
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[random(items.length)] as T;
}
