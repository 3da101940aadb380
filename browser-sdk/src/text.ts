/** The length of a text in UTF-8, or -1 if it has a lone surrogate. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) {
      bytes += 1;
    } else if (unit < 0xd800 || unit > 0xdfff) {
      bytes += 2;
    } else {
      const low = text.charCodeAt(i + 1);
      if (unit > 0xdbff || !(low >= 0xdc00 && low <= 0xdfff)) return -1;
      bytes += 2;
      i++;
    }
  }
  return bytes;
}

/** *Text order*: shorter UTF-8 first, equal lengths by bytes (RFC 8949 section 4.2.1). */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const lengths = utf8Length(a) - utf8Length(b);
  if (lengths !== 0) return lengths;
  let i = 0;
  while (a.charCodeAt(i) === b.charCodeAt(i)) i++;
  return byCodePoint(a.charCodeAt(i)) - byCodePoint(b.charCodeAt(i));
}

/** UTF-8 sorts by code point, UTF-16 puts surrogates below U+E000: lift them above. */
function byCodePoint(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Writes a text of a known UTF-8 length; of 64 units and more as much as has room in that, and whether it is all. */
export function writeUtf8(text: string, length: number, into: Uint8Array, at: number): boolean {
  if (length === text.length && length < 64) {
    for (let i = 0; i < length; i++) into[at + i] = text.charCodeAt(i);
    return true;
  }
  return encoder.encodeInto(text, into.subarray(at, at + length)).read === text.length;
}

/** Whether there are these bytes, and all of them ASCII. */
export function isAscii(bytes: Uint8Array, from: number, to: number): boolean {
  if (to > bytes.length) return false;
  let bits = 0;
  for (let i = from; i < to; i++) bits |= bytes[i] as number;
  return bits < 0x80;
}

/** Throws a TypeError if the bytes are not UTF-8. */
export function readUtf8(bytes: Uint8Array, from: number, to: number): string {
  const length = to - from;
  if (length > SHORT) return decoder.decode(bytes.subarray(from, to));
  const units = UNITS[length] as number[];
  for (let i = 0; i < length; i++) {
    const byte = bytes[from + i] as number;
    if (byte > 0x7f) return readShort(bytes, from, to);
    units[i] = byte;
  }
  // At once, as what is put together from pieces stays in pieces until it is looked up or compared.
  return String.fromCharCode.apply(null, units);
}

/** Two bytes, as most letters that are not ASCII have, are read here too; all else is the decoder's. */
function readShort(bytes: Uint8Array, from: number, to: number): string {
  let length = 0;
  for (let i = from; i < to; i++) if (((bytes[i] as number) & 0xc0) !== 0x80) length++;
  const units = UNITS[length] as number[];
  let at = from;
  for (let i = 0; i < length; i++) {
    const byte = bytes[at++] as number;
    if (byte < 0x80) {
      units[i] = byte;
      continue;
    }
    const next = at < to ? (bytes[at++] as number) : 0;
    if (byte < 0xc2 || byte > 0xdf || (next & 0xc0) !== 0x80) {
      return decoder.decode(bytes.subarray(from, to));
    }
    units[i] = ((byte & 0x1f) << 6) | (next & 0x3f);
  }
  return at === to
    ? String.fromCharCode.apply(null, units)
    : decoder.decode(bytes.subarray(from, to));
}

/** Up to here a loop is faster than a call into the decoder. */
const SHORT = 48;
/** For a text of each length, used again and again. */
const UNITS: readonly number[][] = Array.from({ length: SHORT + 1 }, (_, length) =>
  new Array<number>(length).fill(0),
);
