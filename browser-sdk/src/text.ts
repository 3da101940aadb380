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

/** Writes a well-formed text of a known UTF-8 length. */
export function writeUtf8(text: string, length: number, into: Uint8Array, at: number): void {
  if (length === text.length && length < 64) {
    for (let i = 0; i < length; i++) into[at + i] = text.charCodeAt(i);
  } else {
    encoder.encodeInto(text, into.subarray(at, at + length));
  }
}

/** Throws a TypeError if the bytes are not UTF-8. */
export function readUtf8(bytes: Uint8Array, from: number, to: number): string {
  if (to - from > SHORT) return decoder.decode(bytes.subarray(from, to));
  let text = '';
  let i = from;
  for (; i + 8 <= to; i += 8) {
    const a = bytes[i] as number;
    const b = bytes[i + 1] as number;
    const c = bytes[i + 2] as number;
    const d = bytes[i + 3] as number;
    const e = bytes[i + 4] as number;
    const f = bytes[i + 5] as number;
    const g = bytes[i + 6] as number;
    const h = bytes[i + 7] as number;
    if ((a | b | c | d | e | f | g | h) > 0x7f) break;
    text += String.fromCharCode(a, b, c, d, e, f, g, h);
  }
  for (; i < to; i++) {
    const byte = bytes[i] as number;
    if (byte < 0x80) {
      text += String.fromCharCode(byte);
      continue;
    }
    // Two bytes, as most letters that are not ASCII have; all else is the decoder's.
    i++;
    const next = i < to ? (bytes[i] as number) : 0;
    if (byte < 0xc2 || byte > 0xdf || (next & 0xc0) !== 0x80) {
      return decoder.decode(bytes.subarray(from, to));
    }
    text += String.fromCharCode(((byte & 0x1f) << 6) | (next & 0x3f));
  }
  return text;
}

/** Up to here a loop is faster than a call into the decoder. */
const SHORT = 48;
